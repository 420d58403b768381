"""Settings of the worker that the tests of apps.agents start: with sample agents, on a broker of its own."""

import os

from techpack_site.settings.test import *  # noqa: F403
from techpack_site.settings.test import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.apps.agents.samples"]
CELERY_BROKER_URL = os.environ["TECHPACK_TEST_BROKER_URL"]
