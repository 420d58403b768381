"""What the web process carries: no torch, which is installed for training and would cost it 400 MB."""

import subprocess
import sys
from importlib.util import find_spec

import psutil
import pytest

from techpack_site.local import addresses
from tests.live_site import LiveSite

WHOLE_SITE = """
import sys
import techpack_site.asgi, techpack_site.urls, techpack_site.celery
from apps.agents import registry
print("\\n".join(sys.modules))
"""
HEAVY = ("torch", "transformers", "ultralytics", "playwright")


@pytest.fixture(autouse=True)
def _torch_is_there() -> None:
    assert find_spec("torch"), "torch must be installed here, or these tests could not fail"


def test_site_imports_no_torch() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WHOLE_SITE], cwd=addresses.ROOT, capture_output=True, text=True, check=True
    )
    modules = set(done.stdout.split())
    assert "django" in modules
    assert modules.isdisjoint(HEAVY)


def test_running_web_process_has_no_torch_mapped(live_processes: LiveSite) -> None:
    web = psutil.Process(live_processes.processes["web"].pid)
    libraries = [mapped.path for mapped in web.memory_maps()]
    assert any("psycopg" in path for path in libraries)
    assert not any("torch" in path for path in libraries)
