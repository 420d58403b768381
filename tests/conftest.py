"""Fixtures for all tests: the embedded servers, the live site, the browser."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.conf import settings
from django.core.cache import cache

from techpack_site.local.addresses import TEST_VAR
from techpack_site.local.servers import Servers, ensure_running, stop_abandoned
from tests.live_site import LiveSite, test_database_url

BROWSER_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LIVE_SITE = pytest.StashKey[LiveSite]()


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """PostgreSQL and Valkey of this run; those named by DATABASE_URL and REDIS_URL are used as they are."""
    remove_data_of_killed_runs()
    with ensure_running(settings.VAR, durable=False) as running:
        yield running
    if settings.VAR.parent == TEST_VAR and stop_abandoned(settings.VAR):
        shutil.rmtree(settings.VAR, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    servers: Servers,
) -> None:
    """Start the servers before pytest-django makes the test database."""


@pytest.fixture
def clean_cache(servers: Servers) -> Iterator[None]:
    """An empty cache, for tests of limits and of cached values."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="session")
def site_processes(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[LiveSite]:
    with django_db_blocker.unblock():
        from django.db import connection

        name = connection.settings_dict["NAME"]
    site = LiveSite(test_database_url(name), Path(settings.VAR) / "log" / "site")
    request.config.stash[LIVE_SITE] = site
    try:
        site.start()
        yield site
    finally:
        site.stop()


@pytest.fixture
def live_processes(transactional_db: None, site_processes: LiveSite) -> Iterator[LiveSite]:
    """The running site with its processes, for tests that kill or restart one; all run again afterwards."""
    yield site_processes
    for name, process in site_processes.processes.items():
        if process.poll() is not None:
            site_processes.start_one(name)


@pytest.fixture
def live_site(live_processes: LiveSite) -> str:
    """Base URL of the real site: daphne, workers and beat on the test database, emptied after each test."""
    return live_processes.url


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Show the logs of the live site with a failed test that used it."""
    report = yield
    if report.failed and "live_processes" in getattr(item, "fixturenames", ()):
        site = item.config.stash.get(LIVE_SITE, None)
        if site is not None:
            report.sections += [(f"log of {name}", text) for name, text in site.last_lines().items()]
    return report


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser: TECHPACK_CHROMIUM, or chromium on PATH. Its absence is a failure, not a skip."""
    path = os.environ.get("TECHPACK_CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.fail(
            "The browser tests need Chromium: install Debian's package `chromium`, "
            "or name another build by TECHPACK_CHROMIUM.",
            pytrace=False,
        )
    return path


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: str) -> dict[str, Any]:
    """What pytest-playwright starts: the machine's Chromium with an empty profile."""
    # Playwright's event loop lives in the thread of the test, where Django would refuse the ORM.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {"executable_path": chromium, "args": BROWSER_FLAGS}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright leaves an event loop running in the thread of all later tests."""
    items.sort(key=lambda item: "browser_name" in getattr(item, "fixturenames", ()))


def remove_data_of_killed_runs() -> None:
    """Stop the servers and remove the data of test runs that were killed."""
    for folder in TEST_VAR.iterdir() if TEST_VAR.is_dir() else ():
        if not psutil.pid_exists(int(folder.name)) and stop_abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)
