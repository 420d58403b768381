"""Cursor pagination for every list of the API: newest first, stable while rows are added."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from ninja import Schema

from apps.problems import Problem

Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")

LIMIT = 50
LIMIT_MAX = 200


class CursorPage(Schema, Generic[Item]):
    """One page as the API sends it; `next_cursor` is null on the last one."""

    items: list[Item]
    next_cursor: str | None


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows of one page, and the cursor to ask for the next with."""

    items: list[Row]
    next_cursor: str | None


def paginate(
    rows: QuerySet[Row], cursor: str | None = None, limit: int = LIMIT, *, time_field: str = "created_at"
) -> Page[Row]:
    """The rows after `cursor`, by (`time_field`, id) descending; `id` must be a UUID.

    limit is held between 1 and 200. Raises Problem(bad_cursor) for a cursor that was not handed out here.
    """
    limit = max(1, min(limit, LIMIT_MAX))
    rows = rows.order_by(f"-{time_field}", "-id")
    if cursor:
        time, row_id = _cursor_parse(cursor)
        rows = rows.filter(Q(**{f"{time_field}__lt": time}) | Q(**{time_field: time, "id__lt": row_id}))
    found = list(rows[: limit + 1])
    page = found[:limit]
    last = page[-1] if len(found) > limit else None
    return Page(items=page, next_cursor=_cursor_write(getattr(last, time_field), last.pk) if last else None)


def _cursor_write(time: datetime, row_id: UUID) -> str:
    return base64.urlsafe_b64encode(f"{time.isoformat()} {row_id}".encode()).decode().rstrip("=")


def _cursor_parse(cursor: str) -> tuple[datetime, UUID]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        time, _space, row_id = text.partition(" ")
        parsed = datetime.fromisoformat(time), UUID(row_id)
    except (binascii.Error, ValueError):
        parsed = None
    if parsed is None or parsed[0].tzinfo is None:
        raise Problem("bad_cursor", _("Start the list again: this cursor was not handed out here."))
    return parsed
