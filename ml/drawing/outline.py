"""From a garment mask to its outline: sub-pixel closed contours without a staircase.

Coordinates are continuous pixels: the pixel in row ``i`` and column ``j`` covers the square from ``(j,
i)`` to ``(j + 1, i + 1)``, so that a contour lies over the photo when the photo is placed on ``[0,
width] × [0, height]``.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.drawing.errors import DrawingError

FloatArray = NDArray[np.float64]

WORK_SIDE = 900
"""Longest side, in pixels, of the picture that is traced: on A4 this is finer than a quarter of a
millimetre."""

OPENING_SHARE = 0.015
"""A hole is drawn when it is larger than this share of the garment (a handle loop); smaller ones are
mask noise.
"""

BLURS = (1.0, 0.5, 0.0)
"""Standard deviations in pixels, tried in this order until no thin strap is lost."""

AREA_KEPT = 0.985
"""The traced outline must hold this share of the component's area, else a piece was blurred away."""

# Marching squares (Lorensen and Cline 1987, in two dimensions). A cell's corners count 1 (top left), 2 (top
# right), 4 (bottom right), 8 (bottom left) when inside; each segment leads from one cell edge to another with
# the inside on its right, so that outer contours run clockwise on the screen.
_TOP, _RIGHT, _BOTTOM, _LEFT = 0, 1, 2, 3
_SEGMENTS: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((_TOP, _LEFT),),
    2: ((_RIGHT, _TOP),),
    3: ((_RIGHT, _LEFT),),
    4: ((_BOTTOM, _RIGHT),),
    6: ((_BOTTOM, _TOP),),
    7: ((_BOTTOM, _LEFT),),
    8: ((_LEFT, _BOTTOM),),
    9: ((_TOP, _BOTTOM),),
    11: ((_RIGHT, _BOTTOM),),
    12: ((_LEFT, _RIGHT),),
    13: ((_TOP, _RIGHT),),
    14: ((_LEFT, _TOP),),
}
_SADDLES: dict[int, tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]] = {
    5: (((_TOP, _RIGHT), (_BOTTOM, _LEFT)), ((_TOP, _LEFT), (_BOTTOM, _RIGHT))),
    10: (((_LEFT, _TOP), (_RIGHT, _BOTTOM)), ((_RIGHT, _TOP), (_LEFT, _BOTTOM))),
}
"""Both readings of a saddle: joined through the middle when its mean is inside, apart when it is
outside.
"""


@dataclass(frozen=True)
class Outline:
    """The outline of one garment in continuous pixels.

    ``outer`` is a closed polygon (N×2, first point not repeated) that runs clockwise on the screen;
    ``openings`` are the holes that are kept, counter-clockwise.
    """

    outer: FloatArray
    openings: tuple[FloatArray, ...] = ()

    def __post_init__(self) -> None:
        for ring in (self.outer, *self.openings):
            if ring.ndim != 2 or ring.shape[1] != 2 or len(ring) < 3:
                raise ValueError("a contour is an N×2 array of at least three points")
            if not np.isfinite(ring).all():
                raise ValueError("a contour holds a coordinate that is not a number")


def find_outline(mask: NDArray[np.bool_]) -> Outline:
    """Trace the largest component of a mask (bool, H×W) at sub-pixel accuracy.

    Parts that belong to the garment but not to its largest component are left out, and so are holes
    below ``OPENING_SHARE``. Raises ``DrawingError`` (``mask_empty``, ``mask_too_small``).
    """
    component = largest_component(mask)
    rows, columns = np.flatnonzero(component.any(axis=1)), np.flatnonzero(component.any(axis=0))
    top, left = int(rows[0]), int(columns[0])
    crop = component[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1]
    too_small = DrawingError("mask_too_small", "The garment is only a few pixels large; use a larger photo.")
    if min(crop.shape) < 8 or crop.sum() < 100:
        raise too_small
    field, scale = _work_field(crop)
    inside = float(field.sum())
    margin = 4
    padded = cv2.copyMakeBorder(field, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0)
    for sigma in BLURS:
        even = cv2.GaussianBlur(padded, (0, 0), sigma) if sigma else padded
        rings = [(ring - margin) / scale + (left, top) for ring in trace(even.astype(np.float64), 0.5)]
        areas = [signed_area(ring) * scale.prod() for ring in rings]
        outer = int(np.argmax(areas)) if areas else -1
        kept = [i for i, area in enumerate(areas) if -area > OPENING_SHARE * inside]
        if areas and areas[outer] + sum(areas[i] for i in kept) >= AREA_KEPT * inside:
            break
    if not areas:
        raise too_small
    return Outline(rings[outer], tuple(rings[i] for i in kept))


def largest_component(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest 8-connected component of a mask with its small holes filled; ``DrawingError`` when
    there is none.
    """
    if mask.ndim != 2:
        raise ValueError("a mask is a two-dimensional array")
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if count < 2:
        raise DrawingError("mask_empty", "The mask is empty: no garment was found in the photo.")
    component = labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    total = int(component.sum())
    holes, labels, stats, _ = cv2.connectedComponentsWithStats((~component).astype(np.uint8), connectivity=4)
    edge = set(np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])).tolist())
    small = [
        label
        for label in range(1, holes)
        if label not in edge and stats[label, cv2.CC_STAT_AREA] <= OPENING_SHARE * total
    ]
    filled: NDArray[np.bool_] = component | (np.isin(labels, small) & ~component)
    return filled


def signed_area(ring: FloatArray) -> float:
    """Area of a closed polygon, positive when it runs clockwise on the screen (y down)."""
    x, y = ring[:, 0], ring[:, 1]
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def trace(field: FloatArray, level: float) -> list[FloatArray]:
    """All closed level lines of a field (H×W) whose border lies below the level, in continuous pixels."""
    height, width = field.shape
    inside = field >= level
    kinds = inside[:-1, :-1] * 1 + inside[:-1, 1:] * 2 + inside[1:, 1:] * 4 + inside[1:, :-1] * 8  # H-1 × W-1
    follow: dict[int, int] = {}
    for kind, segments in _SEGMENTS.items():
        _link(follow, np.argwhere(kinds == kind), segments, width, height)
    means = (field[:-1, :-1] + field[:-1, 1:] + field[1:, 1:] + field[1:, :-1]) / 4
    for kind, (joined, apart) in _SADDLES.items():
        _link(follow, np.argwhere((kinds == kind) & (means >= level)), joined, width, height)
        _link(follow, np.argwhere((kinds == kind) & (means < level)), apart, width, height)
    rings = []
    while follow:
        start, edge = follow.popitem()
        chain = [start]
        while edge != start:
            chain.append(edge)
            edge = follow.pop(edge)
        rings.append(_crossings(field, level, np.array(chain)))
    return [ring for ring in rings if len(ring) >= 3]


def _link(
    follow: dict[int, int],
    cells: NDArray[np.intp],
    segments: tuple[tuple[int, int], ...],
    width: int,
    height: int,
) -> None:
    """Enter the segments of the given cells; an edge is numbered by its upper left grid point."""
    base = cells[:, 0] * width + cells[:, 1]
    vertical = width * height
    edges = {_TOP: base, _BOTTOM: base + width, _LEFT: base + vertical, _RIGHT: base + vertical + 1}
    for start, end in segments:
        follow.update(zip(edges[start].tolist(), edges[end].tolist(), strict=True))


def _crossings(field: FloatArray, level: float, edges: NDArray[np.intp]) -> FloatArray:
    """Where the level line crosses the given edges, by linear interpolation between the two pixel
    centres.
    """
    height, width = field.shape
    upright = edges >= width * height
    row, column = np.divmod(np.where(upright, edges - width * height, edges), width)
    first = field[row, column]
    second = field[row + upright, column + ~upright]
    share = (level - first) / (second - first)
    return np.stack(
        [column + 0.5 + np.where(upright, 0, share), row + 0.5 + np.where(upright, share, 0)], axis=1
    )


def _work_field(crop: NDArray[np.bool_]) -> tuple[NDArray[np.float32], FloatArray]:
    """The mask as grey values of at most ``WORK_SIDE`` pixels a side, and the scales in x and y from
    mask to field.
    """
    scale = min(1.0, WORK_SIDE / max(crop.shape))
    if scale == 1.0:
        return crop.astype(np.float32), np.ones(2)
    height, width = (max(1, round(side * scale)) for side in crop.shape)
    field = cv2.resize(crop.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    return field.astype(np.float32), np.array([width / crop.shape[1], height / crop.shape[0]])
