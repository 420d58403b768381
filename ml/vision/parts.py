"""Parts of a garment in a photo: a kind, a box, and how sure the detector is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PART_KINDS = (
    "button",
    "zipper",
    "pocket",
    "collar",
    "neckline",
    "hood",
    "cuff",
    "waistband",
    "placket",
    "drawstring",
    "logo",
    "print",
    "label",
    "stitch",
)
"""What is looked for, in the order of the detector's classes."""

SURE = 0.35
"""Confidence from which a found part is shown, doubted and drawn; less sure ones are only reported."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels of the upright photo, x right, y down."""


@dataclass(frozen=True)
class Part:
    """One part: ``kind`` is one of ``PART_KINDS``, ``confidence`` a calibrated probability (0–1).

    Raises ValueError for an unknown kind, a box without area and numbers out of range.
    """

    kind: str
    box: Box
    confidence: float

    def __post_init__(self) -> None:
        if self.kind not in PART_KINDS:
            raise ValueError(f"part: {self.kind!r} is not one of {', '.join(PART_KINDS)}")
        if len(self.box) != 4 or not all(math.isfinite(side) for side in self.box):
            raise ValueError("part: a box is four finite numbers")
        if self.box[2] <= self.box[0] or self.box[3] <= self.box[1]:
            raise ValueError("part: a box leads from its upper left to its lower right corner")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError("part: a confidence is between 0 and 1")
        object.__setattr__(self, "box", tuple(float(side) for side in self.box))
        object.__setattr__(self, "confidence", float(self.confidence))

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the box."""
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2

    @property
    def area(self) -> float:
        """The box' area in square pixels."""
        return box_area(self.box)

    def to_json(self) -> dict[str, Any]:
        """The part as the analysis prints it: pixels to a hundredth."""
        box = [round(side, 2) for side in self.box]
        return {"kind": self.kind, "box": box, "confidence": round(self.confidence, 4)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Part:
        """Read what ``to_json`` writes; raises ValueError when it is damaged."""
        try:
            left, top, right, bottom = (float(side) for side in data["box"])
            return cls(str(data["kind"]), (left, top, right, bottom), float(data["confidence"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"part: {error} is missing or of the wrong type") from error


def box_area(box: Box) -> float:
    """Area of a box, 0 when it is turned inside out."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def shared_area(first: Box, second: Box) -> float:
    """Area that two boxes have in common."""
    left, top = max(first[0], second[0]), max(first[1], second[1])
    return box_area((left, top, min(first[2], second[2]), min(first[3], second[3])))


def overlap(first: Box, second: Box) -> float:
    """Intersection over union of two boxes, 0–1."""
    shared = shared_area(first, second)
    union = box_area(first) + box_area(second) - shared
    return shared / union if union > 0 else 0.0
