"""Settings of the test run: real servers, quick password hashing, e-mail kept in memory."""

from techpack_site.settings.base import *  # noqa: F403
from techpack_site.settings.base import STORAGES

SECRET_KEY = "for the test run alone"
DEMO = True
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
