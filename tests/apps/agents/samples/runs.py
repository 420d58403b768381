"""What the sample agents do. Their effect is a workspace row, counted by the tests."""

from typing import Any

from billiard.exceptions import SoftTimeLimitExceeded
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User, Workspace
from apps.accounts.roles import Role
from apps.accounts.selectors import require_role
from apps.agents.context import TaskContext
from apps.agents.models import AgentTask
from apps.agents.services import task_create
from apps.problems import Problem
from tests.apps.agents.samples.gates import pass_gate


def _write_effect(context: TaskContext, result: dict[str, Any]) -> None:
    row = Workspace.objects.create(name=f"effect of {context.task.pk}")
    result.update(made=str(row.pk), start=context.fence)


def effects(task: AgentTask) -> int:
    return Workspace.objects.filter(name=f"effect of {task.pk}").count()


def start_steady(*, user: User, configuration: dict[str, Any], **options: Any) -> AgentTask:
    workspace_id = configuration.get("workspace_id", "")
    membership = require_role(user, workspace_id, Role.DESIGNER)
    return task_create(
        workspace=membership.workspace,
        user=user,
        agent_type="sample_steady",
        configuration=configuration,
        **options,
    )


def steady(context: TaskContext) -> dict[str, Any]:
    context.models([{"name": "scissors", "version": "1", "sha256": "0" * 64}])
    context.report("cut", 20, partial={"pieces": 3})
    context.report("sew", 60, partial={"pieces": 3, "seams": 2})
    with context.effect() as result:
        _write_effect(context, result)
    return result


def gated(context: TaskContext) -> dict[str, Any]:
    context.report("cut", 20, partial={"pieces": 3})
    pass_gate(context.task.pk)
    context.report("sew", 60, partial={"pieces": 3, "seams": 2})
    with context.effect() as result:
        _write_effect(context, result)
    return result


def gated_in_effect(context: TaskContext) -> dict[str, Any]:
    with context.effect() as result:
        _write_effect(context, result)
        pass_gate(context.task.pk)
    return result


def gated_after_effect(context: TaskContext) -> dict[str, Any]:
    with context.effect() as result:
        _write_effect(context, result)
    pass_gate(context.task.pk)
    return result


def without_effect(context: TaskContext) -> dict[str, Any]:
    context.report("cut", 50)
    return {"pieces": context.configuration.get("pieces", 0)}


def refusing(context: TaskContext) -> dict[str, Any]:
    context.report("cut", 10, partial={"pieces": 1})
    raise Problem("no_fabric", _("E-mail"))


def failing(context: TaskContext) -> dict[str, Any]:
    """Fails in every start up to the one its configuration names."""
    if context.fence <= context.configuration.get("failing_starts", 99):
        raise RuntimeError("the needle broke")
    return steady(context)


def endless(context: TaskContext) -> dict[str, Any]:
    context.report("cut", 40, partial={"pieces": 2})
    pass_gate(context.task.pk)
    return {}


def stubborn(context: TaskContext) -> dict[str, Any]:
    """Does not stop at the soft limit, only at the hard one."""
    context.report("cut", 40)
    try:
        pass_gate(context.task.pk)
    except SoftTimeLimitExceeded:
        pass_gate(context.task.pk)
    return {}


def for_editors(context: TaskContext) -> dict[str, Any]:
    return steady(context)
