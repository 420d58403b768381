"""REST: start, follow, cancel and retry agent tasks."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, HeaderEx, P, Router, Schema, Status

from apps.accounts.selectors import user_of
from apps.agents import selectors, services
from apps.agents.models import AgentTask
from apps.pagination import LIMIT, CursorPage, paginate

IdempotencyKey = HeaderEx[str | None, P(alias="Idempotency-Key")]

router = Router(tags=["agent tasks"])


class TaskIn(Schema):
    """What to start. Which kinds there are, and what they take, is in the documentation of the API."""

    agent_type: str
    configuration: dict[str, Any] = Field(default_factory=dict)
    priority: str = AgentTask.Priority.NORMAL


class TaskError(Schema):
    code: str
    text: str


class TaskOut(Schema):
    """A task, exactly as `/ws/tasks/{id}` sends it. Texts are in the language of the request."""

    type: str
    task_id: UUID
    agent_type: str
    title: str
    subject: str
    priority: str
    status: str
    status_label: str
    progress: int
    current_step: str
    step_label: str
    partial: dict[str, Any]
    result: dict[str, Any] | None
    error: TaskError | None
    attempt: int
    cancel_requested: bool
    models: list[dict[str, Any]]
    created_at: str
    started_at: str | None
    finished_at: str | None


@router.post("/ai/tasks", response={202: TaskOut})
def create_task(
    request: HttpRequest, data: TaskIn, idempotency_key: IdempotencyKey = None
) -> Status[dict[str, Any]]:
    """Starts an agent. With an Idempotency-Key a repeated request answers with the first task."""
    task = services.task_start(
        user=user_of(request),
        agent_type=data.agent_type,
        configuration=data.configuration,
        priority=data.priority,
        idempotency_key=idempotency_key,
    )
    return Status(202, selectors.task_payload(task))


@router.get("/ai/tasks", response=CursorPage[TaskOut])
def list_tasks(
    request: HttpRequest,
    workspace_id: UUID | None = None,
    subject: str | None = None,
    agent_type: str | None = None,
    unfinished: bool = False,
    cursor: str | None = None,
    limit: int = LIMIT,
) -> dict[str, Any]:
    """Tasks of the caller's workspaces, newest first."""
    tasks = selectors.task_list_for_user(
        request.user,
        workspace_id=workspace_id,
        subject=subject,
        agent_type=agent_type,
        unfinished=unfinished,
    )
    page = paginate(tasks, cursor, limit)
    return {
        "items": [selectors.task_payload(task) for task in page.items],
        "next_cursor": page.next_cursor,
    }


@router.get("/ai/tasks/{task_id}", response=TaskOut)
def get_task(request: HttpRequest, task_id: UUID) -> dict[str, Any]:
    return selectors.task_payload(selectors.task_get_for_user(request.user, task_id))


@router.post("/ai/tasks/{task_id}/cancel", response={202: TaskOut})
def cancel_task(request: HttpRequest, task_id: UUID) -> Status[dict[str, Any]]:
    """Ends a waiting task at once; a running one stops at its next step."""
    task = selectors.task_get_for_user(request.user, task_id)
    return Status(202, selectors.task_payload(services.task_cancel(user=user_of(request), task=task)))


@router.post("/ai/tasks/{task_id}/retry", response={202: TaskOut})
def retry_task(request: HttpRequest, task_id: UUID) -> Status[dict[str, Any]]:
    """Puts a failed, cancelled or timed-out task back in its queue."""
    task = selectors.task_get_for_user(request.user, task_id)
    return Status(202, selectors.task_payload(services.task_retry(user=user_of(request), task=task)))
