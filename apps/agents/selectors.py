"""Reads of agent tasks, and the one JSON that socket and polling share."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.selectors import workspace_list_for_user
from apps.agents import registry
from apps.agents.models import AgentTask
from apps.problems import NotFound, Problem


def task_list_for_user(
    user: User | AnonymousUser,
    *,
    workspace_id: UUID | None = None,
    subject: str | None = None,
    agent_type: str | None = None,
    unfinished: bool = False,
) -> QuerySet[AgentTask]:
    """Tasks of the user's workspaces, newest first, narrowed by what is given."""
    tasks = AgentTask.objects.filter(workspace__in=workspace_list_for_user(user))
    if workspace_id is not None:
        tasks = tasks.filter(workspace=workspace_id)
    if subject is not None:
        tasks = tasks.filter(subject=subject)
    if agent_type is not None:
        tasks = tasks.filter(agent_type=agent_type)
    if unfinished:
        tasks = tasks.exclude(status__in=AgentTask.ENDED)
    return tasks


def task_get_for_user(user: User | AnonymousUser, task_id: UUID | str) -> AgentTask:
    """Raises NotFound when there is no such task in the user's workspaces."""
    try:
        return task_list_for_user(user).get(pk=task_id)
    except (AgentTask.DoesNotExist, ValidationError, ValueError):
        raise NotFound("task_not_found", _("There is no such task.")) from None


def task_payload(task: AgentTask) -> dict[str, Any]:
    """The task as sockets send it and polling answers it; texts are in the active language."""
    try:
        spec = registry.get(task.agent_type)
    except Problem:
        spec = None
    return {
        "type": "task",
        "task_id": str(task.pk),
        "agent_type": task.agent_type,
        "title": str(spec.title) if spec else task.agent_type,
        "subject": task.subject,
        "priority": task.priority,
        "status": task.status,
        "status_label": str(AgentTask.Status(task.status).label),
        "progress": task.progress,
        "current_step": task.current_step,
        "step_label": spec.step_label(task.current_step) if spec else task.current_step,
        "partial": task.partial,
        "result": task.result,
        "error": _error_payload(task.error),
        "attempt": task.attempt,
        "cancel_requested": task.cancel_requested_at is not None,
        "models": task.model_versions,
        "created_at": task.created_at.isoformat(),
        "started_at": task.started_at.isoformat() if task.started_at else None,
        "finished_at": task.finished_at.isoformat() if task.finished_at else None,
    }


def _error_payload(error: dict[str, Any] | None) -> dict[str, str] | None:
    if error is None:
        return None
    return {"code": error["code"], "text": error.get("texts", {}).get(get_language(), error["text"])}
