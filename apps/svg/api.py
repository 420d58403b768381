"""REST: drawings, their revisions in every format, and reviews."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status

from apps.accounts.selectors import user_of
from apps.agents.api import IdempotencyKey, TaskOut
from apps.agents.selectors import task_payload
from apps.garments.selectors import style_get_for_user
from apps.pagination import LIMIT, CursorPage, Page, paginate
from apps.svg.downloads import flat_response
from apps.svg.models import Drawing, Review, Revision
from apps.svg.selectors import (
    drawing_get_for_user,
    drawing_list_for_user,
    revision_get_for_user,
    revision_list_for_user,
)
from apps.svg.services import drawing_generate, review_give

router = Router(tags=["drawings"])

View = Literal["front", "back", "detail"]


class DrawingOut(Schema):
    """The flat of one view of a style."""

    id: UUID
    style_id: UUID
    view: str
    state: str
    updated_at: datetime


class RevisionOut(Schema):
    """One immutable state of a drawing. Files: /revisions/{id}.svg, .png, .pdf and .json."""

    id: UUID
    drawing_id: UUID
    number: int
    mirrored: bool
    content_hash: str
    created_at: datetime


class DrawIn(Schema):
    """What to draw anew."""

    view: View = "front"
    mirrored: bool = True


class ReviewIn(Schema):
    """A verdict; content_hash is that of the revision that was looked at."""

    verdict: Literal["approved", "changes_requested"]
    content_hash: str
    comment: str = ""


class ReviewOut(Schema):
    id: UUID
    revision_id: UUID
    verdict: str
    comment: str
    created_at: datetime


@router.get("/styles/{style_id}/drawings", response=list[DrawingOut])
def list_drawings(request: HttpRequest, style_id: UUID) -> list[Drawing]:
    """One drawing a view; there are at most three."""
    user = user_of(request)
    return list(drawing_list_for_user(user, style_get_for_user(user, style_id)))


@router.post("/styles/{style_id}/drawings", response={202: TaskOut})
def create_drawing(
    request: HttpRequest, style_id: UUID, data: DrawIn, idempotency_key: IdempotencyKey = None
) -> Status[dict[str, object]]:
    """Draw the newest analysis of a view anew, mirrored or faithful. Follow the returned task."""
    user = user_of(request)
    task = drawing_generate(
        user=user,
        style=style_get_for_user(user, style_id),
        view=data.view,
        mirrored=data.mirrored,
        idempotency_key=idempotency_key,
    )
    return Status(202, task_payload(task))


@router.get("/drawings/{drawing_id}", response=DrawingOut)
def get_drawing(request: HttpRequest, drawing_id: UUID) -> Drawing:
    return drawing_get_for_user(user_of(request), drawing_id)


@router.get("/drawings/{drawing_id}/revisions", response=CursorPage[RevisionOut])
def list_revisions(
    request: HttpRequest, drawing_id: UUID, cursor: str | None = None, limit: int = LIMIT
) -> Page[Revision]:
    """The revisions of a drawing, newest first."""
    user = user_of(request)
    return paginate(revision_list_for_user(user, drawing_get_for_user(user, drawing_id)), cursor, limit)


@router.post("/drawings/{drawing_id}/reviews", response={201: ReviewOut})
def create_review(request: HttpRequest, drawing_id: UUID, data: ReviewIn) -> Status[Review]:
    """Approve the newest revision or ask for changes. 409 stale_review when a newer one was drawn."""
    user = user_of(request)
    review = review_give(
        user=user,
        drawing=drawing_get_for_user(user, drawing_id),
        verdict=data.verdict,
        content_hash=data.content_hash,
        comment=data.comment,
    )
    return Status(201, review)


@router.get("/revisions/{uuid:revision_id}", response=RevisionOut)
def get_revision(request: HttpRequest, revision_id: UUID) -> Revision:
    return revision_get_for_user(user_of(request), revision_id)


@router.get("/revisions/{uuid:revision_id}.{extension}")
def get_revision_file(
    request: HttpRequest, revision_id: UUID, extension: Literal["svg", "png", "pdf", "json"]
) -> HttpResponse:
    """The flat as SVG, PNG, PDF, or as the JSON document it is drawn from."""
    return flat_response(request, revision_get_for_user(user_of(request), revision_id), extension)
