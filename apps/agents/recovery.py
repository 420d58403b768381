"""Care for tasks whose worker died or whose message was lost; run every few seconds by Celery beat."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.agents import announcements, registry
from apps.agents.context import HEARTBEAT_S
from apps.agents.models import AgentTask
from apps.agents.queues import enqueue
from apps.agents.running import TIME_LIMIT_TEXT, WORKER_LOST_TEXT, error_document
from apps.problems import Problem

logger = logging.getLogger(__name__)

Status = AgentTask.Status

LOST_AFTER = timedelta(seconds=4 * HEARTBEAT_S)
"""A worker that missed four heartbeats is taken for dead."""
MESSAGE_AFTER = timedelta(seconds=60)
"""A task nobody took up for this long gets another message; whichever comes second is dropped."""


def recover_lost_tasks(
    *, lost_after: timedelta = LOST_AFTER, message_after: timedelta = MESSAGE_AFTER
) -> list[AgentTask]:
    """Puts tasks of dead workers back in their queue, or ends them; sends lost messages again.

    A lost task ends when it was to be cancelled, was over its hard limit, or has no start left.
    Returns the tasks it changed.
    """
    now = timezone.now()
    running = Q(status=Status.RUNNING, heartbeat_at__lt=now - lost_after)
    waiting = Q(status=Status.QUEUED, queued_at__lt=now - message_after)
    ids = AgentTask.objects.filter(running | waiting).order_by("queued_at").values_list("pk", flat=True)
    changed = []
    for task_id in ids:
        with transaction.atomic():
            rows = AgentTask.objects.select_for_update(skip_locked=True).filter(running | waiting, pk=task_id)
            for task in rows:
                _recover(task, now)
                changed.append(task)
    return changed


def _recover(task: AgentTask, now: datetime) -> None:
    try:
        spec = registry.get(task.agent_type)
    except Problem as problem:
        task.status, task.error = Status.FAILED, error_document(problem.code, problem.text)
    else:
        if task.status == Status.RUNNING:
            logger.warning("task %s: worker %s is lost in start %d", task.pk, task.worker, task.attempt)
            _end_or_requeue(task, timedelta(seconds=spec.hard_limit_s))
    if task.status == Status.QUEUED:
        task.queued_at = now
        enqueue(task)
    else:
        task.finished_at = now
    task.save()
    announcements.task_changed(task.pk)


def _end_or_requeue(task: AgentTask, hard_limit: timedelta) -> None:
    if task.cancel_requested_at is not None:
        task.status = Status.CANCELLED
    elif _lived_to(task, hard_limit):
        task.status, task.error = Status.TIMED_OUT, error_document("time_limit", TIME_LIMIT_TEXT)
    elif task.attempt >= task.attempt_limit:
        task.status, task.error = Status.FAILED, error_document("worker_lost", WORKER_LOST_TEXT)
    else:
        task.status = Status.QUEUED


def _lived_to(task: AgentTask, hard_limit: timedelta) -> bool:
    """Whether the next heartbeat would have come after the hard limit, at which the process is killed."""
    if task.started_at is None or task.heartbeat_at is None:
        return False
    return task.heartbeat_at + timedelta(seconds=HEARTBEAT_S) >= task.started_at + hard_limit
