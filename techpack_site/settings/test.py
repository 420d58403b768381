"""Settings of the test run: real servers, quick password hashing, e-mail kept in memory.

Each run has its own data folder and with it its own servers: runs never meet each other or `make run`.
"""

import os

from techpack_site.local.addresses import TEST_VAR

os.environ.setdefault("TECHPACK_TEST_VAR", str(TEST_VAR / str(os.getpid())))
os.environ["TECHPACK_VAR"] = os.environ["TECHPACK_TEST_VAR"]

from techpack_site.settings.base import *  # noqa: F403
from techpack_site.settings.base import STORAGES

SECRET_KEY = "for the test run alone"  # noqa: S105
DEMO = True
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
