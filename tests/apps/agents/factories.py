"""Agent tasks for tests."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.agents.models import AgentTask
from apps.agents.services import task_create
from tests.apps.people import a_person, workspace_of


def a_task(agent_type: str = "sample_steady", user: User | None = None, **fields: Any) -> AgentTask:
    """A waiting task, of a new person when none is given; its message leaves with the transaction."""
    user = user or a_person()
    values = {"workspace": workspace_of(user), "configuration": {}, **fields}
    return task_create(user=user, agent_type=agent_type, **values)


def a_running_task(silent_s: float = 0, running_s: float | None = None, **fields: Any) -> AgentTask:
    """A task in its first start, whose worker gave the last sign of life `silent_s` ago."""
    now = timezone.now()
    changes = {
        "status": AgentTask.Status.RUNNING,
        "attempt": 1,
        "started_at": now - timedelta(seconds=silent_s if running_s is None else running_s),
        "heartbeat_at": now - timedelta(seconds=silent_s),
    }
    row_fields = {key: fields.pop(key) for key in list(fields) if key not in {"agent_type", "user"}}
    task = a_task(**fields)
    return changed(task, **{**changes, **row_fields})


def changed(task: AgentTask, **fields: Any) -> AgentTask:
    AgentTask.objects.filter(pk=task.pk).update(**fields)
    task.refresh_from_db()
    return task
