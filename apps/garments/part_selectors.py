"""Reads of the parts in a photo; `*_for_user` are the only way from a request to a row."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.garments.models import Part, PartDecision, Photo
from apps.garments.selectors import Viewer, visible
from apps.problems import NotFound

State = Part.State


def part_list_for_user(user: Viewer, photo: Photo) -> QuerySet[Part]:
    """The parts of a photo in the order they came, rejected ones too."""
    return visible(Part.objects.all(), user).filter(photo=photo, removed_at=None)


def part_get_for_user(user: Viewer, part_id: UUID | str) -> Part:
    """Raises NotFound when the part is gone, or not in a workspace of the user's."""
    part = visible(Part.objects.all(), user).filter(id=part_id, removed_at=None).first()
    if part is None:
        raise part_gone()
    return part


def part_gone() -> NotFound:
    return NotFound("part_not_found", _("There is no such part. Load the photo's parts again."))


def part_decision_list_for_user(user: Viewer, photo: Photo) -> QuerySet[PartDecision]:
    """All that people did with the parts of a photo, newest first; also with those that are gone."""
    decisions = visible(PartDecision.objects.all(), user).filter(part__photo=photo)
    return decisions.select_related("part", "decided_by")


def part_provenance(part: Part) -> str:
    """Where kind and box come from: "estimated", "confirmed" by a person, or "typed" by one."""
    if part.state == State.OPEN:
        return "estimated"
    if part.state == State.ACCEPTED:
        return "confirmed"
    return "typed" if part.state != State.REJECTED or differs_from_found(part) else "estimated"


def differs_from_found(part: Part) -> bool:
    """Whether a person drew the part, or gave it another kind or box than the analysis."""
    return part.found is None or part.kind != part.found["kind"] or part.box != part.found["box"]


def part_payload(part: Part) -> dict[str, Any]:
    """A part as the API sends it. The confidence is that of what is shown: none where a person changed it."""
    found = part.found and {key: part.found[key] for key in ("kind", "box", "confidence")}
    return {
        "id": str(part.id),
        "photo_id": str(part.photo_id),
        "kind": part.kind,
        "box": part.box,
        "confidence": None if differs_from_found(part) else part.confidence,
        "state": part.state,
        "provenance": part_provenance(part),
        "found": found,
        "advisories": part.advisories,
        "version": part.version,
    }
