"""Styles: their numbers, their header data, who may write them, how they are found."""

from typing import Any

import pytest

from apps.accounts.models import Membership
from apps.garments.models import Style
from apps.garments.selectors import style_get_for_user, style_list_for_user
from apps.garments.services import style_archive, style_create, style_update
from apps.problems import Conflict, Forbidden, NotFound, Problem
from tests.apps.garments.factories import a_style
from tests.apps.people import a_member, a_person, workspace_of

pytestmark = pytest.mark.django_db
Role = Membership.Role


def test_a_style_keeps_what_was_typed() -> None:
    user = a_person()
    style = style_create(
        user=user,
        workspace=workspace_of(user),
        code=" TS-1 ",
        name="半袖Tシャツ",
        season="2027 SS",
        fabric="天竺",
    )
    kept = style_get_for_user(user, style.id)
    assert (kept.code, kept.name, kept.season, kept.fabric) == ("TS-1", "半袖Tシャツ", "2027 SS", "天竺")
    assert kept.created_by == user


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"code": ""}, "code_missing", "code"),
        ({"code": " \u3000 "}, "code_missing", "code"),
        ({"code": "9" * 41}, "field_too_long", "code"),
        ({"code": "TS-1", "name": "長" * 121}, "field_too_long", "name"),
        ({"code": "TS-1", "brand": "a\x00b"}, "bad_character", "brand"),
        ({"code": "TS-1", "workspace_id": "x"}, "unknown_field", "workspace_id"),
    ],
)
def test_what_a_style_cannot_be(fields: dict[str, Any], code: str, field: str) -> None:
    user = a_person()
    with pytest.raises(Problem) as refused:
        style_create(user=user, workspace=workspace_of(user), **fields)
    assert (refused.value.code, refused.value.extra["field"]) == (code, field)
    assert not Style.objects.exists()


def test_a_number_is_given_once_in_a_workspace_and_again_in_the_next() -> None:
    style = a_style(code="TS-1")
    other = a_style(style.created_by, code="TS-2")
    with pytest.raises(Conflict, match="code_taken"):
        a_style(style.created_by, code=" TS-1 ")
    with pytest.raises(Conflict, match="code_taken"):
        style_update(user=style.created_by, style=other, code="TS-1")
    assert a_style(code="TS-1").workspace_id != style.workspace_id


def test_what_is_not_named_stays() -> None:
    style = a_style(name="Tee", season="2027 SS")
    style_update(user=style.created_by, style=style, season="2027 AW")
    style.refresh_from_db()
    assert (style.name, style.season) == ("Tee", "2027 AW")


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER])
def test_only_designers_write(role: str) -> None:
    style = a_style()
    member = a_member(style.workspace, role)
    for write in (
        lambda: style_create(user=member, workspace=style.workspace, code="X"),
        lambda: style_update(user=member, style=style, name="X"),
        lambda: style_archive(user=member, style=style),
    ):
        with pytest.raises(Forbidden):
            write()
    assert style_get_for_user(member, style.id).name == ""


def test_strangers_and_the_switched_off_see_nothing() -> None:
    style = a_style()
    off = a_member(style.workspace, Role.DESIGNER)
    off.is_active = False
    for viewer in (a_person(), off):
        assert not style_list_for_user(viewer)
        with pytest.raises(NotFound):
            style_get_for_user(viewer, style.id)
    with pytest.raises(NotFound):
        style_update(user=a_person(), style=style, name="X")


def test_an_archived_style_leaves_the_list_and_comes_back() -> None:
    style = a_style()
    user = style.created_by
    style_archive(user=user, style=style)
    assert not style_list_for_user(user)
    assert list(style_list_for_user(user, archived=True)) == [style]
    style_archive(user=user, style=style, archived=False)
    assert list(style_list_for_user(user)) == [style]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"TS-1", "CT-2"}),
        ("ts-1", {"TS-1"}),
        ("シャツ", {"TS-1"}),
        ("2027", {"TS-1", "CT-2"}),
        ("2027 コート", {"CT-2"}),
        ("atelier", {"CT-2"}),
        ("%", set()),
        ("a\x00b", set()),
        ("trousers", set()),
    ],
)
def test_styles_are_found_by_number_name_brand_and_season(query: str, found: set[str]) -> None:
    user = a_person()
    a_style(user, code="TS-1", name="半袖Tシャツ", season="2027 SS")
    a_style(user, code="CT-2", name="ウールコート", season="2027 AW", brand="Atelier")
    a_style(code="TS-1", name="Tシャツ 2027")
    assert {style.code for style in style_list_for_user(user, query=query)} == found


def test_the_last_changed_style_comes_first() -> None:
    user = a_person()
    first, second = a_style(user), a_style(user)
    assert list(style_list_for_user(user)) == [second, first]
    style_update(user=user, style=first, name="again")
    assert list(style_list_for_user(user)) == [first, second]
