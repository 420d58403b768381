"""The Celery side: thin shells around services, and the warm-up of workers."""

import logging
import threading
from collections.abc import Collection
from typing import Any

from celery import current_app, shared_task
from celery.concurrency.thread import TaskPool as ThreadPool
from celery.signals import worker_process_init, worker_ready
from django.utils.module_loading import import_string

from apps.agents import services
from apps.agents.registry import warm_up_paths

logger = logging.getLogger(__name__)


@shared_task(name="agents.run")  # type: ignore[untyped-decorator]
def run(task_id: str) -> None:
    services.task_run(task_id)


@shared_task(name="agents.recover")  # type: ignore[untyped-decorator]
def recover() -> None:
    services.recover_lost_tasks()


@worker_process_init.connect  # type: ignore[untyped-decorator]
def warm_up_process(**_signal: object) -> None:
    """A process of a worker prepares in the background: Celery kills one that is not up within seconds."""
    _warm_up_aside()


@worker_ready.connect  # type: ignore[untyped-decorator]
def warm_up_threads(sender: Any, **_signal: object) -> None:
    """A worker whose tasks are threads has one process, its own, to prepare."""
    if isinstance(sender.pool, ThreadPool):
        _warm_up_aside()


def _warm_up_aside() -> None:
    threading.Thread(target=warm_up, args=(consumed_queues(),), name="warm-up", daemon=True).start()


def consumed_queues() -> set[str]:
    """The queues that this worker takes tasks from."""
    return set(current_app.amqp.queues.consume_from)


def warm_up(queues: Collection[str]) -> None:
    """Prepare for the tasks of these queues; what fails is logged, and fails again in the task itself."""
    for path in sorted(warm_up_paths(queues)):
        try:
            import_string(path)()
        except Exception:
            logger.exception("%s failed", path)
