"""The sample agents, and a real worker for them on the test database."""

import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection
from kombu.pools import ProducerPool

from techpack_site.celery import app
from techpack_site.local.site_processes import CELERY, beat
from tests.apps.agents.samples.specs import register_samples
from tests.apps.agents.waiting import until
from tests.live_site import test_database_url

DATABASE_OF_SAMPLES = "5"


@pytest.fixture(scope="session", autouse=True)
def _samples() -> None:
    register_samples()


@dataclass
class Worker:
    """A Celery process with its children, in a process group of its own."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def kill_all(self) -> None:
        """kill -9 of the worker and its children."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_main(self) -> None:
        """kill -9 of the main process alone."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill_all()


@pytest.fixture
def samples_broker(servers: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A broker database for the sample agents alone: no worker of the live site takes their tasks."""
    url = app.conf.broker_url
    if url.startswith("redis+socket://"):
        url = f"{url}?virtual_host={DATABASE_OF_SAMPLES}"
    else:
        url = urlunsplit(urlsplit(url)._replace(path=f"/{DATABASE_OF_SAMPLES}"))
    with app.connection_for_write(url) as broker:
        producers = ProducerPool(broker.Pool(4), limit=4)
        monkeypatch.setattr(app.amqp, "_producer_pool", producers)
        yield url
        producers.connections.force_close_all()
        broker.default_channel.client.flushdb()


@dataclass
class Processes:
    """Starts what works on the sample agents; `stop` ends it and prints the logs."""

    broker_url: str
    folder: Path
    running: list[Worker] = field(default_factory=list)

    def worker(self, concurrency: int = 1, queues: str = "cv") -> Worker:
        name = f"samples{len(self.running)}"
        options = ["--concurrency", str(concurrency), "--without-gossip", "--without-mingle", "-Q", queues]
        return self._start([*CELERY, "worker", *options, "-n", f"{name}@%h"], " ready.")

    def beat(self) -> Worker:
        return self._start(beat(self.folder), "beat: Starting")

    def stop(self) -> None:
        for one in self.running:
            one.stop()
            print(one.log.read_text())

    def _start(self, command: list[str], ready: str) -> Worker:
        log = self.folder / f"process{len(self.running)}.log"
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings_worker",
            "DATABASE_URL": test_database_url(connection.settings_dict["NAME"]),
            "TECHPACK_TEST_BROKER_URL": self.broker_url,
            "CELERY_SKIP_CHECKS": "1",
        }
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=settings.ROOT,
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.running.append(Worker(process, log))
        until(lambda: ready in log.read_text() or process.poll() is not None, f"{command} is ready", 240)
        assert process.poll() is None, log.read_text()
        return self.running[-1]


@pytest.fixture
def processes(transactional_db: None, samples_broker: str, tmp_path: Path) -> Iterator[Processes]:
    """Workers and beat for the sample agents, on the test database; they end with the test."""
    started = Processes(samples_broker, tmp_path)
    yield started
    started.stop()
