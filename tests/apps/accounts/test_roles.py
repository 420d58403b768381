"""What each role may do: the table of the members page, and the checks that stand behind it."""

import pytest

from apps.accounts.models import Membership
from apps.accounts.roles import RANK, RIGHTS, Role, role_reaches
from apps.accounts.selectors import may, require_role
from apps.problems import Forbidden, NotFound
from tests.apps.people import a_member, a_person, workspace_of

MAY = {
    "owner": {"read", "write_glossary", "write_styles", "manage"},
    "designer": {"read", "write_glossary", "write_styles"},
    "editor": {"read", "write_glossary"},
    "viewer": {"read"},
}


def test_every_role_has_a_rank() -> None:
    assert set(RANK) == set(Membership.Role)


@pytest.mark.parametrize("role", MAY)
def test_rights_of_a_role(role: str) -> None:
    assert {right.code for right in RIGHTS if role_reaches(role, right.lowest)} == MAY[role]


def test_an_unknown_role_is_an_error() -> None:
    with pytest.raises(ValueError, match="tailor"):
        role_reaches("tailor", Role.VIEWER)


@pytest.mark.django_db
@pytest.mark.parametrize("role", MAY)
def test_a_member_reaches_what_his_role_reaches(role: str) -> None:
    workspace = workspace_of(a_person())
    member = a_member(workspace, role)
    for right in RIGHTS:
        assert may(member, workspace.pk, right.lowest) == (right.code in MAY[role])


@pytest.mark.django_db
def test_a_role_too_low_is_forbidden_and_a_stranger_finds_nothing() -> None:
    workspace = workspace_of(a_person())
    viewer, stranger = a_member(workspace, "viewer"), a_person()
    with pytest.raises(Forbidden):
        require_role(viewer, workspace.pk, Role.DESIGNER)
    with pytest.raises(NotFound):
        require_role(stranger, workspace.pk, Role.VIEWER)
    assert not may(stranger, workspace.pk, Role.VIEWER)


@pytest.mark.django_db
def test_a_switched_off_account_is_a_stranger() -> None:
    owner = a_person()
    workspace = workspace_of(owner)
    owner.is_active = False
    owner.save()
    assert not may(owner, workspace.pk, Role.VIEWER)
