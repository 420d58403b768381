"""Cursor pagination: every row once, whatever is added meanwhile; and cursors that were made up."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.accounts.models import Workspace
from apps.pagination import LIMIT_MAX, paginate
from apps.problems import Problem

START = datetime(2026, 4, 1, 9, tzinfo=UTC)


def rows(*hours: int) -> list[Workspace]:
    made = []
    for hour in hours:
        row = Workspace.objects.create(name=str(hour))
        Workspace.objects.filter(pk=row.pk).update(created_at=START + timedelta(hours=hour))
        made.append(row)
    return made


def names(cursor: str | None = None, limit: int = 2) -> tuple[list[str], str | None]:
    page = paginate(Workspace.objects.all(), cursor, limit)
    return [row.name for row in page.items], page.next_cursor


@pytest.mark.django_db
def test_newest_first_and_the_last_page_has_no_cursor() -> None:
    rows(1, 2, 3)
    first, cursor = names()
    assert first == ["3", "2"]
    assert names(cursor) == (["1"], None)


@pytest.mark.django_db
def test_a_full_last_page_has_no_cursor() -> None:
    rows(1, 2)
    assert names() == (["2", "1"], None)


@pytest.mark.django_db
def test_rows_added_meanwhile_move_nothing() -> None:
    rows(1, 2, 3, 4)
    first, cursor = names()
    rows(9)
    assert first + names(cursor)[0] == ["4", "3", "2", "1"]


@pytest.mark.django_db
def test_rows_of_the_same_moment_come_once_each() -> None:
    made = rows(1, 1, 1, 1, 1)
    seen, cursor = [], None
    while True:
        page = paginate(Workspace.objects.all(), cursor, 2)
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == 5
    assert set(seen) == set(made)


@pytest.mark.django_db
@pytest.mark.parametrize(("limit", "count"), [(0, 1), (-5, 1), (10**9, 3)])
def test_limits_are_held_in_range(limit: int, count: int) -> None:
    rows(1, 2, 3)
    assert len(names(limit=limit)[0]) == count
    assert LIMIT_MAX == 200


@pytest.mark.parametrize("cursor", ["nonsense", "é", "MjAyNg", "MjAyNi0wNC0wMSBub25zZW5zZQ", "=" * 9])
def test_cursors_that_were_not_handed_out(cursor: str) -> None:
    with pytest.raises(Problem, match="bad_cursor"):
        paginate(Workspace.objects.all(), cursor)
