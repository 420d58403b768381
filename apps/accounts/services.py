"""Writes to users, workspaces, memberships and API keys: one transaction each, and each asks for its role."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts import key_text
from apps.accounts.models import ApiKey, Membership, User, Workspace
from apps.accounts.roles import KEY_ROLES, Role
from apps.accounts.selectors import require_role
from apps.problems import Conflict, NotFound, Problem

SCOPES = ("read", "write")
LAST_USED_STEP = timedelta(minutes=1)


@transaction.atomic
def user_create(
    *,
    email: str,
    password: str,
    display_name: str = "",
    language: str = User.Language.JAPANESE,
    verified: bool = False,
    workspace: bool = True,
) -> User:
    """A new person who can sign in, with a personal workspace unless told otherwise. Raises Conflict."""
    if User.objects.filter(email=email.lower()).exists():
        raise Conflict("email_taken", _("There is already an account with this e-mail address."))
    user = User.objects.create_user(email, password, display_name=display_name, language=language)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=verified)
    if workspace:
        workspace_create_personal(user=user)
    return user


def user_set_language(*, user: User, language: str) -> None:
    """Raises Problem for a language the interface does not speak."""
    if language not in User.Language.values:
        raise Problem("unknown_language", _("The interface speaks Japanese and English."))
    user.language = language
    user.save(update_fields=["language"])


@transaction.atomic
def user_update(*, user: User, display_name: str, language: str) -> None:
    user_set_language(user=user, language=language)
    user.display_name = display_name.strip()
    user.save(update_fields=["display_name"])


@transaction.atomic
def workspace_create(*, user: User, name: str, is_demo: bool = False) -> Workspace:
    """A new workspace owned by the user. Raises Problem when the name is empty or the user a key."""
    if user.is_service:
        raise Problem("person_needed", _("Only a person can make a workspace."), status=403)
    if not name.strip():
        raise Problem("name_missing", _("Give the workspace a name."))
    workspace = Workspace.objects.create(name=name.strip()[:100], is_demo=is_demo)
    Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
    return workspace


def workspace_create_personal(*, user: User) -> Workspace:
    """The workspace every new person starts with, named in his language."""
    with translation.override(user.language):
        name = gettext("%(name)s's workspace") % {"name": user.display_name or user.email.partition("@")[0]}
    return workspace_create(user=user, name=name)


@transaction.atomic
def workspace_rename(*, user: User, workspace: Workspace, name: str) -> None:
    require_role(user, workspace.pk, Role.OWNER)
    if not name.strip():
        raise Problem("name_missing", _("Give the workspace a name."))
    workspace.name = name.strip()[:100]
    workspace.save(update_fields=["name"])


@transaction.atomic
def member_add(*, user: User, workspace: Workspace, email: str, role: str) -> Membership:
    """Adds the person who signed up with this address. Raises Problem, or Conflict when already in."""
    require_role(user, workspace.pk, Role.OWNER)
    member = User.objects.filter(email=email.strip().lower(), is_service=False, is_active=True).first()
    if member is None:
        raise Problem(
            "no_such_person", _("Nobody has signed up with this address yet. Ask them to sign up first.")
        )
    membership, created = Membership.objects.get_or_create(
        workspace=workspace, user=member, defaults={"role": _role(role)}
    )
    if not created:
        raise Conflict("already_member", _("This person is already a member."))
    return membership


@transaction.atomic
def member_set_role(*, user: User, workspace: Workspace, member_id: int, role: str) -> Membership:
    """Changes a person's role. Raises NotFound, or Conflict when it would leave no owner."""
    require_role(user, workspace.pk, Role.OWNER)
    membership = _membership_locked(workspace, member_id)
    membership.role, before = _role(role), membership.role
    if membership.role != before == Role.OWNER:
        _keep_an_owner(membership)
    membership.save(update_fields=["role"])
    return membership


@transaction.atomic
def member_remove(*, user: User, workspace: Workspace, member_id: int) -> None:
    """An owner removes anyone, others may leave. Raises NotFound, Forbidden, or Conflict (last owner)."""
    own = require_role(user, workspace.pk, Role.VIEWER)
    if own.pk != member_id:
        require_role(user, workspace.pk, Role.OWNER)
    membership = _membership_locked(workspace, member_id)
    if membership.role == Role.OWNER:
        _keep_an_owner(membership)
    membership.delete()


def _role(role: str) -> Role:
    try:
        return Role(role)
    except ValueError:
        raise Problem("unknown_role", _("There is no such role.")) from None


def _membership_locked(workspace: Workspace, member_id: int) -> Membership:
    """A person's membership; the workspace row is locked so that two owners cannot step down at once."""
    Workspace.objects.select_for_update().get(pk=workspace.pk)
    membership = Membership.objects.filter(workspace=workspace, pk=member_id, user__is_service=False).first()
    if membership is None:
        raise NotFound("member_not_found", _("There is no such member."))
    return membership


def _keep_an_owner(membership: Membership) -> None:
    """Raises Conflict(last_owner) when nobody else could manage the workspace without this owner."""
    owners = Membership.objects.filter(workspace=membership.workspace_id, role=Role.OWNER)
    if not owners.filter(user__is_active=True).exclude(pk=membership.pk).exists():
        raise Conflict("last_owner", _("A workspace needs an owner. Make someone else an owner first."))


@transaction.atomic
def api_key_create(
    *, workspace: Workspace, created_by: User, name: str, role: str, scopes: Sequence[str]
) -> tuple[ApiKey, str]:
    """A key and its text, which is shown once and kept nowhere. Raises Problem, NotFound, Forbidden."""
    require_role(created_by, workspace.pk, Role.OWNER)
    if not name.strip():
        raise Problem("name_missing", _("Give the key a name."))
    if role not in KEY_ROLES:
        raise Problem("key_role", _("A key can be a designer, a glossary editor or a viewer."))
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Problem("key_scopes", _("Choose what the key may do: read, write, or both."))
    text = key_text.key_new()
    service_user = User.objects.create_user(
        f"key-{text.prefix}@keys.invalid", None, display_name=name.strip(), is_service=True
    )
    Membership.objects.create(workspace=workspace, user=service_user, role=role)
    key = ApiKey.objects.create(
        workspace=workspace,
        user=service_user,
        name=name.strip(),
        prefix=text.prefix,
        digest=key_text.digest(text.secret),
        scopes=[scope for scope in SCOPES if scope in scopes],
        created_by=created_by,
    )
    return key, str(text)


@transaction.atomic
def api_key_revoke(*, user: User, api_key: ApiKey) -> None:
    """Stops the key and every token made with it at once; what it made stays. Revoking twice is fine."""
    require_role(user, api_key.workspace_id, Role.OWNER)
    ApiKey.objects.filter(pk=api_key.pk, revoked_at=None).update(revoked_at=timezone.now())
    User.objects.filter(pk=api_key.user_id).update(is_active=False)


def api_key_touch(*, api_key_id: UUID) -> None:
    """Notes that a key was used, at most once a minute."""
    now = timezone.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - LAST_USED_STEP)
    ApiKey.objects.filter(stale, pk=api_key_id).update(last_used_at=now)
