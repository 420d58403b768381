"""Settings of a real installation: no secret and no address has a default."""

from techpack_site.settings.base import *  # noqa: F403
from techpack_site.settings.base import env

DEBUG = False
SECRET_KEY = env.str("TECHPACK_SECRET_KEY")
ALLOWED_HOSTS: list[str] = env.list("TECHPACK_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
env.str("DATABASE_URL")
env.str("REDIS_URL")

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.str("TECHPACK_SMTP_HOST")
EMAIL_PORT = env.int("TECHPACK_SMTP_PORT", 587)
EMAIL_HOST_USER = env.str("TECHPACK_SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.str("TECHPACK_SMTP_PASSWORD", "")
EMAIL_USE_TLS = True
DEFAULT_FROM_EMAIL = env.str("TECHPACK_FROM_EMAIL")

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31536000
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

if dsn := env.str("SENTRY_DSN", ""):
    import sentry_sdk

    sentry_sdk.init(dsn=dsn, send_default_pii=False)
