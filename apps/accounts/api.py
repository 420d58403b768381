"""REST: tokens, the caller himself, workspaces and API keys."""

from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Field, Router, Schema, Status

from apps.accounts import limits, selectors, services
from apps.accounts.consent import training_consent_set
from apps.accounts.models import Membership, User, Workspace
from apps.accounts.selectors import user_of
from apps.accounts.tokens import ALL_SCOPES, LIFETIME_S, Credentials, access_token_issue, credentials_of
from apps.problems import Forbidden, Problem

router = Router(tags=["accounts"])


class TokenIn(Schema):
    """Either e-mail address and password, or an API key."""

    email: str = ""
    password: str = ""
    api_key: str = ""


class TokenOut(Schema):
    """Send `access_token` as `Authorization: Bearer`, or to a WebSocket as `?token=`."""

    access_token: str
    token_type: str
    expires_in: int
    scopes: list[str]


class WorkspaceIn(Schema):
    name: str


class WorkspaceOut(Schema):
    """A workspace and the caller's role in it."""

    id: UUID
    name: str
    role: str


class ConsentOut(Schema):
    """Whether corrections made in a workspace may train models, and who said so when; null: nobody yet."""

    consent: bool
    decided_by: str | None
    decided_at: datetime | None


class ConsentIn(Schema):
    consent: bool


class MeOut(Schema):
    """The caller: a person, or the service identity of an API key."""

    id: int
    email: str
    display_name: str
    language: str
    is_service: bool
    workspaces: list[WorkspaceOut]


class MeIn(Schema):
    display_name: str | None = None
    language: str | None = None


class ApiKeyIn(Schema):
    """`workspace_id` may be left out by those who are in one workspace only."""

    name: str
    role: str = Membership.Role.DESIGNER
    scopes: list[str] = Field(default_factory=lambda: list(services.SCOPES))
    workspace_id: UUID | None = None


class ApiKeyOut(Schema):
    id: UUID
    workspace_id: UUID
    name: str
    prefix: str
    role: str
    scopes: list[str]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class ApiKeyCreated(ApiKeyOut):
    """`secret` is the key itself. It is shown this once."""

    secret: str


@router.post("/auth/token", response=TokenOut, auth=None)
def issue_token(request: HttpRequest, data: TokenIn) -> dict[str, Any]:
    """An access token for 15 minutes. An account with two-factor authentication needs an API key here.

    Wrong address, wrong password and switched-off account answer alike (401 invalid_credentials).
    """
    limits.limit("token", get_adapter().get_client_ip(request), amount=60, seconds=60)
    if data.api_key:
        credentials = credentials_of(data.api_key)
    else:
        credentials = _password_credentials(request, data.email.strip().lower(), data.password)
    if credentials is None:
        raise Problem("invalid_credentials", _("These credentials are not right."), status=401)
    return {
        "access_token": access_token_issue(credentials),
        "token_type": "bearer",
        "expires_in": LIFETIME_S,
        "scopes": sorted(credentials.scopes),
    }


def _password_credentials(request: HttpRequest, email: str, password: str) -> Credentials | None:
    failures = limits.limit("token_password", email, amount=10, seconds=300)
    user = authenticate(request, username=email, password=password)
    if not isinstance(user, User):
        return None
    limits.give_back(failures)
    if is_mfa_enabled(user):
        raise Forbidden("mfa_required", _("This account needs a second factor. Use an API key instead."))
    return Credentials(user=user, scopes=ALL_SCOPES)


@router.get("/me", response=MeOut)
def get_me(request: HttpRequest) -> dict[str, Any]:
    return _me(user_of(request))


@router.patch("/me", response=MeOut)
def update_me(request: HttpRequest, data: MeIn) -> dict[str, Any]:
    user = user_of(request)
    services.user_update(
        user=user,
        display_name=user.display_name if data.display_name is None else data.display_name,
        language=data.language or user.language,
    )
    return _me(user)


def _me(user: User) -> dict[str, Any]:
    return {
        "id": user.pk,
        "email": user.email,
        "display_name": user.display_name,
        "language": user.language,
        "is_service": user.is_service,
        "workspaces": [_workspace(user, workspace) for workspace in selectors.workspace_list_for_user(user)],
    }


def _workspace(user: User, workspace: Workspace) -> dict[str, Any]:
    return {"id": workspace.pk, "name": workspace.name, "role": selectors.role_of(user, workspace.pk)}


@router.get("/workspaces", response=list[WorkspaceOut])
def list_workspaces(request: HttpRequest) -> list[dict[str, Any]]:
    return [_workspace(user_of(request), one) for one in selectors.workspace_list_for_user(user_of(request))]


@router.post("/workspaces", response={201: WorkspaceOut})
def create_workspace(request: HttpRequest, data: WorkspaceIn) -> Status[dict[str, Any]]:
    workspace = services.workspace_create(user=user_of(request), name=data.name)
    return Status(201, _workspace(user_of(request), workspace))


@router.get("/workspaces/{workspace_id}/training-consent", response=ConsentOut)
def get_training_consent(request: HttpRequest, workspace_id: UUID) -> dict[str, Any]:
    """Corrections are exported for training only from workspaces whose owner consented."""
    return _consent(selectors.workspace_get_for_user(user_of(request), workspace_id))


@router.put("/workspaces/{workspace_id}/training-consent", response=ConsentOut)
def set_training_consent(request: HttpRequest, workspace_id: UUID, data: ConsentIn) -> dict[str, Any]:
    """Give or withdraw the consent; for owners."""
    workspace = selectors.workspace_get_for_user(user_of(request), workspace_id)
    return _consent(training_consent_set(user=user_of(request), workspace=workspace, consent=data.consent))


def _consent(workspace: Workspace) -> dict[str, Any]:
    by = workspace.training_consent_by
    return {
        "consent": workspace.training_consent,
        "decided_by": None if by is None else str(by),
        "decided_at": workspace.training_consent_at,
    }


@router.get("/api-keys", response=list[ApiKeyOut])
def list_api_keys(request: HttpRequest, workspace_id: UUID | None = None) -> Any:
    """The keys of a workspace, revoked ones too; for its owners."""
    workspace = selectors.workspace_for_request(user_of(request), request.session, workspace_id)
    return selectors.api_key_list_for_user(user_of(request), workspace.pk)


@router.post("/api-keys", response={201: ApiKeyCreated})
def create_api_key(request: HttpRequest, data: ApiKeyIn) -> Status[dict[str, Any]]:
    workspace = selectors.workspace_for_request(user_of(request), request.session, data.workspace_id)
    key, text = services.api_key_create(
        workspace=workspace, created_by=user_of(request), name=data.name, role=data.role, scopes=data.scopes
    )
    return Status(201, {**ApiKeyOut.from_orm(key).dict(), "secret": text})


@router.delete("/api-keys/{api_key_id}", response={204: None})
def revoke_api_key(request: HttpRequest, api_key_id: UUID) -> Status[None]:
    services.api_key_revoke(
        user=user_of(request), api_key=selectors.api_key_get_for_user(user_of(request), api_key_id)
    )
    return Status(204, None)
