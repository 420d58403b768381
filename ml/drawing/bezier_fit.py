"""An outline as a closed spline of few cubic Béziers: corners kept, smooth runs fitted, never crossing
itself.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ml.drawing.bezier_refine import Ends, Nodes, refine
from ml.drawing.corners import APART, find_corners, sharpen, smooth
from ml.drawing.curves import Spline, crossing_segments, resample
from ml.drawing.spans import Run, split_run

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]

STEP = 0.6
"""Distance of the samples that the curves are fitted to, in millimetres."""

NOISE = 0.9
"""Standard deviation in millimetres along the outline of the filter that removes the mask's pixels."""

STRAIGHT = 0.9
"""A run between two corners is a straight line when it stays within this share of the tolerance of its
chord."""

AXIS_ROUNDING = 4.0
"""Standard deviation in millimetres of the filter that rounds off a slight angle on the axis."""

TIGHTER = 0.5
"""Factor on the tolerance of segments that cross one another."""

ATTEMPTS = 6


def fit_closed(ring: FloatArray, tolerance: float, decimals: int = 3) -> Spline:
    """Fit a closed polygon (N×2, mm) within about ``tolerance`` mm by a closed spline that does not
    cross itself.

    Coordinates are rounded to ``decimals``. Where the curve would cross itself, the tolerance of the
    segments involved is halved until it does not; after ``ATTEMPTS`` rounds the outline itself is
    returned as a polygon of short lines.
    """
    samples = resample(ring, STEP, closed=True)
    corners = find_corners(samples, STEP, closed=True)
    has_corner = len(corners) > 0
    first = int(corners[0]) if has_corner else 0
    samples = np.roll(samples, -first, axis=0)
    cuts = [int(corner) - first for corner in corners] if has_corner else [0]
    ends = [*cuts[1:], len(samples)]
    runs = [Run(start, end - start, has_corner, has_corner) for start, end in zip(cuts, ends, strict=True)]
    line = sharpen(_denoised(samples, runs), corners - first, STEP)

    def attempt(allowed: FloatArray) -> tuple[Spline, IntArray]:
        nodes = _layout(line, runs, allowed, None)
        return refine(line, nodes, STEP).rounded(decimals), np.append(nodes.at, len(line))

    found = _until_simple(attempt, len(line), tolerance)
    return found or polygon_spline(resample(ring, 2 * STEP, closed=True), decimals)


def fit_mirrored(half: FloatArray, tolerance: float, decimals: int = 3) -> Spline:
    """Fit a symmetric closed spline to the left half of an outline (N×2, mm, from top to bottom, axis
    at x = 0).

    The right half is the exact mirror image of the left one, the two nodes on the axis lie exactly on
    it, and the curve passes the axis at a right angle unless there is a corner. Crossings as in
    ``fit_closed``.
    """
    half = resample(half, STEP, closed=False)
    half[[0, -1], 0] = 0
    last = len(half) - 1
    ring = _symmetric(half)
    corners = find_corners(ring, STEP, closed=True)
    near = round(APART / 2 / STEP)
    places = np.minimum(corners, len(ring) - corners)
    at_top = bool((places <= near).any())
    at_bottom = bool((places >= last - near).any())
    inner = sorted({int(place) for place in places if near < place < last - near})
    # A corner and its mirror image may be found a sample apart; they are one.
    inner = [place for number, place in enumerate(inner) if number == 0 or place - inner[number - 1] > near]
    cuts = [0, *inner, last]
    runs = [
        Run(start, end - start, start > 0 or at_top, end < last or at_bottom) for start, end in pairwise(cuts)
    ]
    inner_corners = [*([0] if at_top else []), *inner, *([last] if at_bottom else [])]
    both = sorted({*inner_corners, *(len(ring) - corner for corner in inner if corner > 0)})
    line = _symmetric(_denoised(ring, runs)[: last + 1])
    line = _level(line, [place for place, at in ((0, at_top), (last, at_bottom)) if not at])
    line = _symmetric(sharpen(line, np.array(both, dtype=np.intp), STEP)[: last + 1])

    def attempt(allowed: FloatArray) -> tuple[Spline, IntArray]:
        nodes = _layout(line, runs, allowed, Ends(not at_top, not at_bottom))
        left = refine(line[: last + 1], nodes, STEP).rounded(decimals)
        # The left side is the way back of the mirrored spline, so its segments lie in reverse on the samples.
        return mirror(left), np.concatenate([nodes.at, last + np.cumsum(np.diff(nodes.at)[::-1])])

    found = _until_simple(attempt, len(ring), tolerance, symmetric=True)
    if found is not None:
        return found
    short = resample(half, 2 * STEP, closed=False)
    return polygon_spline(np.concatenate([short, short[-2:0:-1] * (-1, 1)]), decimals)


def mirror(half: Spline) -> Spline:
    """The closed spline of an open one on the left of the axis x = 0 and its mirror image.

    It runs from the top node along the right side, clockwise on the screen.
    """
    flip = np.array([-1.0, 1.0])
    nodes = np.concatenate([half.nodes * flip, half.nodes[-2:0:-1]]) + 0.0
    after = np.concatenate([half.after * flip, half.before[-2:0:-1]])
    before = np.concatenate([half.before * flip, half.after[-2:0:-1]])
    before[0] = half.after[0]
    after[len(half.nodes) - 1] = half.before[-1]
    corner = np.concatenate([half.corner, half.corner[-2:0:-1]])
    line = np.concatenate([half.line, half.line[::-1]])
    return Spline(nodes, before, after, corner, line, True)


def _symmetric(half: FloatArray) -> FloatArray:
    """The closed line of a left half and its mirror image about x = 0, its ends put on the axis."""
    return np.concatenate([half[:1] * (0, 1), half[1:-1], half[-1:] * (0, 1), half[-2:0:-1] * (-1, 1)])


def polygon_spline(points: FloatArray, decimals: int) -> Spline:
    """A closed polygon as a spline of straight segments."""
    points = np.round(points, decimals)
    every = np.ones(len(points), dtype=bool)
    return Spline(points, points.copy(), points.copy(), every, every, True)


def _until_simple(
    attempt: Callable[[FloatArray], tuple[Spline, IntArray]],
    size: int,
    tolerance: float,
    symmetric: bool = False,
) -> Spline | None:
    """Fit, and again with less tolerance where the curve crosses itself; ``None`` when that does not
    end it.
    """
    allowed = np.full(size, tolerance)
    for _ in range(ATTEMPTS):
        spline, at = attempt(allowed)
        crossing = crossing_segments(spline)
        if not crossing:
            return spline
        factor = np.ones(size)
        for index in crossing:
            factor[np.arange(at[index], at[index + 1] + 1) % size] = TIGHTER
        if symmetric:
            factor = np.minimum(factor, np.roll(factor[::-1], 1))
        allowed = allowed * factor
    return None


def _denoised(samples: FloatArray, runs: list[Run]) -> FloatArray:
    """The samples without pixel noise; every run between corners is filtered for itself, so that
    corners stay.
    """
    even = smooth(samples, NOISE / STEP, closed=True)
    result = even.copy()
    for run in runs:
        if not (run.corner_before or run.corner_after) or run.length < 4:
            continue
        index = (run.start + np.arange(run.length + 1)) % len(samples)
        between = smooth(samples[index], NOISE / STEP, closed=False)
        # A run that passes the axis of a mirrored outline smoothly keeps the filter over both halves at that
        # end.
        cut = run.length // 2
        if run.corner_before:
            result[index[:cut]] = between[:cut]
        if run.corner_after:
            result[index[cut:]] = between[cut:]
    return result


def _level(line: FloatArray, places: list[int]) -> FloatArray:
    """Round off the slight angle at which a closed symmetric line meets its mirror image at the given
    samples.
    """
    even = smooth(line, AXIS_ROUNDING / STEP, closed=True)
    result = line.copy()
    for place in places:
        offset = np.arange(-round(2.5 * AXIS_ROUNDING / STEP), round(2.5 * AXIS_ROUNDING / STEP) + 1)
        index = (place + offset) % len(line)
        weight = np.cos(np.pi / 2 * offset / (abs(offset[0]) + 1))[:, None] ** 2
        result[index] += weight * (even[index] - result[index])
    return result


def _layout(line: FloatArray, runs: list[Run], allowed: FloatArray, ends: Ends | None) -> Nodes:
    """The nodes of all runs of a closed line; with ``ends`` the end of the last run is a node too."""
    at: list[int] = []
    corner: list[bool] = []
    straight: list[bool] = []
    for run in runs:
        is_line = run.corner_before and run.corner_after and _is_straight(line, run, allowed)
        offsets = [0, run.length] if is_line else split_run(line, run, STEP, allowed)
        at += [run.start + offset for offset in offsets[:-1]]
        corner += [run.corner_before] + [False] * (len(offsets) - 2)
        straight += [is_line] * (len(offsets) - 1)
    if ends is not None:
        at.append(runs[-1].start + runs[-1].length)
        corner.append(runs[-1].corner_after)
    return Nodes(np.array(at, dtype=np.intp), np.array(corner), np.array(straight), ends)


def _is_straight(line: FloatArray, run: Run, allowed: FloatArray) -> bool:
    """Whether a run stays near the chord between its two corners."""
    index = (run.start + np.arange(run.length + 1)) % len(line)
    points = line[index]
    chord = points[-1] - points[0]
    length = float(np.hypot(*chord))
    if length < 1e-6:
        return False
    offset = points - points[0]
    away = np.abs(offset[:, 0] * chord[1] - offset[:, 1] * chord[0]) / length
    return bool((away <= STRAIGHT * allowed[index]).all())
