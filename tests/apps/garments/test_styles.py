"""Styles: numbers are unique in a workspace, the list is searched, nothing crosses workspaces."""

import pytest

from apps.accounts.models import Membership
from apps.garments.selectors import style_get_for_user, style_list_for_user
from apps.garments.services import style_archive, style_create, style_update
from apps.problems import Conflict, Forbidden, NotFound, Problem
from tests.apps.garments.garments import a_designer, a_photo, a_style
from tests.apps.people import a_member, a_person, workspace_of

pytestmark = pytest.mark.django_db


def test_style_number_is_taken_once_per_workspace():
    user, other = a_designer(), a_designer()
    a_style(user, "TS-1")
    with pytest.raises(Conflict) as conflict:
        a_style(user, " TS-1 ")
    assert conflict.value.code == "code_taken"
    assert a_style(other, "TS-1").code == "TS-1"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"code": "  "}, "code_missing"),
        ({"code": "x" * 41}, "field_too_long"),
        ({"code": "a", "season": "x" * 41}, "field_too_long"),
        ({"code": "a", "name": "nul\x00"}, "bad_character"),
        ({"code": "a", "workspace_id": "1"}, "unknown_field"),
    ],
)
def test_bad_fields_are_refused_by_name(fields, code):
    user = a_designer()
    with pytest.raises(Problem) as problem:
        style_create(user=user, workspace=workspace_of(user), **fields)
    assert problem.value.code == code


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"TS-1", "PT-2"}),
        ("ts", {"TS-1"}),
        ("パンツ", {"PT-2"}),
        ("27SS", {"TS-1", "PT-2"}),
        ("27ss ts", {"TS-1"}),
        ("%", set()),
    ],
)
def test_search_looks_in_number_name_and_season(query, found):
    user = a_designer()
    a_style(user, "TS-1", name="Tシャツ", season="27SS")
    a_style(user, "PT-2", name="テーパードパンツ", season="27SS")
    assert {style.code for style in style_list_for_user(user, query=query)} == found


def test_archived_styles_leave_the_list_and_come_back():
    user = a_designer()
    style = a_style(user)
    style_archive(user=user, style=style)
    assert not style_list_for_user(user)
    assert list(style_list_for_user(user, archived=True)) == [style]
    style_archive(user=user, style=style, archived=False)
    assert list(style_list_for_user(user)) == [style]


def test_viewer_reads_and_does_not_write():
    user = a_designer()
    style = a_style(user)
    viewer = a_member(style.workspace, Membership.Role.VIEWER)
    assert style_get_for_user(viewer, style.id) == style
    with pytest.raises(Forbidden):
        style_update(user=viewer, style=style, name="x")


def test_stranger_finds_no_style():
    style = a_style(a_designer())
    with pytest.raises(NotFound):
        style_get_for_user(a_person(), style.id)


def test_style_list_page_takes_as_many_queries_for_ten_styles_as_for_one(
    client, django_assert_max_num_queries
):
    user = a_designer()
    client.force_login(user)
    a_photo(user, a_style(user, "A-0"))
    with django_assert_max_num_queries(100) as one:
        client.get("/styles/")
    for number in range(1, 10):
        a_photo(user, a_style(user, f"A-{number}"))
    with django_assert_max_num_queries(len(one.captured_queries)):
        assert client.get("/styles/").content.count(b"A-") >= 10
