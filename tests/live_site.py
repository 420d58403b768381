"""The real site against the test database: daphne, both workers and beat as processes of their own."""

import http.client
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from techpack_site.local import addresses
from techpack_site.local.site_processes import HOST, beat, web, worker

START_SECONDS = 90.0
STOP_SECONDS = 10.0
READY_LINES = {"worker": " ready.", "export": " ready.", "beat": "beat: Starting"}


def test_database_url(name: str) -> str:
    """URL of the test database `name`: on the server of DATABASE_URL, or on the embedded one."""
    given = os.environ.get("DATABASE_URL", "")
    if not given:
        return addresses.database_url(Path(os.environ["TECHPACK_VAR"]), name)
    return urlunsplit(urlsplit(given)._replace(path=f"/{name}"))


test_database_url.__test__ = False  # type: ignore[attr-defined]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass
class LiveSite:
    """Processes of one site; each writes to `logs`/<name>.log."""

    database_url: str
    logs: Path
    port: int = field(default_factory=free_port)
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        for name in self.commands():
            self.start_one(name, wait=False)
        for name in self.commands():
            self.wait_ready(name)

    def commands(self) -> dict[str, list[str]]:
        return {
            "web": web(self.port),
            "worker": worker("worker", "cv,ml,nlp"),
            "export": worker("export", "export"),
            "beat": beat(self.logs),
        }

    def start_one(self, name: str, *, wait: bool = True) -> None:
        """Start process `name`, also again after a test killed it."""
        self.logs.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "DATABASE_URL": self.database_url, "PYTHONUNBUFFERED": "1"}
        with self.log(name).open("wb") as log:
            self.processes[name] = subprocess.Popen(
                self.commands()[name],
                cwd=addresses.ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if wait:
            self.wait_ready(name)

    def wait_ready(self, name: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._ready(name):
            if self.processes[name].poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{name} did not start:\n{self.log(name).read_text()[-4000:]}")
            time.sleep(0.1)

    def kill(self, name: str) -> None:
        """kill -9 of the process and all its children."""
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes[name].wait()

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for name, process in self.processes.items():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill(name)

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def last_lines(self, count: int = 60) -> dict[str, str]:
        """The end of each process's log, for the report of a failed test."""
        return {
            name: "\n".join(self.log(name).read_text(errors="replace").splitlines()[-count:])
            for name in self.processes
        }

    def _ready(self, name: str) -> bool:
        if name != "web":
            return READY_LINES[name] in self.log(name).read_text(errors="replace")
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        try:
            connection.request("GET", "/ready")
            return connection.getresponse().status == http.client.OK
        except OSError:
            return False
        finally:
            connection.close()
