"""Landmarks of a photo as they count: what people said over what the newest analysis found."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import QuerySet

from apps.garments.models import Analysis, LandmarkDecision, Photo
from apps.garments.selectors import Viewer, analysis_usable_for_user, visible
from ml.vision.landmarks import LANDMARKS, Landmark, landmarks_from_json

Verb = LandmarkDecision.Verb
SAME_PX = 0.5


@dataclass(frozen=True)
class PlacedLandmark:
    """A landmark for people: upright pixels, None where it is hidden and was not found.

    Provenance is "estimated", "typed" where a person placed or hid it, "confirmed" where a person put it just
    where the analysis had.
    """

    name: str
    x: float | None
    y: float | None
    confidence: float | None
    provenance: str
    hidden: bool

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def landmark_list_for_user(user: Viewer, photo: Photo) -> list[PlacedLandmark]:
    """The landmarks that were found or decided, in the order of LANDMARKS."""
    found = landmarks_found(analysis_usable_for_user(user, photo))
    decided = landmark_decisions_for_user(user, photo)
    return [
        _placed(name, found.get(name), decided.get(name))
        for name in LANDMARKS
        if name in found or name in decided
    ]


def landmarks_for_user(user: Viewer, photo: Photo, analysis: Analysis) -> dict[str, Landmark]:
    """The landmarks to measure with: without the hidden ones; those that a person placed have no spread."""
    counting = landmarks_found(analysis)
    for name, decision in landmark_decisions_for_user(user, photo).items():
        if decision.x is not None and decision.y is not None:
            counting[name] = Landmark(name, decision.x, decision.y, 0.0, 1.0)
        else:
            counting.pop(name, None)
    return counting


def landmark_decisions_for_user(user: Viewer, photo: Photo) -> dict[str, LandmarkDecision]:
    """The newest decision about each landmark of a photo, without those that were taken back."""
    return newest_landmark_decisions(photo, visible(LandmarkDecision.objects.all(), user))


def newest_landmark_decisions(
    photo: Photo, decisions: QuerySet[LandmarkDecision] | None = None
) -> dict[str, LandmarkDecision]:
    """Of some decisions, by default all, the newest about each landmark of a photo; see above."""
    rows = LandmarkDecision.objects.all() if decisions is None else decisions
    newest = rows.filter(photo=photo).order_by("name", "-decided_at", "-id").distinct("name")
    return {decision.name: decision for decision in newest if decision.verb != Verb.TAKE_BACK}


def landmarks_found(analysis: Analysis | None) -> dict[str, Landmark]:
    """What an analysis found; empty for none, and for one made before landmarks were looked for."""
    found: Mapping[str, Any] = analysis.findings if analysis else {}
    return landmarks_from_json(found.get("landmarks") or {}, found.get("landmark_details") or {})


def _placed(name: str, found: Landmark | None, decision: LandmarkDecision | None) -> PlacedLandmark:
    x, y, confidence = (found.x, found.y, found.confidence) if found else (None, None, None)
    if decision is None:
        return PlacedLandmark(name, x, y, confidence, "estimated", hidden=False)
    if decision.x is None or decision.y is None:
        return PlacedLandmark(name, x, y, None, "typed", hidden=True)
    same = x is not None and y is not None and max(abs(decision.x - x), abs(decision.y - y)) <= SAME_PX
    return PlacedLandmark(
        name,
        decision.x,
        decision.y,
        confidence if same else None,
        "confirmed" if same else "typed",
        hidden=False,
    )
