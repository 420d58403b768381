"""REST of accounts: tokens, scopes, CSRF, limits, the caller, workspaces and keys."""

from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from apps.accounts.models import ApiKey
from apps.accounts.selectors import workspace_list_for_user
from apps.accounts.tokens import credentials_of
from tests.apps.people import PASSWORD, a_key, a_member, a_person, bearer, workspace_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clean_cache")]
TOKEN, ME, KEYS = "/api/v1/auth/token", "/api/v1/me", "/api/v1/api-keys"


def post(client: Client, url: str, data: dict[str, Any], **headers: str) -> Any:
    return client.post(url, data, content_type="application/json", headers=headers)


def test_a_password_gives_a_token_for_15_minutes(client: Client) -> None:
    user = a_person()
    answer = post(client, TOKEN, {"email": user.email.upper(), "password": PASSWORD}).json()
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 900)
    assert answer["scopes"] == ["read", "write"]
    assert client.get(ME, headers=bearer(answer["access_token"])).json()["email"] == user.email


def test_a_key_gives_a_token_with_its_own_scopes(client: Client) -> None:
    key, text = a_key(a_person(), scopes=["read"])
    answer = post(client, TOKEN, {"api_key": text}).json()
    assert answer["scopes"] == ["read"]
    assert credentials_of(answer["access_token"]).api_key_id == key.pk


def test_whoever_may_not_sign_in_gets_one_and_the_same_answer(client: Client) -> None:
    user, switched_off = a_person(), a_person()
    switched_off.is_active = False
    switched_off.save()
    key, _text = a_key(user)
    attempts = [
        {"email": user.email, "password": "wrong"},
        {"email": "nobody@atelier.example", "password": PASSWORD},
        {"email": switched_off.email, "password": PASSWORD},
        {"email": key.user.email, "password": ""},
        {"api_key": f"tps_{key.prefix}_{'0' * 64}"},
        {"api_key": "nonsense"},
        {},
    ]
    answers = [post(client, TOKEN, attempt) for attempt in attempts]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["code"] == "invalid_credentials"
    assert answers[0]["Content-Type"] == "application/problem+json"


def test_with_a_second_factor_a_password_is_not_enough(client: Client) -> None:
    user = a_person()
    TOTP.activate(user, generate_totp_secret())
    answer = post(client, TOKEN, {"email": user.email, "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (403, "mfa_required")
    assert post(client, TOKEN, {"email": user.email, "password": "wrong"}).status_code == 401


def test_failed_passwords_are_limited_per_address_and_say_when_to_come_back(client: Client) -> None:
    user, other = a_person(), a_person()
    for _ in range(12):
        assert post(client, TOKEN, {"email": user.email, "password": PASSWORD}).status_code == 200
    for _ in range(10):
        assert post(client, TOKEN, {"email": user.email, "password": "wrong"}).status_code == 401
    answer = post(client, TOKEN, {"email": user.email, "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert 0 < int(answer["Retry-After"]) <= 300
    assert post(client, TOKEN, {"email": other.email, "password": PASSWORD}).status_code == 200


def test_tokens_are_limited_per_machine(client: Client) -> None:
    _key, text = a_key(a_person())
    statuses = [post(client, TOKEN, {"api_key": text}).status_code for _ in range(61)]
    assert set(statuses[:-1]) == {200}
    assert statuses[-1] == 429


@pytest.mark.parametrize("text", ["", "nonsense", "tps_0011223344_" + "a" * 64, "a.b.c"])
def test_a_wrong_bearer_is_refused_even_with_a_session(client: Client, text: str) -> None:
    client.force_login(a_person())
    answer = client.get(ME, headers=bearer(text))
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_nobody_is_nobody(client: Client) -> None:
    assert client.get(ME).status_code == 401


def test_a_session_writes_with_a_csrf_token_only() -> None:
    user = a_person()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    url, body = "/api/v1/workspaces", {"name": "Second"}
    refused = post(browser, url, body)
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    browser.get("/settings/")
    token = browser.cookies["csrftoken"].value
    assert post(browser, url, body, **{"X-CSRFToken": token}).status_code == 201
    assert {workspace.name for workspace in workspace_list_for_user(user)} >= {"Second"}


def test_a_bearer_needs_no_csrf_token() -> None:
    _key, text = a_key(a_person())
    program = Client(enforce_csrf_checks=True)
    answer = program.patch(ME, {"display_name": "PLM"}, content_type="application/json", headers=bearer(text))
    assert (answer.status_code, answer.json()["display_name"]) == (200, "PLM")


@pytest.mark.parametrize(
    ("scopes", "read", "write"), [(["read"], 200, 403), (["write"], 403, 200), (["read", "write"], 200, 200)]
)
def test_scopes_of_a_key(client: Client, scopes: list[str], read: int, write: int) -> None:
    _key, text = a_key(a_person(), scopes=scopes)
    headers = bearer(text)
    assert client.get(ME, headers=headers).status_code == read
    changed = client.patch(ME, {"display_name": "PLM"}, content_type="application/json", headers=headers)
    assert changed.status_code == write


def test_use_of_a_key_is_noted(client: Client) -> None:
    key, text = a_key(a_person())
    client.get(ME, headers=bearer(text))
    key.refresh_from_db()
    assert key.last_used_at is not None


def test_me_names_the_caller_and_his_workspaces(client: Client) -> None:
    user = a_person(display_name="Hana")
    workspace = workspace_of(user)
    client.force_login(user)
    assert client.get(ME).json() == {
        "id": user.pk,
        "email": user.email,
        "display_name": "Hana",
        "language": "en",
        "is_service": False,
        "workspaces": [{"id": str(workspace.pk), "name": "Hana's workspace", "role": "owner"}],
    }


def test_the_language_is_one_the_interface_speaks(client: Client) -> None:
    user = a_person()
    client.force_login(user)
    assert client.patch(ME, {"language": "ja"}, content_type="application/json").json()["language"] == "ja"
    refused = client.patch(ME, {"language": "fr"}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_language")


def test_keys_are_made_listed_and_revoked(client: Client) -> None:
    owner = a_person()
    client.force_login(owner)
    made = post(client, KEYS, {"name": "PLM", "role": "editor", "scopes": ["read"]})
    assert made.status_code == 201
    secret, key_id = made.json()["secret"], made.json()["id"]
    assert client.get(ME, headers=bearer(secret)).json()["is_service"]
    (listed,) = client.get(KEYS).json()
    assert "secret" not in listed
    assert (listed["name"], listed["role"], listed["scopes"]) == ("PLM", "editor", ["read"])
    assert listed["last_used_at"] is not None
    assert client.delete(f"{KEYS}/{key_id}").status_code == 204
    assert client.get(ME, headers=bearer(secret)).status_code == 401
    assert client.get(KEYS).json()[0]["revoked_at"] is not None


def test_a_key_is_made_for_the_workspace_named(client: Client) -> None:
    owner = a_person()
    other = workspace_of(a_person())
    client.force_login(owner)
    assert post(client, KEYS, {"name": "PLM", "workspace_id": str(other.pk)}).status_code == 404
    answer = post(client, KEYS, {"name": "PLM", "workspace_id": str(workspace_of(owner).pk)})
    assert answer.json()["workspace_id"] == str(workspace_of(owner).pk)
    assert ApiKey.objects.count() == 1


def test_keys_are_for_owners(client: Client) -> None:
    workspace = workspace_of(a_person())
    client.force_login(a_member(workspace, "designer"))
    assert client.get(KEYS).status_code == 403
    assert post(client, KEYS, {"name": "PLM"}).status_code == 403
