"""Writes of the tech pack house."""

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.accounts.selectors import require_role
from apps.agents.models import AgentTask
from apps.agents.services import task_create
from apps.garments.models import Style

AGENT_TYPE = "techpack_exporter"


def techpack_export(*, user: User, style: Style, idempotency_key: str | None = None) -> AgentTask:
    """Ask for a new issue of the style's tech pack; the files are made by a worker.

    Raises NotFound for a style of another workspace and Forbidden below the role designer.
    """
    require_role(user, style.workspace_id, Role.DESIGNER)
    return task_create(
        workspace=style.workspace,
        user=user,
        agent_type=AGENT_TYPE,
        configuration={"style_id": str(style.id)},
        subject=f"style:{style.id}",
        idempotency_key=idempotency_key,
    )
