"""Writes to agent tasks: create, start, cancel, retry, run, recover."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User, Workspace
from apps.accounts.selectors import require_role
from apps.agents import announcements, registry
from apps.agents.models import AgentTask
from apps.agents.queues import enqueue, tasks_collected
from apps.agents.recovery import recover_lost_tasks
from apps.agents.running import task_run
from apps.agents.selectors import task_get_for_user
from apps.problems import Conflict, Problem

__all__ = [
    "recover_lost_tasks",
    "task_cancel",
    "task_create",
    "task_retry",
    "task_run",
    "task_start",
    "tasks_collected",
]

IDEMPOTENCY_KEY_LENGTH = 100


@transaction.atomic
def task_create(
    *,
    workspace: Workspace,
    user: User,
    agent_type: str,
    configuration: dict[str, Any],
    subject: str = "",
    priority: str = AgentTask.Priority.NORMAL,
    idempotency_key: str | None = None,
) -> AgentTask:
    """The row, and its message once the transaction is through. The caller has checked the user's role.

    With an idempotency key a repeated request gets the first task back. Raises Conflict(idempotency_mismatch)
    when the key came with another request before, Problem for an unknown agent type or priority.
    """
    spec = registry.get(agent_type)
    if priority not in AgentTask.Priority.values:
        raise Problem("unknown_priority", _("The priority is low, normal or high."))
    if idempotency_key is not None and not 0 < len(idempotency_key) <= IDEMPOTENCY_KEY_LENGTH:
        raise Problem("idempotency_key_length", _("An idempotency key has 1 to 100 characters."))
    task = AgentTask(
        workspace=workspace,
        created_by=user,
        agent_type=agent_type,
        priority=priority,
        configuration=configuration,
        subject=subject,
        attempt_limit=spec.max_attempts,
        idempotency_key=idempotency_key,
        request_digest=_digest([configuration, subject, priority]),
    )
    if idempotency_key is None:
        task.save(force_insert=True)
    else:
        AgentTask.objects.bulk_create([task], ignore_conflicts=True)
        first = AgentTask.objects.get(
            workspace=workspace, agent_type=agent_type, idempotency_key=idempotency_key
        )
        if first.pk != task.pk:
            return _same_request(first, task)
    enqueue(task)
    return task


def _same_request(first: AgentTask, repeated: AgentTask) -> AgentTask:
    if first.request_digest != repeated.request_digest:
        raise Conflict(
            "idempotency_mismatch",
            _("This idempotency key was used for another request. Use a new one."),
            task_id=str(first.pk),
        )
    return first


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def task_start(
    *,
    user: User,
    agent_type: str,
    configuration: dict[str, Any],
    priority: str = AgentTask.Priority.NORMAL,
    idempotency_key: str | None = None,
) -> AgentTask:
    """Starts a kind that people may start directly; its app checks what the configuration names.

    Raises Problem(unknown_agent_type) for kinds that only the application itself starts.
    """
    spec = registry.get(agent_type)
    if not spec.start:
        raise Problem("unknown_agent_type", _("No agent of this kind can be started directly."))
    start: Callable[..., AgentTask] = import_string(spec.start)
    return start(user=user, configuration=configuration, priority=priority, idempotency_key=idempotency_key)


@transaction.atomic
def task_cancel(*, user: User, task: AgentTask) -> AgentTask:
    """Ends a waiting task at once and asks a running one to stop at its next step.

    Raises NotFound, Forbidden, or Conflict(task_ended).
    """
    row = _task_locked(user, task)
    if row.has_ended:
        raise Conflict("task_ended", _("This task has already ended."))
    now = timezone.now()
    if row.status == AgentTask.Status.QUEUED:
        row.status, row.finished_at = AgentTask.Status.CANCELLED, now
    row.cancel_requested_at = row.cancel_requested_at or now
    row.save(update_fields=["status", "finished_at", "cancel_requested_at"])
    announcements.task_changed(row.pk)
    return row


@transaction.atomic
def task_retry(*, user: User, task: AgentTask) -> AgentTask:
    """Puts a failed, cancelled or timed-out task back in its queue, as the same row.

    Raises NotFound, Forbidden, or Conflict(task_not_retriable).
    """
    row = _task_locked(user, task)
    if row.status not in AgentTask.RETRIABLE:
        raise Conflict("task_not_retriable", _("Only a task that failed or was stopped can be retried."))
    row.status = AgentTask.Status.QUEUED
    row.attempt_limit = row.attempt + registry.get(row.agent_type).max_attempts
    row.progress, row.current_step, row.partial, row.error = 0, "", {}, None
    row.cancel_requested_at = row.started_at = row.finished_at = None
    row.queued_at = timezone.now()
    row.save()
    enqueue(row)
    announcements.task_changed(row.pk)
    return row


def _task_locked(user: User, task: AgentTask) -> AgentTask:
    """The row under lock, when the user may see it and his role may start its kind."""
    visible = task_get_for_user(user, task.pk)
    require_role(user, visible.workspace_id, registry.get(visible.agent_type).role)
    return AgentTask.objects.select_for_update().get(pk=visible.pk)
