"""Settings of `make run` on one laptop: embedded servers, e-mail on the console, a secret made once."""

import secrets

from techpack_site.settings.base import *  # noqa: F403
from techpack_site.settings.base import VAR, env

DEBUG = env.bool("TECHPACK_DEBUG", False)
DEMO = True
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"


def _secret_key() -> str:
    """The key of this installation, made at the first start and kept in var/."""
    path = VAR / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()


SECRET_KEY = env.str("TECHPACK_SECRET_KEY", None) or _secret_key()
