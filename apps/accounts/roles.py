"""What each role may do in its workspace, as one table; services ask it through `selectors.require_role`."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership

Role = Membership.Role

RANK: Mapping[Role, int] = MappingProxyType({Role.VIEWER: 0, Role.EDITOR: 1, Role.DESIGNER: 2, Role.OWNER: 3})

KEY_ROLES: tuple[Role, ...] = (Role.DESIGNER, Role.EDITOR, Role.VIEWER)
"""A key never owns a workspace: what an owner may do needs a person."""


@dataclass(frozen=True)
class Right:
    """An action, and the lowest role that may do it."""

    code: str
    label: Promise
    lowest: Role


RIGHTS: tuple[Right, ...] = (
    Right("read", _("See styles, drawings and glossary"), Role.VIEWER),
    Right("write_glossary", _("Change the glossary"), Role.EDITOR),
    Right("write_styles", _("Change styles, photos, drawings and tech packs"), Role.DESIGNER),
    Right("manage", _("Manage members, API keys and the workspace"), Role.OWNER),
)


def role_reaches(role: str, lowest: str) -> bool:
    """Whether `role` may do what `lowest` may. Raises ValueError for an unknown role."""
    return RANK[Role(role)] >= RANK[Role(lowest)]
