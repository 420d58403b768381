"""From what a detector found to the parts that stand: duplicates merged, strays dropped, rivals weighed.

Every limit comes from the 432 photos labelled by hand (2,437 parts): it lies beyond what correct labels do.
``benchmarks/part_rules.py`` prints what is left of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ml.vision.landmarks import Landmarks
from ml.vision.part_checks import Advisory, check_parts
from ml.vision.parts import PART_KINDS, Box, Part, box_area, overlap, shared_area

__all__ = ["Advisory", "merge_parts", "settle_parts"]

Mask = NDArray[np.bool_]

SAME_OVERLAP = 0.5
"""IoU from which two boxes of a kind are one part; two labelled ones share at most 0.35 (pockets)."""

SAME_BUTTON = 0.3
"""The same for buttons, whose boxes are a few pixels wide; labelled ones share at most 0.03."""

SAME_ONLY = 0.3
"""The same for kinds that a garment has once: no labelled photo has two of them."""

ONLY_ONE = frozenset({"collar", "neckline", "hood"})

PIECE_OF = 0.8
"""Share of a box inside another of its kind from which it is a piece of it; labelled: 0.64 at most."""

HOLDS_ITS_KIND = frozenset({"pocket"})
"""Kinds that lie within one another: the coin pocket of jeans, the welt on a patch pocket."""

RIVAL_OVERLAP = 0.6
"""IoU from which boxes of different kinds are two opinions on one part, of which one at most is right."""

SHARED_PLACE = frozenset({frozenset({"pocket", "zipper"})})
"""Kinds that may fill one box: a zipped pocket is labelled as both. Stitches may lie over any kind."""

IN_PHOTO = 0.3
"""Share of a box that must lie in the photo; labels end at its edge."""

INSIDE = MappingProxyType(
    {
        "button": 0.4,
        "zipper": 0.4,
        "pocket": 0.4,
        "collar": 0.4,
        "neckline": 0.15,
        "hood": 0.4,
        "cuff": 0.2,
        "waistband": 0.3,
        "placket": 0.4,
        "drawstring": 0.08,
        "logo": 0.5,
        "print": 0.4,
        "label": 0.12,
        "stitch": 0.2,
    }
)
"""Least share of a box inside the mask. A neckline surrounds floor, slanting sleeves fill half the box of
their cuff, cords and hang tags hang out. 2,432 of the 2,437 labelled boxes lie within these limits."""


def settle_parts(
    parts: Sequence[Part],
    mask: Mask,
    landmarks: Landmarks,
    garment_type: str | None,
    *,
    sleeve: str | None = None,
) -> tuple[tuple[Part, ...], tuple[Advisory, ...]]:
    """The parts that stand, in the order of ``PART_KINDS`` and the surest of a kind first, and what is
    doubtful about them.

    ``mask`` is H×W bool of the upright photo whose pixels the boxes and landmarks are in; parts outside it
    are dropped, so an empty one leaves none. ``garment_type`` and ``sleeve`` are those of DESIGN's lists,
    None where unknown. An advisory's ``part_index`` counts in the returned parts.
    """
    height, width = mask.shape
    within = [part for part in (_clipped(part, width, height) for part in parts) if part is not None]
    standing = _weighed(merge_parts(within))
    kept = sorted(
        (part for part in standing if share_inside(part.box, mask) >= INSIDE[part.kind]),
        key=lambda part: (PART_KINDS.index(part.kind), -part.confidence, part.box),
    )
    return tuple(kept), check_parts(kept, mask, landmarks, garment_type, sleeve=sleeve)


def share_inside(box: Box, mask: Mask) -> float:
    """Share of a box' pixels that belong to the mask, 0–1; pixels outside the photo do not."""
    left, top = (max(0, int(np.floor(side))) for side in box[:2])
    right, bottom = (int(np.ceil(side)) for side in box[2:])
    pixels = mask[top:bottom, left:right]
    whole = (right - int(np.floor(box[0]))) * (bottom - int(np.floor(box[1])))
    return float(np.count_nonzero(pixels)) / whole


def _clipped(part: Part, width: int, height: int) -> Part | None:
    """The part within the photo; None when too little of it is left."""
    left, top, right, bottom = part.box
    box = (max(0.0, left), max(0.0, top), min(float(width), right), min(float(height), bottom))
    if box[2] <= box[0] or box[3] <= box[1] or box_area(box) < IN_PHOTO * part.area:
        return None
    return Part(part.kind, box, part.confidence)


def merge_parts(parts: Sequence[Part]) -> list[Part]:
    """One part for each group of boxes of a kind that overlap the surest of them, the surest first.

    Boxes are averaged by confidence (weighted boxes fusion, Solovyev et al. 2021); the surest's confidence
    stands.
    """
    groups: dict[str, list[list[Part]]] = {}
    for part in sorted(parts, key=lambda one: (-one.confidence, one.box)):
        mine = groups.setdefault(part.kind, [])
        for group in mine:
            if overlap(group[0].box, part.box) >= _same(part.kind):
                group.append(part)
                break
        else:
            mine.append([part])
    merged = [_averaged(group) for mine in groups.values() for group in mine]
    return sorted(merged, key=lambda one: (-one.confidence, one.box))


def _same(kind: str) -> float:
    if kind == "button":
        return SAME_BUTTON
    return SAME_ONLY if kind in ONLY_ONE else SAME_OVERLAP


def _piece(first: Part, second: Part) -> bool:
    """Whether one of two parts of a kind is a piece of the other."""
    if first.kind != second.kind or first.kind in HOLDS_ITS_KIND:
        return False
    return shared_area(first.box, second.box) >= PIECE_OF * min(first.area, second.area)


def _averaged(group: Sequence[Part]) -> Part:
    if len(group) == 1:
        return group[0]
    weights = np.array([max(part.confidence, 1e-6) for part in group])
    left, top, right, bottom = np.average([part.box for part in group], axis=0, weights=weights)
    return Part(group[0].kind, (left, top, right, bottom), group[0].confidence)


def _weighed(parts: Sequence[Part]) -> list[Part]:
    """The parts, surest first, each as likely as is left by surer ones that would exclude it.

    Two kinds in one place and a piece of a part of its kind are right only where the surer one is wrong. The
    product of both chances stays under 1/4, so of two that exclude each other one at most is shown.
    """
    weighed: list[Part] = []
    for part in sorted(parts, key=lambda one: (-one.confidence, one.box)):
        left = part.confidence
        for other in weighed:
            if _rivals(other, part) or _piece(other, part):
                left *= 1 - other.confidence
        weighed.append(replace(part, confidence=left))
    return weighed


def _rivals(first: Part, second: Part) -> bool:
    kinds = frozenset({first.kind, second.kind})
    if len(kinds) == 1 or "stitch" in kinds or kinds in SHARED_PLACE:
        return False
    return overlap(first.box, second.box) >= RIVAL_OVERLAP
