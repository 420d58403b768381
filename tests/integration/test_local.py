"""`make run` for real: ready, port taken, one process killed, the supervisor stopped or killed."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from techpack_site.local import addresses
from techpack_site.local.postgres import Postgres
from techpack_site.local.servers import stop_abandoned
from techpack_site.local.site_processes import HOST, SUPERVISOR
from techpack_site.local.valkey import Valkey

READY_SECONDS = 360
END_SECONDS = 60
NAMES = {"web", "worker", "export", "beat", "watch"}


class Run:
    """One `python -m techpack_site.local` on the data folder `var`, with its output in a file."""

    def __init__(self, var: Path, port: int) -> None:
        self.var = var
        self.output = var.parent / "run.log"
        environment = {
            name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")
        }
        environment |= {
            "DJANGO_SETTINGS_MODULE": "techpack_site.settings.local",
            "TECHPACK_VAR": str(var),
            "TECHPACK_PORT": str(port),
        }
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "techpack_site.local"],
                cwd=addresses.ROOT,
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def log(self) -> str:
        return self.output.read_text(errors="replace")

    def wait_for(self, pattern: str) -> re.Match[str]:
        deadline = time.monotonic() + READY_SECONDS
        while (found := re.search(pattern, self.log, re.MULTILINE)) is None:
            assert self.process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(0.1)
        return found

    def pid(self, name: str) -> int:
        return int(self.wait_for(rf"{name} started \(pid=(\d+)\)")[1])

    def wait_end(self) -> int:
        return self.process.wait(END_SECONDS)

    def left_over(self) -> list[str]:
        """Command lines of processes of this run, its servers included, that are still there."""
        left = [" ".join(server.cmdline()) for server in self.servers() if server]
        for process in psutil.process_iter():
            try:
                if process.environ().get(SUPERVISOR) == str(self.process.pid):
                    left.append(" ".join(process.cmdline()))
            except (psutil.Error, OSError):
                continue
        return left

    def servers(self) -> list[psutil.Process | None]:
        return [Postgres(self.var, None).process(), Valkey(self.var, None).process()]


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for the runs of this module: the second start finds what the first one made."""
    return tmp_path_factory.mktemp("site") / "var"


@pytest.fixture
def run(var: Path) -> Iterator[Run]:
    """A running site whose first choice of port was taken."""
    with socket.create_server((HOST, 0)) as taken:
        running = Run(var, taken.getsockname()[1])
        try:
            running.wait_for(r"ready at http://")
            yield running
        finally:
            if running.process.poll() is None:
                running.process.terminate()
                running.wait_end()
            stop_abandoned(var)


def test_start_says_where_and_terminate_leaves_nothing(run: Run) -> None:
    taken, used = run.wait_for(r"^Port (\d+) is taken: using (\d+)\.").groups()
    assert int(used) > int(taken)
    assert f"ready at http://{HOST}:{used}/" in run.log
    assert re.search(r"Demo login: \S+@\S+ / \S+", run.log)
    assert set(re.findall(r"(\w+) started \(pid", run.log)) == NAMES
    with socket.create_connection((HOST, int(used))):
        pass
    run.process.terminate()
    assert run.wait_end() == 128 + signal.SIGTERM
    assert run.left_over() == []


@pytest.mark.parametrize("name", ["web", "export"])
def test_killed_process_is_named_and_everything_stops(run: Run, name: str) -> None:
    os.kill(run.pid(name), signal.SIGKILL)
    assert run.wait_end() not in (0, None)
    assert f"{name} stopped (rc=-9)" in run.log
    assert "A process ended by itself" in run.log
    assert run.left_over() == []


def test_killed_server_stops_everything(run: Run) -> None:
    valkey = Valkey(run.var, None).process()
    assert valkey is not None
    valkey.kill()
    assert run.wait_end() not in (0, None)
    assert re.search(r"watch +\| valkey ended", run.log)
    assert run.left_over() == []


def test_killed_supervisor_leaves_no_orphans(run: Run) -> None:
    run.process.kill()
    run.process.wait()
    deadline = time.monotonic() + END_SECONDS
    while run.left_over() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert run.left_over() == []


def test_second_supervisor_on_the_same_data_is_refused(run: Run) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "techpack_site.local"],
        cwd=addresses.ROOT,
        env={**os.environ, "TECHPACK_VAR": str(run.var)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert f"already runs from this folder (process {run.process.pid})" in second.stdout
    assert run.process.poll() is None
