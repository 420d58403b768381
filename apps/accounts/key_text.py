"""API keys as text: `tps_<prefix>_<secret>`. The prefix finds the row, only the secret's digest is kept.

A secret has 256 random bits, so a plain SHA-256 cannot be searched backwards and needs no salt.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

MARK = "tps"
PREFIX_BYTES = 5
SECRET_BYTES = 32


@dataclass(frozen=True)
class KeyText:
    """The two parts of a key's text."""

    prefix: str
    secret: str

    def __str__(self) -> str:
        return f"{MARK}_{self.prefix}_{self.secret}"


def key_new() -> KeyText:
    return KeyText(prefix=secrets.token_hex(PREFIX_BYTES), secret=secrets.token_hex(SECRET_BYTES))


def key_parse(text: str) -> KeyText | None:
    """The parts of `text`, or None when it is not written like a key."""
    mark, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    if mark != MARK or len(prefix) != 2 * PREFIX_BYTES or len(secret) != 2 * SECRET_BYTES:
        return None
    return KeyText(prefix=prefix, secret=secret)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def matches(secret: str, expected_digest: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(digest(secret), expected_digest)
