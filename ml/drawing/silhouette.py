"""The silhouette of a garment on its sheet: from a mask to fitted curves, faithful to the photo or
mirrored.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.drawing.bezier_fit import fit_closed, fit_mirrored
from ml.drawing.curves import Spline, flatten, polygons_cross
from ml.drawing.halves import half_outline
from ml.drawing.outline import find_outline, largest_component
from ml.drawing.symmetry import find_axis
from ml.drawing.tidy import tidy

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

FAITHFUL_TOLERANCE = 0.5
"""Millimetres on the sheet that a curve may leave the photographed outline."""

MIRRORED_TOLERANCE = 0.8
"""The same for the mirrored drawing, which smooths the small waves of lying cloth a little more."""

DECIMALS = 3

WORK_SIDE = 1600
"""Longest side in pixels of the mask that is worked on: finer than a fifth of a millimetre on A4."""


@dataclass(frozen=True)
class Box:
    """The room for a garment on a sheet: its centre and its size in millimetres."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Silhouette:
    """A fitted silhouette in millimetres.

    ``rings`` are the outer outline and then the openings; ``centre`` (2×2) is the centre line where the
    garment lies, from top to bottom; ``photo_to_drawing`` (2×3) maps continuous pixels of the photo to
    the sheet; ``tilt`` is the angle of the garment's axis in the photo in degrees clockwise from upright,
    ``symmetry`` the overlap (IoU) with its mirror image.
    """

    rings: tuple[Spline, ...]
    centre: FloatArray
    photo_to_drawing: FloatArray
    tilt: float
    symmetry: float


def _garment(mask: BoolArray) -> tuple[BoolArray, int]:
    """The garment's component, and the whole number it was reduced by to fit into ``WORK_SIDE`` pixels."""
    factor = max(1, -(-max(mask.shape) // WORK_SIDE))
    if factor > 1:
        height, width = mask.shape
        padded = np.pad(mask, ((0, -height % factor), (0, -width % factor))).astype(np.uint8) * 255
        size = padded.shape[1] // factor, padded.shape[0] // factor
        mask = np.asarray(cv2.resize(padded, size, interpolation=cv2.INTER_AREA) >= 128)
    return largest_component(mask), factor


def _from_photo(matrix: FloatArray, factor: int) -> FloatArray:
    """The map (2×3) from pixels of the photo, given that from pixels of the reduced mask."""
    return np.column_stack([matrix[:, :2] / factor, matrix[:, 2]])


def faithful_silhouette(mask: BoolArray, box: Box) -> Silhouette:
    """The silhouette as photographed, moved and scaled evenly into the box, never turned."""
    garment, factor = _garment(mask)
    outline = find_outline(garment)
    axis = find_axis(garment)
    low, high = outline.outer.min(axis=0), outline.outer.max(axis=0)
    scale = float(np.min(np.array([box.width, box.height]) / (high - low)))
    matrix = np.column_stack([np.eye(2) * scale, (box.x, box.y) - (low + high) / 2 * scale])
    rings = [_apply(matrix, ring) for ring in (outline.outer, *outline.openings)]
    splines = _fit_rings(rings)
    upright = axis.upright()
    back = _inverse(upright)
    top, bottom = _span_on_axis(_apply(upright, outline.outer))
    centre = _apply(matrix, _apply(back, np.array([[0.0, top], [0.0, bottom]])))
    return Silhouette(splines, centre, _from_photo(matrix, factor), axis.tilt, axis.score)


def mirrored_silhouette(mask: BoolArray, box: Box) -> Silhouette:
    """The silhouette turned upright and made symmetric about its axis, which stands in the middle of
    the box.
    """
    garment, factor = _garment(mask)
    low, high = (np.argwhere(garment).min(axis=0), np.argwhere(garment).max(axis=0) + 1)
    garment = largest_component(tidy(garment, min(box.width / (high - low)[1], box.height / (high - low)[0])))
    outline = find_outline(garment)
    axis = find_axis(garment)
    upright = axis.upright()
    outer = _apply(upright, outline.outer)
    half = half_outline(outer * _scale(outer, box))
    if half is None:
        raise ValueError("the axis of greatest overlap crosses the garment")
    points = half.points * _scale(half.points, box)
    scale = _scale(outer, box) * _scale(half.points, box)
    shift = np.round(np.array([box.x, box.y - (points[:, 1].min() + points[:, 1].max()) / 2]), DECIMALS)
    rings = [ring * scale for ring in (_apply(upright, ring) for ring in outline.openings)]
    splines = _with_openings(fit_mirrored(points, MIRRORED_TOLERANCE, DECIMALS), rings, half.side)
    matrix = scale * upright + np.column_stack([np.zeros((2, 2)), shift])
    heights = splines[0].nodes[splines[0].nodes[:, 0] == 0, 1]
    centre = np.array([[0, heights.min()], [0, heights.max()]]) + shift
    placed = tuple(spline.moved(shift) for spline in splines)
    return Silhouette(placed, centre, _from_photo(matrix, factor), axis.tilt, axis.score)


def _scale(points: FloatArray, box: Box) -> float:
    """The factor that fits an upright outline with its axis at x = 0 into the box."""
    return float(min(box.width / 2 / np.abs(points[:, 0]).max(), box.height / np.ptp(points[:, 1])))


def _fit_rings(rings: list[FloatArray]) -> tuple[Spline, ...]:
    """Fit the outer ring and the openings, tighter until none of them touch."""
    for share in (1.0, 0.5, 0.25):
        splines = tuple(fit_closed(ring, FAITHFUL_TOLERANCE * share, DECIMALS) for ring in rings)
        if not _any_touch(splines):
            break
    return splines


def _with_openings(outer: Spline, rings: list[FloatArray], side: int) -> tuple[Spline, ...]:
    """The mirrored outline with its openings: those on the axis made symmetric, those of the leading
    side twice.
    """
    splines = [outer]
    for ring in rings:
        half = half_outline(ring) if ring[:, 0].min() < 0 < ring[:, 0].max() else None
        if half is not None:
            added = [fit_mirrored(half.points, FAITHFUL_TOLERANCE, DECIMALS)]
        elif np.sign(ring[:, 0].mean()) == side:
            one = fit_closed(ring, FAITHFUL_TOLERANCE, DECIMALS)
            added = [one, one.flipped()]
        else:
            continue
        # An opening that the symmetric outline no longer surrounds is not drawn.
        if not _any_touch((*splines, *added)):
            splines += added
    return tuple(splines)


def _any_touch(splines: tuple[Spline, ...]) -> bool:
    polygons = [flatten(spline)[0] for spline in splines]
    return any(
        polygons_cross(first, second)
        for number, first in enumerate(polygons)
        for second in polygons[number + 1 :]
    )


def _span_on_axis(ring: FloatArray) -> tuple[float, float]:
    """Highest and lowest point (y) of a closed polygon on the line x = 0."""
    following = np.roll(ring, -1, axis=0)
    crosses = (ring[:, 0] <= 0) != (following[:, 0] <= 0)
    here, there = ring[crosses], following[crosses]
    share = here[:, 0] / (here[:, 0] - there[:, 0])
    heights = here[:, 1] + share * (there[:, 1] - here[:, 1])
    return float(heights.min()), float(heights.max())


def _apply(matrix: FloatArray, points: FloatArray) -> FloatArray:
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2])


def _inverse(matrix: FloatArray) -> FloatArray:
    inverse = np.linalg.inv(matrix[:, :2])
    return np.column_stack([inverse, -inverse @ matrix[:, 2]])
