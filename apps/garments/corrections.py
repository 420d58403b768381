"""What people decided about parts and landmarks, as training data: only of workspaces that consented.

Who decided is a number that holds within one export, and when is a day: nothing leads back to a person.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q

from apps.garments.landmark_selectors import newest_landmark_decisions
from apps.garments.models import Analysis, LandmarkDecision, Part, PartDecision, Photo
from ml.vision.landmarks import LANDMARKS
from ml.vision.parts import PART_KINDS

State = Part.State
VISIBLE, NOT_LABELLED = 2, 0
"""The third number of a keypoint in the format of COCO and ultralytics."""


class Pseudonyms:
    """Numbers instead of names, in the order in which they come up."""

    def __init__(self, word: str) -> None:
        self._word = word
        self._numbers: dict[Any, int] = {}

    def of(self, key: Any) -> str:
        return f"{self._word}-{self._numbers.setdefault(key, len(self._numbers) + 1)}"

    def __len__(self) -> int:
        return len(self._numbers)


@dataclass(frozen=True)
class CorrectedPhoto:
    """A photo with decisions. `labels` and `keypoints` are the lines of its label files; None: not exported.

    `labels` is None until a person has looked at every part: a missed one would be taught as background.
    `unseen` counts the parts nobody has looked at. `provenance` is JSON-ready.
    """

    photo: Photo
    labels: list[str] | None
    keypoints: list[str] | None
    unseen: int
    provenance: dict[str, Any]


@dataclass
class Corrections:
    """Reads the decided photos one by one, with one set of pseudonyms."""

    people: Pseudonyms = field(default_factory=lambda: Pseudonyms("person"))
    workspaces: Pseudonyms = field(default_factory=lambda: Pseudonyms("workspace"))

    def photos(self) -> Iterator[CorrectedPhoto]:
        """The photos of consenting workspaces in which somebody decided about a part or a landmark."""
        decided = PartDecision.objects.filter(part__photo=OuterRef("pk"))
        placed = LandmarkDecision.objects.filter(photo=OuterRef("pk"))
        photos = Photo.objects.filter(
            Q(Exists(decided)) | Q(Exists(placed)), workspace__training_consent=True
        )
        for photo in photos.order_by("workspace", "created_at", "id").iterator(chunk_size=100):
            yield self._read(photo)

    def _read(self, photo: Photo) -> CorrectedPhoto:
        parts = list(photo.parts.filter(removed_at=None).prefetch_related("decisions"))
        unseen = sum(part.state == State.OPEN for part in parts)
        there = [part for part in parts if part.state != State.REJECTED]
        landmarks = newest_landmark_decisions(photo)
        placed = {name: one for name, one in landmarks.items() if one.x is not None}
        analysis = photo.analyses.filter(refused="").first()
        return CorrectedPhoto(
            photo=photo,
            labels=[_label(photo, part) for part in there] if parts and not unseen else None,
            keypoints=[_keypoints(photo, placed, analysis)] if placed else None,
            unseen=unseen,
            provenance={
                "workspace": self.workspaces.of(photo.workspace_id),
                "size": [photo.width, photo.height],
                "models": analysis.findings.get("models", []) if analysis else [],
                "parts": [self._part(part) for part in parts if part.state != State.OPEN],
                "landmarks": [
                    {"name": name, "verb": one.verb, "by": self.people.of(one.decided_by_id), "on": _day(one)}
                    for name, one in landmarks.items()
                ],
            },
        )

    def _part(self, part: Part) -> dict[str, Any]:
        return {
            "kind": part.kind,
            "box": part.box,
            "state": part.state,
            "found": part.found,
            "decisions": [
                {"verb": one.verb, "by": self.people.of(one.decided_by_id), "on": _day(one)}
                for one in sorted(part.decisions.all(), key=lambda one: one.number)
            ],
        }


def _day(decision: PartDecision | LandmarkDecision) -> str:
    return f"{decision.decided_at:%Y-%m-%d}"


def _label(photo: Photo, part: Part) -> str:
    """class, centre and size of the box, as shares of the photo's width and height."""
    return f"{PART_KINDS.index(part.kind)} {_yolo_box(photo, part.box)}"


def _yolo_box(photo: Photo, box: list[float]) -> str:
    left, top, right, bottom = box
    width, height = photo.width, photo.height
    centre = (left + right) / 2 / width, (top + bottom) / 2 / height
    return " ".join(f"{value:.6f}" for value in (*centre, (right - left) / width, (bottom - top) / height))


def _keypoints(photo: Photo, placed: Mapping[str, LandmarkDecision], analysis: Analysis | None) -> str:
    """The garment's box, and x, y, visibility of every landmark; what nobody placed is not labelled."""
    points = []
    for name in LANDMARKS:
        decision = placed.get(name)
        if decision is None or decision.x is None or decision.y is None:
            points.append(f"0 0 {NOT_LABELLED}")
        else:
            points.append(f"{decision.x / photo.width:.6f} {decision.y / photo.height:.6f} {VISIBLE}")
    outline: list[list[float]] = list(analysis.findings.get("outline") or []) if analysis else []
    spots = outline + [[one.x, one.y] for one in placed.values() if one.x is not None and one.y is not None]
    columns, rows = [x for x, _y in spots], [y for _x, y in spots]
    box = [min(columns), min(rows), max(columns), max(rows)]
    return f"0 {_yolo_box(photo, box)} {' '.join(points)}"
