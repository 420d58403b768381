"""REST: the parts of a photo."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from apps.accounts.selectors import user_of
from apps.garments import parts
from apps.garments.models import Part
from apps.garments.part_selectors import part_get_for_user, part_list_for_user, part_payload
from apps.garments.selectors import photo_get_for_user

router = Router(tags=["parts"])

Provenance = Literal["estimated", "confirmed", "typed"]
Box = Annotated[
    list[float],
    Field(min_length=4, max_length=4, description="left, top, right, bottom in pixels of the upright photo"),
]


class FoundPart(Schema):
    """What the analysis said, whatever a person made of it."""

    kind: str
    box: Box
    confidence: float


class PartOut(Schema):
    """A part of a photo. `advisories` are codes of what looks odd; `version` counts the decisions."""

    id: UUID
    photo_id: UUID
    kind: str
    box: Box
    confidence: float | None
    state: Literal["open", "accepted", "corrected", "rejected", "added"]
    provenance: Provenance
    found: FoundPart | None
    advisories: list[str]
    version: int


class PartsOut(Schema):
    parts: list[PartOut]


class PartIn(Schema):
    """A part that the analysis missed; the box is cut at the edges of the photo."""

    kind: Part.Kind
    box: Box


class SeenIn(Schema):
    """`seen` is the version that the decision is about; 409 stale_part when there is a newer one."""

    seen: int | None = None


class PartPatch(SeenIn):
    """What is left out stays."""

    kind: Part.Kind | None = None
    box: Box | None = None


@router.get("/photos/{photo_id}/parts", response=PartsOut)
def list_parts(request: HttpRequest, photo_id: UUID) -> dict[str, Any]:
    """The parts of a photo in a stable order: open, accepted, corrected, rejected and added ones."""
    return _all(request, photo_id)


@router.post("/photos/{photo_id}/parts", response={201: PartOut})
def add_part(request: HttpRequest, photo_id: UUID, data: PartIn) -> Status[dict[str, Any]]:
    user = user_of(request)
    photo = photo_get_for_user(user, photo_id)
    return Status(201, part_payload(parts.part_add(user=user, photo=photo, kind=data.kind, box=data.box)))


@router.post("/photos/{photo_id}/parts/accept-rest", response=PartsOut)
def accept_rest(request: HttpRequest, photo_id: UUID) -> dict[str, Any]:
    """Accept every part that nobody has looked at; answers all parts of the photo."""
    user = user_of(request)
    parts.parts_accept_rest(user=user, photo=photo_get_for_user(user, photo_id))
    return _all(request, photo_id)


@router.get("/parts/{part_id}", response=PartOut)
def get_part(request: HttpRequest, part_id: UUID) -> dict[str, Any]:
    return part_payload(part_get_for_user(user_of(request), part_id))


@router.patch("/parts/{part_id}", response=PartOut)
def correct_part(request: HttpRequest, part_id: UUID, data: PartPatch) -> dict[str, Any]:
    """Another kind or box. No later analysis changes it."""
    user = user_of(request)
    part = part_get_for_user(user, part_id)
    return part_payload(
        parts.part_correct(user=user, part=part, kind=data.kind, box=data.box, seen=data.seen)
    )


@router.post("/parts/{part_id}/accept", response=PartOut)
def accept_part(request: HttpRequest, part_id: UUID, data: SeenIn | None = None) -> dict[str, Any]:
    user = user_of(request)
    part = part_get_for_user(user, part_id)
    return part_payload(parts.part_accept(user=user, part=part, seen=data.seen if data else None))


@router.post("/parts/{part_id}/reject", response=PartOut)
def reject_part(request: HttpRequest, part_id: UUID, data: SeenIn | None = None) -> dict[str, Any]:
    """There is no such part; it stays in the list as rejected and no analysis brings it back."""
    user = user_of(request)
    part = part_get_for_user(user, part_id)
    return part_payload(parts.part_reject(user=user, part=part, seen=data.seen if data else None))


@router.post("/parts/{part_id}/undo", response={200: PartOut, 204: None})
def undo_part(
    request: HttpRequest, part_id: UUID, data: SeenIn | None = None
) -> Status[dict[str, Any]] | Status[None]:
    """Take the last decision back. 204 when that added the part; 409 nothing_to_undo when none is left."""
    user = user_of(request)
    part = part_get_for_user(user, part_id)
    undone = parts.part_undo(user=user, part=part, seen=data.seen if data else None)
    return Status(204, None) if undone is None else Status(200, part_payload(undone))


def _all(request: HttpRequest, photo_id: UUID) -> dict[str, Any]:
    user = user_of(request)
    rows = part_list_for_user(user, photo_get_for_user(user, photo_id))
    return {"parts": [part_payload(part) for part in rows]}
