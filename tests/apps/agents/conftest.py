"""The sample agents, and a real worker for them on the test database."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection
from kombu.pools import ProducerPool

from techpack_site.celery import app
from techpack_site.local.site_processes import CELERY
from tests.apps.agents.samples.specs import register_samples
from tests.apps.agents.waiting import until
from tests.live_site import test_database_url

DATABASE_OF_SAMPLES = "5"


@pytest.fixture(scope="session", autouse=True)
def _samples() -> None:
    register_samples()


@dataclass
class Worker:
    """A Celery worker with its children, in a process group of its own."""

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


@pytest.fixture
def start_worker(
    transactional_db: None,
    samples_broker: str,
    tmp_path: Path,
) -> Iterator[Callable[..., Worker]]:
    """Starts workers for the sample agents; they end with the test, their messages too."""
    workers: list[Worker] = []

    def start(concurrency: int = 1) -> Worker:
        log = tmp_path / f"worker{len(workers)}.log"
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings_worker",
            "DATABASE_URL": test_database_url(connection.settings_dict["NAME"]),
            "TECHPACK_TEST_BROKER_URL": samples_broker,
            "CELERY_SKIP_CHECKS": "1",
        }
        command = [*CELERY, "worker", "--concurrency", str(concurrency), "--without-gossip"]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*command, "--without-mingle", "-n", f"samples{len(workers)}@%h", "-Q", "cv"],
                cwd=settings.ROOT,
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        worker = Worker(process, log)
        workers.append(worker)
        until(lambda: " ready." in log.read_text() or process.poll() is not None, "the worker is ready", 240)
        assert process.poll() is None, log.read_text()
        return worker

    yield start
    for worker in workers:
        worker.stop()
        print(worker.log.read_text())
