"""Members of a workspace: who may change them, and the owner that must stay."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from apps.accounts import selectors, services
from apps.accounts.models import Membership
from apps.problems import Conflict, Forbidden, NotFound, Problem
from tests.apps.people import a_key, a_member, a_person, workspace_of

pytestmark = pytest.mark.django_db


def test_an_owner_adds_whoever_signed_up_whatever_the_case_of_the_address() -> None:
    owner, guest = a_person(), a_person(email="hana@atelier.example")
    workspace = workspace_of(owner)
    services.member_add(user=owner, workspace=workspace, email=" Hana@Atelier.example ", role="viewer")
    assert selectors.role_of(guest, workspace.pk) == "viewer"
    with pytest.raises(Conflict, match="already_member"):
        services.member_add(user=owner, workspace=workspace, email="hana@atelier.example", role="owner")
    assert selectors.role_of(guest, workspace.pk) == "viewer"


@pytest.mark.parametrize(
    ("email", "role", "code"),
    [
        ("nobody@atelier.example", "viewer", "no_such_person"),
        ("key-{prefix}@keys.invalid", "viewer", "no_such_person"),
        ("guest@atelier.example", "tailor", "unknown_role"),
    ],
)
def test_who_cannot_be_added(email: str, role: str, code: str) -> None:
    owner = a_person()
    a_person(email="guest@atelier.example")
    key, _text = a_key(owner)
    with pytest.raises(Problem, match=code):
        services.member_add(
            user=owner, workspace=workspace_of(owner), email=email.format(prefix=key.prefix), role=role
        )


@pytest.mark.parametrize("role", ["designer", "editor", "viewer"])
def test_only_owners_manage(role: str) -> None:
    owner = a_person()
    workspace = workspace_of(owner)
    member, other = a_member(workspace, role), a_member(workspace, "viewer")
    other_id = Membership.objects.get(user=other).pk
    attempts = [
        lambda: services.member_add(user=member, workspace=workspace, email=a_person().email, role="viewer"),
        lambda: services.member_set_role(user=member, workspace=workspace, member_id=other_id, role="editor"),
        lambda: services.member_remove(user=member, workspace=workspace, member_id=other_id),
        lambda: services.workspace_rename(user=member, workspace=workspace, name="Mine"),
        lambda: services.api_key_create(
            workspace=workspace, created_by=member, name="key", role="viewer", scopes=["read"]
        ),
        lambda: selectors.api_key_list_for_user(member, workspace.pk),
    ]
    for attempt in attempts:
        with pytest.raises(Forbidden):
            attempt()


def test_everybody_may_leave_but_the_last_owner() -> None:
    owner = a_person()
    workspace = workspace_of(owner)
    viewer = a_member(workspace, "viewer")
    own_id = Membership.objects.get(user=viewer).pk
    services.member_remove(user=viewer, workspace=workspace, member_id=own_id)
    assert selectors.role_of(viewer, workspace.pk) is None
    owner_id = Membership.objects.get(user=owner).pk
    with pytest.raises(Conflict, match="last_owner"):
        services.member_remove(user=owner, workspace=workspace, member_id=owner_id)
    with pytest.raises(Conflict, match="last_owner"):
        services.member_set_role(user=owner, workspace=workspace, member_id=owner_id, role="designer")
    assert selectors.role_of(owner, workspace.pk) == "owner"


def test_members_of_another_workspace_cannot_be_named() -> None:
    owner, stranger = a_person(), a_person()
    foreign_id = Membership.objects.get(user=stranger).pk
    with pytest.raises(NotFound):
        services.member_remove(user=owner, workspace=workspace_of(owner), member_id=foreign_id)
    assert selectors.role_of(stranger, workspace_of(stranger).pk) == "owner"


def test_the_list_shows_people_by_rank_and_no_keys() -> None:
    owner = a_person()
    workspace = workspace_of(owner)
    viewer, designer = a_member(workspace, "viewer"), a_member(workspace, "designer")
    a_key(owner)
    users = [one.user for one in selectors.membership_list_for_user(viewer, workspace.pk)]
    assert users == [owner, designer, viewer]


@pytest.mark.django_db(transaction=True)
def test_two_owners_cannot_both_step_down_at_once() -> None:
    first = a_person()
    workspace = workspace_of(first)
    second = a_member(workspace, "owner")
    together, refused = Barrier(2), []

    def step_down(user: object) -> None:
        member_id = Membership.objects.get(user=user).pk
        together.wait()
        try:
            services.member_set_role(user=user, workspace=workspace, member_id=member_id, role="viewer")
        except Conflict as conflict:
            refused.append(conflict.code)
        finally:
            connection.close()

    threads = [Thread(target=step_down, args=[user]) for user in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["last_owner"]
    assert Membership.objects.filter(workspace=workspace, role="owner").count() == 1
