"""REST: what is known about a style, what people decided about it, and styles that look alike."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Router, Schema, Status

from apps.accounts.selectors import user_of
from apps.garments.decisions import decision_make, decision_take_back
from apps.garments.models import Decision
from apps.garments.part_api import Provenance
from apps.garments.selectors import decision_list_for_user, findings_for_user, style_get_for_user
from apps.garments.similar import SimilarStyle, similar_list_for_user
from apps.pagination import LIMIT, CursorPage, Page, paginate

router = Router(tags=["findings"])


class DecisionIn(Schema):
    """What a person decided; value null takes the decision back."""

    field: Literal["garment_type", "colours", "sleeve", "neck", "closure"]
    value: Any = None


class DecisionOut(Schema):
    """A decision; `key` is the code of the point of measure where the field is "measurement"."""

    id: UUID
    field: str
    key: str
    value: Any
    decided_at: datetime


class AttributeOut(Schema):
    """A value that is null where nothing is known."""

    value: str | None
    confidence: float | None
    provenance: Provenance


class AttributesOut(Schema):
    sleeve: AttributeOut
    neck: AttributeOut
    closure: AttributeOut


class FindingsOut(Schema):
    """What counts for a style: decisions of people over the newest analysis.

    `view` is what the photo was seen to show; `advisories` are codes of what looks odd about the garment as a
    whole.
    """

    garment_type: str | None
    garment_provenance: Provenance
    confidence: float | None
    alternatives: list[dict[str, Any]]
    colours: list[dict[str, Any]]
    colour_provenance: Provenance
    attributes: AttributesOut
    view: str | None
    advisories: list[str]
    quality: dict[str, Any] | None
    refused: str


class SimilarStyleOut(Schema):
    """The other style, how alike (1: the same), and the photo that looks alike."""

    id: UUID
    code: str
    name: str


class CoverOut(Schema):
    photo_id: UUID
    image: str
    thumbnail: str


class SimilarOut(Schema):
    style: SimilarStyleOut
    similarity: float
    cover: CoverOut


class SimilarsOut(Schema):
    styles: list[SimilarOut]


@router.get("/styles/{style_id}/findings", response=FindingsOut)
def get_findings(request: HttpRequest, style_id: UUID) -> object:
    """Type, attributes, colours and quality of the style, with where each comes from."""
    user = user_of(request)
    return findings_for_user(user, style_get_for_user(user, style_id))


@router.get("/styles/{style_id}/decisions", response=CursorPage[DecisionOut])
def list_decisions(
    request: HttpRequest, style_id: UUID, cursor: str | None = None, limit: int = LIMIT
) -> Page[Decision]:
    """What people decided, newest first."""
    user = user_of(request)
    decisions = decision_list_for_user(user, style_get_for_user(user, style_id))
    return paginate(decisions, cursor, limit, time_field="decided_at")


@router.post("/styles/{style_id}/decisions", response={201: DecisionOut})
def create_decision(request: HttpRequest, style_id: UUID, data: DecisionIn) -> Status[Decision]:
    """Decide a field; no later analysis changes it."""
    user = user_of(request)
    style = style_get_for_user(user, style_id)
    if data.value is None:
        return Status(201, decision_take_back(user=user, style=style, field=data.field))
    return Status(201, decision_make(user=user, style=style, field=data.field, value=data.value))


@router.get("/styles/{style_id}/similar", response=SimilarsOut)
def list_similar(request: HttpRequest, style_id: UUID, limit: int = 12) -> dict[str, Any]:
    """Styles of the same workspace that look alike, most alike first; 12 at most."""
    user = user_of(request)
    rows = similar_list_for_user(user, style_get_for_user(user, style_id), max(1, min(limit, 12)))
    return {"styles": [_similar(row) for row in rows]}


def _similar(row: SimilarStyle) -> dict[str, Any]:
    image = f"/api/v1/photos/{row.cover.id}/image.webp"
    return {
        "style": row.style,
        "similarity": row.similarity,
        "cover": {
            "photo_id": row.cover.id,
            "image": image,
            "thumbnail": reverse("photo_thumbnail", args=[row.cover.id]),
        },
    }
