"""Which of the parts that a new analysis found a person has already decided about."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ml.vision.parts import Box, Part, overlap

SAME_KIND_OVERLAP = 0.5
"""Two boxes of one kind overlapping this much (IoU) are one part: the hit rule of the detector's score."""
ANY_KIND_OVERLAP = 0.75
"""So close that the detector gave another name to the same thing."""
BUTTON_DISTANCE = 0.75
"""Buttons are a few pixels wide: one is the same when the centres lie this share of its longer side apart."""

Decided = Sequence[tuple[str, Box]]
"""The places of one decided part: what counts now and what was found, each kind and box."""


def decided_places(kind: str, box: Sequence[float], found: Mapping[str, Any] | None) -> Decided:
    """Where a decided part is, and where the analysis had seen it before a person moved or renamed it."""
    places = [(kind, box_of(box))]
    if found is not None:
        places.append((str(found["kind"]), box_of(found["box"])))
    return places


def new_parts(found: Sequence[Part], decided: Sequence[Decided]) -> list[int]:
    """Indices of the found parts that no decided part stands for.

    A found part is known when a decided one of its kind is at its place. Where a decided part has none of its
    own kind among the found ones, a found part of another kind in almost the same box is known, too.
    """
    known: set[int] = set()
    for places in decided:
        same = {
            index
            for index, part in enumerate(found)
            if any(part.kind == kind and same_place(kind, part.box, box) for kind, box in places)
        }
        known |= same or {
            index
            for index, part in enumerate(found)
            if any(overlap(part.box, box) >= ANY_KIND_OVERLAP for _kind, box in places)
        }
    return [index for index in range(len(found)) if index not in known]


def same_place(kind: str, first: Box, second: Box) -> bool:
    """Whether two boxes of one kind mean the same part."""
    if overlap(first, second) >= SAME_KIND_OVERLAP:
        return True
    if kind != "button":
        return False
    side = max(first[2] - first[0], first[3] - first[1], second[2] - second[0], second[3] - second[1])
    return math.dist(_centre(first), _centre(second)) <= BUTTON_DISTANCE * side


def box_of(sides: Sequence[float]) -> Box:
    """A stored box as a tuple. Raises ValueError unless it has four numbers."""
    left, top, right, bottom = (float(side) for side in sides)
    return left, top, right, bottom


def _centre(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
