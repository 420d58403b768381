"""What a pipeline holds while it works: its task, its fence, and the ways to say how far it is."""

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.agents import announcements
from apps.agents.models import AgentTask

logger = logging.getLogger(__name__)

HEARTBEAT_S = 5.0


class TaskCancelled(Exception):  # noqa: N818 - it ends a task, it is no error
    """Somebody asked for this task to stop."""


class TaskFenced(Exception):  # noqa: N818 - another start does the work
    """Another start took this task over; nothing this one writes counts any more."""


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"[:120]


class TaskContext:
    """One start of one task. Every write holds only while this start is still the running one."""

    def __init__(self, task: AgentTask) -> None:
        self.task = task
        self.fence = task.attempt
        self.effect_done = False
        self._models: list[dict[str, Any]] = []

    @property
    def configuration(self) -> dict[str, Any]:
        configuration: dict[str, Any] = self.task.configuration
        return configuration

    def report(self, step: str, progress: int, partial: dict[str, Any] | None = None) -> None:
        """Says which step begins and how far the work is (0-100); `partial` replaces what was kept so far.

        Raises TaskCancelled when a person asked to stop, TaskFenced when another start took over.
        """
        if not 0 <= progress <= 100:
            raise ValueError(f"progress {progress} is not a percentage")
        changes: dict[str, Any] = {"current_step": step, "progress": progress, "heartbeat_at": timezone.now()}
        if partial is not None:
            changes["partial"] = partial
        if not self._mine().filter(cancel_requested_at=None).update(**changes):
            self.check()
        announcements.task_changed(self.task.pk)

    def check(self) -> None:
        """Raises as `report` does, without reporting; for long loops inside a step."""
        row = self._mine().values("cancel_requested_at").first()
        if row is None:
            raise TaskFenced(str(self.task.pk))
        if row["cancel_requested_at"] is not None:
            raise TaskCancelled(str(self.task.pk))

    def models(self, models: list[dict[str, Any]]) -> None:
        """Notes which models were used, as [{"name", "version", "sha256"}]; kept with the result."""
        self._models = models

    @contextmanager
    def effect(self) -> Iterator[dict[str, Any]]:
        """The transaction in which a task writes what it made; the task succeeds with it, or neither happens.

        Yields the result dictionary to fill. The task row is locked first, so that of two starts only the one
        that still holds the fence can write, and only once. Follow-up tasks are created inside.
        Raises TaskCancelled and TaskFenced before anything is written.
        """
        if self.effect_done:
            raise RuntimeError("a task has one effect")
        result: dict[str, Any] = {}
        with transaction.atomic():
            self._lock()
            yield result
            self.write_end(AgentTask.Status.SUCCEEDED, result=result, progress=100)
        self.effect_done = True

    def write_end(self, status: AgentTask.Status, **changes: Any) -> bool:
        """Ends this start; False when it was no longer the running one and nothing was written."""
        changes = {"finished_at": timezone.now(), "model_versions": self._models, **changes}
        ended = self._mine().update(status=status, **changes)
        if ended:
            announcements.task_changed(self.task.pk)
        return bool(ended)

    def _lock(self) -> None:
        row = AgentTask.objects.select_for_update().get(pk=self.task.pk)
        if row.attempt != self.fence or row.status != AgentTask.Status.RUNNING:
            raise TaskFenced(str(self.task.pk))
        if row.cancel_requested_at is not None:
            raise TaskCancelled(str(self.task.pk))

    def _mine(self) -> QuerySet[AgentTask]:
        return running_start(self.task.pk, self.fence)


def running_start(task_id: UUID, fence: int) -> QuerySet[AgentTask]:
    """The row, while start number `fence` is the running one."""
    return AgentTask.objects.filter(pk=task_id, attempt=fence, status=AgentTask.Status.RUNNING)


class Heartbeat:
    """Says every few seconds, from a thread of its own, that the process of a start is alive."""

    def __init__(self, task_id: UUID, fence: int, seconds: float = HEARTBEAT_S) -> None:
        self._task_id, self._fence, self._seconds = task_id, fence, seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat-{task_id}", daemon=True)

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._stop.wait(self._seconds):
            try:
                if not running_start(self._task_id, self._fence).update(heartbeat_at=timezone.now()):
                    return
            except DatabaseError:
                logger.warning("no heartbeat for task %s: the database does not answer", self._task_id)
            finally:
                connection.close()
