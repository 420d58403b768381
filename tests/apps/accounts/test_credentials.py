"""API keys and access tokens: what works, what stops working, and what is kept of them."""

from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.utils import timezone

from apps.accounts import key_text, services, tokens
from apps.accounts.models import ApiKey
from apps.problems import Problem
from tests.apps.people import a_key, a_member, a_person, workspace_of


def test_a_key_is_written_and_read_again() -> None:
    text = key_text.key_new()
    assert key_text.key_parse(str(text)) == text
    assert key_text.key_new() != text


@pytest.mark.parametrize(
    "text",
    ["", "tps_", "tps_0011223344_", "tps_0011223344_abc", "xyz_0011223344_" + "a" * 64, "a.b.c", "tps" * 30],
)
def test_what_is_not_written_like_a_key(text: str) -> None:
    assert key_text.key_parse(text) is None


@pytest.mark.django_db
def test_of_a_key_only_the_digest_is_kept() -> None:
    key, text = a_key(a_person())
    secret = text.rpartition("_")[2]
    kept = ApiKey.objects.filter(pk=key.pk).values().get()
    assert secret not in str(kept)
    assert kept["digest"] == key_text.digest(secret)


@pytest.mark.django_db
def test_a_key_acts_as_its_own_user_with_its_own_role_and_scopes() -> None:
    owner = a_person()
    key, text = a_key(owner, role="editor", scopes=["read"])
    credentials = tokens.credentials_of(text)
    assert credentials == tokens.Credentials(key.user, frozenset({"read"}), key.pk)
    assert key.user.is_service
    assert key.user != owner
    assert not key.user.has_usable_password()
    assert list(key.user.memberships.values_list("workspace", "role")) == [(key.workspace_id, "editor")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"role": "owner"}, "key_role"),
        ({"role": "tailor"}, "key_role"),
        ({"scopes": []}, "key_scopes"),
        ({"scopes": ["read", "admin"]}, "key_scopes"),
        ({"name": "  "}, "name_missing"),
    ],
)
def test_keys_that_cannot_be_made(fields: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem, match=code):
        a_key(a_person(), **fields)


@pytest.mark.django_db
def test_a_wrong_secret_behind_a_right_prefix_is_refused() -> None:
    key, text = a_key(a_person())
    wrong = key_text.KeyText(key.prefix, "0" * 64)
    assert tokens.credentials_of(str(wrong)) is None
    assert tokens.credentials_of(text) is not None


@pytest.mark.django_db
def test_revoking_ends_the_key_and_its_tokens() -> None:
    owner = a_person()
    key, text = a_key(owner)
    token = tokens.access_token_issue(tokens.credentials_of(text))
    assert tokens.credentials_of(token) is not None
    services.api_key_revoke(user=owner, api_key=key)
    services.api_key_revoke(user=owner, api_key=key)
    assert tokens.credentials_of(text) is None
    assert tokens.credentials_of(token) is None


@pytest.mark.django_db
def test_a_token_carries_no_more_scopes_than_its_key_has_now() -> None:
    key, text = a_key(a_person())
    token = tokens.access_token_issue(tokens.credentials_of(text))
    ApiKey.objects.filter(pk=key.pk).update(scopes=["read"])
    assert tokens.credentials_of(token).scopes == {"read"}


@pytest.mark.django_db
def test_a_token_ends_with_the_password_it_was_made_with() -> None:
    user = a_person()
    token = tokens.access_token_issue(tokens.Credentials(user, tokens.ALL_SCOPES))
    assert tokens.credentials_of(token).user == user
    user.set_password("another 9 needles")
    user.save()
    assert tokens.credentials_of(token) is None


@pytest.mark.django_db
def test_a_token_ends_with_the_account() -> None:
    user = a_person()
    token = tokens.access_token_issue(tokens.Credentials(user, tokens.ALL_SCOPES))
    user.is_active = False
    user.save()
    assert tokens.credentials_of(token) is None


def _forged(user: Any, **changes: Any) -> dict[str, Any]:
    token = tokens.access_token_issue(tokens.Credentials(user, tokens.ALL_SCOPES))
    claims = jwt.decode(token, options={"verify_signature": False})
    return {name: value for name, value in {**claims, **changes}.items() if value is not None}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes", [{"exp": 1}, {"exp": None}, {"iss": "other"}, {"sub": None}, {"pwd": None}, {"sub": "0"}]
)
def test_claims_that_do_not_hold(changes: dict[str, Any]) -> None:
    claims = _forged(a_person(), **changes)
    signed = jwt.encode(claims, tokens._signing_key(), algorithm="HS256")
    assert tokens.credentials_of(signed) is None


@pytest.mark.django_db
def test_a_token_signed_by_another_or_by_nobody_is_refused(settings: Any) -> None:
    claims = _forged(a_person())
    assert tokens.credentials_of(jwt.encode(claims, settings.SECRET_KEY * 2, algorithm="HS256")) is None
    assert tokens.credentials_of(jwt.encode(claims, None, algorithm="none")) is None
    assert tokens.credentials_of("no.token.atall") is None


@pytest.mark.django_db
def test_the_last_use_is_noted_at_most_once_a_minute() -> None:
    key, _text = a_key(a_person())
    services.api_key_touch(api_key_id=key.pk)
    key.refresh_from_db()
    first = key.last_used_at
    services.api_key_touch(api_key_id=key.pk)
    key.refresh_from_db()
    assert key.last_used_at == first
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=timezone.now() - timedelta(seconds=61))
    services.api_key_touch(api_key_id=key.pk)
    key.refresh_from_db()
    assert key.last_used_at > first


@pytest.mark.django_db
def test_a_key_makes_no_workspace_and_no_key() -> None:
    owner = a_person()
    key, _text = a_key(owner)
    with pytest.raises(Problem, match="person_needed"):
        services.workspace_create(user=key.user, name="Hidden")
    with pytest.raises(Problem, match="role_too_low"):
        services.api_key_create(
            workspace=workspace_of(owner), created_by=key.user, name="child", role="viewer", scopes=["read"]
        )


@pytest.mark.django_db
def test_only_owners_revoke() -> None:
    owner = a_person()
    key, text = a_key(owner)
    with pytest.raises(Problem, match="role_too_low"):
        services.api_key_revoke(user=a_member(workspace_of(owner), "designer"), api_key=key)
    assert tokens.credentials_of(text) is not None
