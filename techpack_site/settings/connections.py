"""Connection settings from DATABASE_URL and REDIS_URL, or the embedded servers where they are unset."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from techpack_site.local import addresses


def database_settings(url: str, var: Path) -> dict[str, Any]:
    """Django's DATABASES entry for a libpq URL; an empty `url` means the embedded PostgreSQL of `var`."""
    parts = urlsplit(url or addresses.database_url(var))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"DATABASE_URL must start with postgresql://, not {parts.scheme or 'nothing'}://")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {**options, "pool": {"min_size": 0, "max_size": 8, "timeout": 20}},
        "ATOMIC_REQUESTS": False,
    }


def cache_url(url: str, var: Path) -> str:
    """URL for redis-py: Django's cache and the channel layer.

    In the embedded Valkey they have database 1: clearing the cache leaves the queues of database 0 alone.
    """
    return url or f"{addresses.redis_url(var)}?db=1"


def broker_url(url: str, var: Path) -> str:
    """URL for kombu, which writes a UNIX socket as redis+socket://."""
    address = url or addresses.redis_url(var)
    return address.replace("unix://", "redis+socket://", 1)
