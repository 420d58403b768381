"""Reads: the only way from a user to a workspace and to what hangs on it."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import ApiKey, Membership, User, Workspace
from apps.accounts.roles import RANK, Role, role_reaches
from apps.problems import Forbidden, NotFound, Problem

SESSION_WORKSPACE = "workspace_id"


def user_of(request: HttpRequest) -> User:
    """The signed-in user of a request. Raises Problem(not_authenticated, 401) for a visitor."""
    if isinstance(request.user, AnonymousUser):
        raise Problem("not_authenticated", _("Sign in first."), status=401)
    return request.user


def workspace_list_for_user(user: User | AnonymousUser) -> QuerySet[Workspace]:
    """The workspaces the user is a member of, by name; none for a stranger or a switched-off account."""
    if not user.is_authenticated or not user.is_active:
        return Workspace.objects.none()
    return Workspace.objects.filter(memberships__user=user).order_by("name", "id")


def workspace_get_for_user(user: User | AnonymousUser, workspace_id: UUID | str) -> Workspace:
    """Raises NotFound when there is no such workspace, or the user is not in it."""
    try:
        return workspace_list_for_user(user).get(pk=workspace_id)
    except (Workspace.DoesNotExist, ValidationError, ValueError):
        raise NotFound("workspace_not_found", _("There is no such workspace.")) from None


def workspace_current_for_user(
    user: User | AnonymousUser, session: Mapping[str, Any] | None = None
) -> Workspace | None:
    """The workspace a page is about: the one chosen in this session while the user is in it, else the first.

    None when the user is in no workspace.
    """
    workspaces = workspace_list_for_user(user)
    chosen = (session or {}).get(SESSION_WORKSPACE)
    if chosen:
        try:
            return workspace_get_for_user(user, chosen)
        except NotFound:
            return workspaces.first()
    return workspaces.first()


def workspace_for_request(
    user: User | AnonymousUser,
    session: Mapping[str, Any] | None = None,
    workspace_id: UUID | str | None = None,
) -> Workspace:
    """The workspace named, else the current one. Raises NotFound when that leaves none."""
    if workspace_id is not None:
        return workspace_get_for_user(user, workspace_id)
    workspace = workspace_current_for_user(user, session)
    if workspace is None:
        raise NotFound("no_workspace", _("You are not in any workspace. Ask an owner to add you."))
    return workspace


def membership_get_for_user(user: User | AnonymousUser, workspace_id: UUID | str) -> Membership:
    """The user's own membership. Raises NotFound when there is none."""
    workspace = workspace_get_for_user(user, workspace_id)
    memberships = Membership.objects.select_related("workspace", "user")
    return memberships.get(workspace=workspace, user=cast("User", user))


def membership_list_for_user(user: User, workspace_id: UUID | str) -> list[Membership]:
    """The people of a workspace, highest role first; the identities behind API keys are left out."""
    workspace = workspace_get_for_user(user, workspace_id)
    memberships = Membership.objects.filter(workspace=workspace, user__is_service=False)
    return sorted(
        memberships.select_related("user"), key=lambda one: (-RANK[Role(one.role)], str(one.user).lower())
    )


def api_key_list_for_user(user: User, workspace_id: UUID | str) -> QuerySet[ApiKey]:
    """The keys of a workspace, newest first. Raises NotFound or Forbidden: only owners see them."""
    membership = require_role(user, workspace_id, Role.OWNER)
    keys = ApiKey.objects.filter(workspace=membership.workspace)
    return keys.select_related("created_by", "user").prefetch_related("user__memberships")


def api_key_get_for_user(user: User, api_key_id: UUID | str) -> ApiKey:
    """Raises NotFound for keys of other workspaces, Forbidden to members who are not owners."""
    try:
        key = ApiKey.objects.select_related("workspace", "user").get(
            pk=api_key_id, workspace__in=workspace_list_for_user(user)
        )
    except (ApiKey.DoesNotExist, ValidationError, ValueError):
        raise NotFound("api_key_not_found", _("There is no such key.")) from None
    require_role(user, key.workspace_id, Role.OWNER)
    return key


def role_of(user: User | AnonymousUser, workspace_id: UUID | str) -> Role | None:
    """The user's role in a workspace; None when he is not in it."""
    try:
        return Role(membership_get_for_user(user, workspace_id).role)
    except NotFound:
        return None


def may(user: User | AnonymousUser, workspace_id: UUID | str, role: Role | str) -> bool:
    """Whether the user is in the workspace with at least `role`."""
    own = role_of(user, workspace_id)
    return own is not None and role_reaches(own, role)


def require_role(user: User | AnonymousUser, workspace_id: UUID | str, *allowed: Role | str) -> Membership:
    """The user's membership, when it reaches the lowest of the `allowed` roles.

    Raises NotFound to those outside the workspace, Forbidden to members whose role is too low.
    """
    membership = membership_get_for_user(user, workspace_id)
    if not any(role_reaches(membership.role, role) for role in allowed):
        raise Forbidden("role_too_low", _("Your role in this workspace does not allow this. Ask an owner."))
    return membership
