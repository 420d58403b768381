"""Bearer credentials: API keys, and JWT access tokens (HS256, 15 minutes) made from a password or a key."""

import hashlib
import hmac
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import jwt
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from apps.accounts import key_text
from apps.accounts.models import ApiKey, User

LIFETIME_S = 15 * 60
ISSUER = "techpack"
ALGORITHM = "HS256"
ALL_SCOPES = frozenset({"read", "write"})


@dataclass(frozen=True)
class Credentials:
    """Who sent the request, and what the credential allows: scopes of "read" and "write"."""

    user: User
    scopes: frozenset[str]
    api_key_id: UUID | None = None


def credentials_of(bearer: str) -> Credentials | None:
    """The credentials behind a key or token; None when it is wrong, expired, revoked or switched off."""
    parsed = key_text.key_parse(bearer)
    return _credentials_of_key(parsed) if parsed else _credentials_of_token(bearer)


def access_token_issue(credentials: Credentials) -> str:
    """A JWT that acts as `credentials` for LIFETIME_S seconds; it ends early with the key or the password."""
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "sub": str(credentials.user.pk),
        "iat": now,
        "exp": now + LIFETIME_S,
        "scopes": sorted(credentials.scopes),
        "pwd": _password_mark(credentials.user),
    }
    if credentials.api_key_id is not None:
        claims["key"] = str(credentials.api_key_id)
    return jwt.encode(claims, _signing_key(), algorithm=ALGORITHM)


def _credentials_of_key(parsed: key_text.KeyText) -> Credentials | None:
    key = _live_keys().filter(prefix=parsed.prefix).first()
    if key is None or not key_text.matches(parsed.secret, key.digest):
        return None
    return Credentials(user=key.user, scopes=frozenset(key.scopes), api_key_id=key.pk)


def _credentials_of_token(token: str) -> Credentials | None:
    try:
        claims = jwt.decode(
            token,
            _signing_key(),
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            options={"require": ["exp", "iat", "sub", "iss"]},
        )
    except jwt.InvalidTokenError:
        return None
    user = User.objects.filter(pk=claims["sub"], is_active=True).first()
    if user is None or not hmac.compare_digest(claims.get("pwd", ""), _password_mark(user)):
        return None
    scopes = ALL_SCOPES & frozenset(claims.get("scopes", ()))
    if "key" not in claims:
        return Credentials(user=user, scopes=scopes)
    key = _live_keys().filter(pk=claims["key"], user=user).first()
    if key is None:
        return None
    return Credentials(user=user, scopes=scopes & frozenset(key.scopes), api_key_id=key.pk)


def _live_keys() -> QuerySet[ApiKey]:
    return ApiKey.objects.select_related("user").filter(revoked_at=None, user__is_active=True)


def _signing_key() -> bytes:
    """Derived from SECRET_KEY, so that a token can never pass for another signed value of the site."""
    return salted_hmac("techpack.access_token", "", algorithm="sha256").digest()


def _password_mark(user: User) -> str:
    """Changes with the password, so that a changed password ends the tokens made with the old one."""
    return hashlib.sha256(user.get_session_auth_hash().encode()).hexdigest()[:16]
