"""What every template knows of the workspace the page is about."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.accounts.selectors import role_of, workspace_current_for_user, workspace_list_for_user


def workspaces(request: HttpRequest) -> dict[str, Any]:
    """`workspaces`, `current_workspace` and `role`; empty for a visitor who has not signed in."""
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"workspaces": [], "current_workspace": None, "role": None}
    current = workspace_current_for_user(user, request.session)
    return {
        "workspaces": SimpleLazyObject(lambda: list(workspace_list_for_user(user))),
        "current_workspace": current,
        "role": role_of(user, current.pk) if current else None,
    }
