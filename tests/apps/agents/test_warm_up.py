"""What a worker prepares when it starts."""

import logging
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from celery.concurrency.prefork import TaskPool as ProcessPool
from celery.concurrency.thread import TaskPool as ThreadPool

from apps.agents import tasks
from apps.garments import pipeline
from ml.registry import Registry
from ml.vision.analysis import warm_up
from tests.ml.networks import write_models


def test_every_network_is_loaded_before_the_first_photo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    networks = Registry(weights=write_models(tmp_path), threads=1)
    monkeypatch.setattr(pipeline, "shared_registry", lambda _device: networks)
    tasks.warm_up({"cv", "ml"})
    for file in tmp_path.iterdir():
        file.unlink()  # what is loaded needs no file any more
    warm_up(networks)


@pytest.mark.parametrize(("pool", "prepared"), [(ThreadPool, True), (ProcessPool, False)])
def test_a_worker_of_threads_prepares_its_own_process(
    monkeypatch: pytest.MonkeyPatch, pool: type, prepared: bool
) -> None:
    """Processes are told one by one, by another signal."""
    called = threading.Event()
    monkeypatch.setattr(tasks, "consumed_queues", lambda: {"cv"})
    monkeypatch.setattr(pipeline, "warm_up", called.set)
    tasks.warm_up_threads(sender=SimpleNamespace(pool=pool(1)))
    assert called.wait(20 if prepared else 0.5) == prepared


def test_a_failing_warm_up_is_logged_and_the_worker_lives_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pipeline, "shared_registry", lambda _device: Registry(weights=tmp_path, threads=1))
    paths = {"apps.garments.pipeline.warm_up", "os.no_such"}
    monkeypatch.setattr(tasks, "warm_up_paths", lambda _queues: paths)
    with caplog.at_level(logging.ERROR):
        tasks.warm_up({"cv"})
    assert {record.getMessage() for record in caplog.records} == {f"{path} failed" for path in paths}
