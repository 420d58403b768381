"""People, workspaces and keys for tests, made through the services."""

from itertools import count

from apps.accounts import services
from apps.accounts.models import ApiKey, Membership, User, Workspace
from apps.accounts.selectors import workspace_list_for_user

PASSWORD = "needle and 7 threads"
_numbers = count(1)


def a_person(**fields: object) -> User:
    """Somebody who signed up and confirmed the address; owns a personal workspace."""
    values = {"email": f"person{next(_numbers)}@atelier.example", "password": PASSWORD, "language": "en"}
    return services.user_create(**{**values, "verified": True, **fields})


def workspace_of(user: User) -> Workspace:
    return workspace_list_for_user(user).get()


def a_member(workspace: Workspace, role: str) -> User:
    """Somebody whose only workspace is this one."""
    user = a_person(workspace=False)
    Membership.objects.create(workspace=workspace, user=user, role=role)
    return user


def a_key(owner: User, **fields: object) -> tuple[ApiKey, str]:
    values = {"name": "PLM of the factory", "role": "designer", "scopes": ["read", "write"]}
    return services.api_key_create(workspace=workspace_of(owner), created_by=owner, **{**values, **fields})


def bearer(text: str) -> dict[str, str]:
    """Headers of a request that carries this key or token."""
    return {"Authorization": f"Bearer {text}"}
