"""One start of one task in this process: claim, work, end."""

import logging
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from apps.agents import announcements, registry
from apps.agents.context import Heartbeat, TaskCancelled, TaskContext, TaskFenced, worker_name
from apps.agents.models import AgentTask
from apps.agents.queues import enqueue
from apps.problems import Problem

logger = logging.getLogger(__name__)

Status = AgentTask.Status

BACK_OFF_S = 2.0
BACK_OFF_MAX_S = 60.0


def task_run(task_id: UUID | str, *, retry: bool = True) -> None:
    """Runs a waiting task to its end, or to its next start when something unexpected happens.

    Does nothing when the task is not waiting: messages may arrive twice, or after a cancel. Errors end on the
    row, they are not raised. retry=False makes an unexpected error final, for callers with no worker behind.
    """
    task = _claim(task_id)
    if task is None:
        logger.info("task %s is not waiting; its message is dropped", task_id)
        return
    context = TaskContext(task)
    with translation.override(task.created_by.language), Heartbeat(task.pk, task.attempt):
        _attempt(context, retry=retry)


def _attempt(context: TaskContext, *, retry: bool) -> None:
    task = context.task
    try:
        work: Callable[[TaskContext], dict[str, Any]] = import_string(registry.get(task.agent_type).run)
        result = work(context)
        if not context.effect_done:
            context.check()
            context.write_end(Status.SUCCEEDED, result=result, progress=100)
    except TaskCancelled:
        context.write_end(Status.CANCELLED)
    except TaskFenced:
        logger.warning("task %s: start %d was taken over and stops", task.pk, context.fence)
    except SoftTimeLimitExceeded:
        logger.warning("task %s: start %d reached its time limit", task.pk, context.fence)
        connection.close()  # the signal may have cut a query short
        context.write_end(Status.TIMED_OUT, error=error_document("time_limit", TIME_LIMIT_TEXT))
    except Problem as problem:
        context.write_end(Status.FAILED, error=error_document(problem.code, problem.text))
    except Exception:
        logger.exception("task %s: start %d failed", task.pk, context.fence)
        if retry and task.attempt < task.attempt_limit:
            _wait_for_next_start(context)
        else:
            context.write_end(Status.FAILED, error=error_document("internal_error", INTERNAL_ERROR_TEXT))


@transaction.atomic
def _claim(task_id: UUID | str) -> AgentTask | None:
    """Makes this process the running start; None when the task is not waiting."""
    task = AgentTask.objects.select_for_update().filter(pk=task_id, status=Status.QUEUED).first()
    if task is None:
        return None
    now = timezone.now()
    task.status = Status.RUNNING
    task.attempt += 1
    task.worker = worker_name()
    task.started_at = task.heartbeat_at = now
    task.progress, task.current_step, task.partial, task.error = 0, "", {}, None
    task.save()
    announcements.task_changed(task.pk)
    return task


@transaction.atomic
def _wait_for_next_start(context: TaskContext) -> None:
    delay_s = back_off_s(context.fence)
    due = timezone.now() + timedelta(seconds=delay_s)
    if context.write_end(Status.QUEUED, queued_at=due, finished_at=None):
        enqueue(context.task, delay_s=delay_s)


def back_off_s(attempt: int) -> float:
    """Seconds to wait after start `attempt` failed: doubling from 2 to 60, with up to a quarter of jitter."""
    doubled: float = BACK_OFF_S * 2 ** (attempt - 1)
    return min(doubled, BACK_OFF_MAX_S) * random.uniform(1, 1.25)  # noqa: S311 - no secret


def error_document(code: str, text: str | Promise) -> dict[str, Any]:
    """What a row keeps of an error: the text in the active language, and in each one the interface speaks."""
    texts = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            texts[language] = str(text)
    return {"code": code, "text": str(text), "texts": texts}


TIME_LIMIT_TEXT = _("This took longer than allowed and was stopped. Try again, or with a smaller picture.")
INTERNAL_ERROR_TEXT = _(
    "Something went wrong on our side. Try again; if it stays, tell us the time and the page."
)
WORKER_LOST_TEXT = _(
    "The program that worked on this stopped several times. Try again, or with a smaller picture."
)
