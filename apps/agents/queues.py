"""Sends a task's id to its queue, or, inside `tasks_collected`, to whoever runs tasks in this process."""

import logging
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from uuid import UUID

from django.db import transaction
from kombu.exceptions import OperationalError

from apps.agents import registry
from apps.agents.models import AgentTask

logger = logging.getLogger(__name__)

Priority = AgentTask.Priority
BROKER_PRIORITY: Mapping[str, int] = MappingProxyType({Priority.HIGH: 0, Priority.NORMAL: 3, Priority.LOW: 9})
"""On Redis the smaller number is served first; the numbers are those of the broker's priority_steps."""

_collected: ContextVar[deque[UUID] | None] = ContextVar("collected", default=None)


@contextmanager
def tasks_collected() -> Iterator[deque[UUID]]:
    """Inside, no task goes to a worker: their ids wait in the deque, for `task_run` in this very process."""
    waiting: deque[UUID] = deque()
    token = _collected.set(waiting)
    try:
        yield waiting
    finally:
        _collected.reset(token)


def enqueue(task: AgentTask, *, delay_s: float = 0) -> None:
    """Sends the message once the row is committed. Where no broker answers, the recovery sends it later."""
    transaction.on_commit(lambda: _send(task, delay_s))


def _send(task: AgentTask, delay_s: float) -> None:
    waiting = _collected.get()
    if waiting is not None:
        waiting.append(task.pk)
        return
    from apps.agents.tasks import run

    spec = registry.get(task.agent_type)
    try:
        run.apply_async(
            args=[str(task.pk)],
            queue=spec.queue,
            priority=BROKER_PRIORITY[task.priority],
            countdown=delay_s or None,
            soft_time_limit=spec.soft_limit_s,
            time_limit=spec.hard_limit_s,
            retry_policy={"max_retries": 2, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2},
        )
    except (OperationalError, OSError) as error:
        logger.warning("task %s is saved, but the broker does not answer: %s", task.pk, error)
