"""Signing up, in and out, the password reset, and the settings pages."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from apps.accounts.models import ApiKey, Membership, User
from apps.accounts.selectors import role_of
from tests.apps.people import PASSWORD, a_key, a_member, a_person, workspace_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clean_cache")]
NEW = {"email": "Hana@Atelier.example", "password1": PASSWORD, "password2": PASSWORD}


@pytest.mark.parametrize(("language", "name"), [("ja", "hana のワークスペース"), ("en", "hana's workspace")])
def test_signing_up_makes_a_person_with_a_workspace(client: Client, language: str, name: str) -> None:
    answer = client.post(reverse("account_signup"), NEW, headers={"Accept-Language": language})
    assert answer.status_code == 302
    user = User.objects.get(email="hana@atelier.example")
    assert user.language == language
    workspace = workspace_of(user)
    assert (workspace.name, role_of(user, workspace.pk)) == (name, "owner")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert len(mail.outbox) == 1


def test_a_weak_password_makes_nobody(client: Client) -> None:
    answer = client.post(reverse("account_signup"), {**NEW, "password1": "1234", "password2": "1234"})
    assert answer.status_code == 200
    assert not User.objects.exists()


def test_signing_in_and_out(client: Client) -> None:
    user = a_person()
    signed_in = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert signed_in["Location"] == reverse("styles")
    client.get(reverse("account_logout"))
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_signing_in_says_the_same_to_wrong_passwords_and_strangers(client: Client) -> None:
    user = a_person()
    pages = []
    for login in (user.email, "nobody@atelier.example"):
        answer = client.post(reverse("account_login"), {"login": login, "password": "wrong"})
        text = answer.content.decode().replace(login, "")
        pages.append(re.sub(r'(csrfmiddlewaretoken" value|csrf-token" content)="[^"]*"', "", text))
    assert pages[0] == pages[1]


def test_failed_logins_are_limited(client: Client) -> None:
    user = a_person()
    for _ in range(6):
        client.post(reverse("account_login"), {"login": user.email, "password": "wrong"})
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_a_forgotten_password_is_reset_by_mail(client: Client) -> None:
    user = a_person()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = re.search(r"https?://[^/\s]+(/\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True)
    new = {"password1": "another 9 needles", "password2": "another 9 needles"}
    client.post(form.redirect_chain[-1][0], new)
    user.refresh_from_db()
    assert user.check_password("another 9 needles")


def test_the_reset_page_says_the_same_to_strangers(client: Client) -> None:
    user = a_person()
    known = client.post(reverse("account_reset_password"), {"email": user.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@atelier.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_a_second_factor_can_be_set_up(client: Client) -> None:
    client.post(reverse("account_login"), {"login": a_person().email, "password": PASSWORD})
    assert client.get(reverse("mfa_index")).status_code == 200
    assert client.get(reverse("mfa_activate_totp"), follow=True).status_code == 200


def test_the_admin_signs_in_through_the_site(client: Client) -> None:
    answer = client.get("/admin/login/")
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["settings", "members", "api_keys"])
def test_settings_are_for_those_who_signed_in(client: Client, name: str) -> None:
    assert client.get(reverse(name))["Location"] == f"{reverse('account_login')}?next={reverse(name)}"


def test_name_and_language_are_changed(client: Client) -> None:
    user = a_person()
    client.force_login(user)
    client.post(reverse("settings"), {"display_name": " Hana ", "language": "ja"})
    user.refresh_from_db()
    assert (user.display_name, user.language) == ("Hana", "ja")
    client.post(reverse("settings"), {"display_name": "Hana", "language": "fr"})
    user.refresh_from_db()
    assert user.language == "ja"


def test_owners_manage_members_on_the_page(client: Client) -> None:
    owner, guest = a_person(), a_person(email="guest@atelier.example")
    workspace = workspace_of(owner)
    client.force_login(owner)
    client.post(reverse("members"), {"email": guest.email, "role": "viewer"})
    assert guest.email in client.get(reverse("members")).content.decode()
    member_id = Membership.objects.get(user=guest, workspace=workspace).pk
    client.post(reverse("member_update", args=[member_id]), {"role": "editor"})
    assert role_of(guest, workspace.pk) == "editor"
    client.post(reverse("member_remove", args=[member_id]))
    assert role_of(guest, workspace.pk) is None


def test_what_cannot_be_done_is_said_on_the_page(client: Client) -> None:
    owner = a_person()
    client.force_login(owner)
    unknown = client.post(reverse("members"), {"email": "nobody@atelier.example", "role": "viewer"})
    assert unknown.status_code == 422
    assert "Nobody has signed up with this address yet" in unknown.content.decode()
    own_id = Membership.objects.get(user=owner).pk
    kept = client.post(reverse("member_remove", args=[own_id]), follow=True)
    assert "A workspace needs an owner" in kept.content.decode()


@pytest.mark.parametrize("role", ["designer", "viewer"])
def test_members_see_the_others_and_manage_nothing(client: Client, role: str) -> None:
    owner = a_person()
    client.force_login(a_member(workspace_of(owner), role))
    assert owner.email in client.get(reverse("members")).content.decode()
    owner_id = Membership.objects.get(user=owner).pk
    page = {"Accept": "text/html"}
    assert client.post(reverse("member_remove", args=[owner_id]), headers=page).status_code == 403
    assert client.get(reverse("api_keys"), headers=page).status_code == 403


def test_the_secret_of_a_new_key_is_shown_once(client: Client) -> None:
    owner = a_person()
    client.force_login(owner)
    made = client.post(reverse("api_keys"), {"name": "PLM", "role": "editor", "scopes": ["read"]})
    secret = re.search(r"tps_[0-9a-f]{10}_[0-9a-f]{64}", made.content.decode())[0]
    assert secret not in client.get(reverse("api_keys")).content.decode()
    assert "no-store" in made["Cache-Control"]
    key = ApiKey.objects.get()
    client.post(reverse("api_key_revoke", args=[key.pk]))
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_a_key_of_another_workspace_cannot_be_revoked(client: Client) -> None:
    key, _text = a_key(a_person())
    client.force_login(a_person())
    assert client.post(reverse("api_key_revoke", args=[key.pk])).status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None


def test_switching_the_workspace(client: Client) -> None:
    user, other = a_person(), a_person()
    second = workspace_of(other)
    Membership.objects.create(workspace=second, user=user, role="viewer")
    client.force_login(user)
    client.post(reverse("workspace_switch"), {"workspace": str(second.pk)})
    assert client.get(reverse("members")).context["workspace"] == second
    Membership.objects.filter(workspace=second, user=user).delete()
    assert client.get(reverse("members")).context["workspace"] == workspace_of(user)


@pytest.mark.parametrize("workspace", ["", "nonsense", "foreign"])
def test_a_workspace_one_is_not_in_cannot_be_chosen(client: Client, workspace: str) -> None:
    foreign = str(workspace_of(a_person()).pk)
    client.force_login(a_person())
    chosen = foreign if workspace == "foreign" else workspace
    assert client.post(reverse("workspace_switch"), {"workspace": chosen}).status_code == 404


def test_a_new_workspace_becomes_the_current_one_and_can_be_renamed(client: Client) -> None:
    client.force_login(a_person())
    client.post(reverse("workspace_create"), {"name": "Spring"})
    client.post(reverse("workspace_rename"), {"name": "Summer"})
    assert client.get(reverse("members")).context["workspace"].name == "Summer"
