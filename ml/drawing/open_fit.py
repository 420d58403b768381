"""An open line as a spline of few cubic Béziers: least squares with the directions at its nodes held, split
where it leaves the tolerance (Schneider 1990, Graphics Gems I).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ml.drawing.corners import smooth
from ml.drawing.curves import Spline, bernstein, bernstein_slope, resample

FloatArray = NDArray[np.float64]

STEP = 0.6
"""Distance of the samples in millimetres."""

NOISE = 1.2
"""Standard deviation in millimetres along the line of the filter that takes the photo's pixels out."""

CORNER = np.cos(np.radians(50))
CORNER_REACH = 4
"""A corner turns by more than this between the chords of so many samples before and after it."""

STRAIGHT = 0.7
"""Share of the tolerance within which a run is drawn as a straight line."""

TANGENT_REACH = 5
ROUNDS = 4
LEAST_RUN = 4


def fit_open(points: FloatArray, tolerance: float, decimals: int = 3) -> Spline:
    """Fit a polyline (N×2, mm) within about ``tolerance`` mm by an open spline through its two ends.

    Corners stay corners, everything else becomes smooth; coordinates are rounded to ``decimals``.
    """
    samples = resample(points, STEP, closed=False)
    cuts = [0, *_corners(samples), len(samples) - 1]
    controls: list[FloatArray] = []
    straight: list[bool] = []
    corner: list[bool] = [True]
    for first, last in pairwise(cuts):
        run = samples[first : last + 1]
        even = smooth(run, NOISE / STEP, closed=False) if len(run) > 2 * LEAST_RUN else run
        even[[0, -1]] = run[[0, -1]]
        if _away(even, even[[0, -1]]) <= STRAIGHT * tolerance:
            third = (even[-1] - even[0]) / 3
            controls.append(np.array([even[0], even[0] + third, even[-1] - third, even[-1]]))
            straight.append(True)
            corner.append(True)
            continue
        pieces = _fit(even, _direction(even, 0), -_direction(even, len(even) - 1), tolerance)
        controls += pieces
        straight += [False] * len(pieces)
        corner += [False] * (len(pieces) - 1) + [True]
    nodes = np.array([controls[0][0], *(control[3] for control in controls)])
    after = np.array([*(control[1] for control in controls), nodes[-1]])
    before = np.array([nodes[0], *(control[2] for control in controls)])
    return Spline(nodes, before, after, np.array(corner), np.array(straight), False).rounded(decimals)


def _corners(samples: FloatArray) -> list[int]:
    """Samples at which the line turns sharply, the sharpest of each neighbourhood."""
    found: list[int] = []
    inner = range(CORNER_REACH, len(samples) - CORNER_REACH)
    turns = {}
    for at in inner:
        back, ahead = samples[at] - samples[at - CORNER_REACH], samples[at + CORNER_REACH] - samples[at]
        turns[at] = float(back @ ahead / max(np.hypot(*back) * np.hypot(*ahead), 1e-9))
    for at in sorted(inner, key=lambda one: turns[one]):
        if turns[at] < CORNER and all(abs(at - other) > 2 * CORNER_REACH for other in found):
            found.append(at)
    return sorted(found)


def _away(points: FloatArray, chord: FloatArray) -> float:
    """Largest distance of points from the line through two."""
    way = chord[1] - chord[0]
    offset = points - chord[0]
    return float(np.abs(offset[:, 0] * way[1] - offset[:, 1] * way[0]).max() / max(np.hypot(*way), 1e-9))


def _direction(points: FloatArray, at: int) -> FloatArray:
    """Unit direction of the line at a sample."""
    way = points[min(at + TANGENT_REACH, len(points) - 1)] - points[max(at - TANGENT_REACH, 0)]
    return np.asarray(way / max(float(np.hypot(*way)), 1e-9))


def _fit(points: FloatArray, leaving: FloatArray, arriving: FloatArray, tolerance: float) -> list[FloatArray]:
    """Cubics (4×2 each) through a run, split at its farthest sample until the tolerance holds.

    ``leaving`` and ``arriving`` are the unit directions from its first and from its last point inward.
    """
    steps = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    t = steps / steps[-1]
    for _ in range(ROUNDS):
        control = _least_squares(points, t, leaving, arriving)
        gap = bernstein(t) @ control - points
        slope = bernstein_slope(t) @ control
        t = t - (gap * slope).sum(axis=1) / np.maximum((slope**2).sum(axis=1), 1e-9)
        t = np.maximum.accumulate(np.clip(t, 0, 1))
        t[0], t[-1] = 0, 1
    away = np.hypot(*(bernstein(t) @ control - points).T)
    if away.max() <= tolerance or len(points) <= 2 * LEAST_RUN:
        return [control]
    cut = int(np.clip(np.argmax(away), LEAST_RUN, len(points) - 1 - LEAST_RUN))
    through = _direction(points, cut)
    first = _fit(points[: cut + 1], leaving, -through, tolerance)
    return first + _fit(points[cut:], through, arriving, tolerance)


def _least_squares(
    points: FloatArray, t: FloatArray, leaving: FloatArray, arriving: FloatArray
) -> FloatArray:
    basis = bernstein(t)
    start, end = points[0], points[-1]
    fixed = (basis[:, 0] + basis[:, 1])[:, None] * start + (basis[:, 2] + basis[:, 3])[:, None] * end
    first, second = basis[:, 1:2] * leaving, basis[:, 2:3] * arriving
    rest = points - fixed
    matrix = np.array(
        [[(first**2).sum(), (first * second).sum()], [(first * second).sum(), (second**2).sum()]]
    )
    right = np.array([(first * rest).sum(), (second * rest).sum()])
    chord = float(np.hypot(*(end - start)))
    lengths = np.linalg.lstsq(matrix, right, rcond=None)[0]
    # Handles that turn back or reach too far make loops; a third of the chord never does.
    lengths = np.where((lengths > 0.05 * chord) & (lengths < 1.2 * chord), lengths, chord / 3)
    return np.array([start, start + lengths[0] * leaving, end + lengths[1] * arriving, end])
