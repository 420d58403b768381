"""Real corners of an outline: hem and cuff corners, underarms, collar points – told from round curves
and from noise.

The turning angle between the chords of length ``s`` before and after a point does not depend on ``s``
at a corner and grows with ``s`` on a round curve; a corner is therefore a point that turns enough and
turns almost as much over a short chord as over a long one (the multi-scale idea of Rattarangsi and Chin
1992).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

FloatArray = NDArray[np.float64]

SHORT, MIDDLE, LONG = 2.2, 4.0, 6.5
"""Chord lengths in millimetres on the A4 sheet."""

SURE = np.radians(48)
"""Turning over the middle chord from which a point is a corner when it is not part of a wide arc."""

POSSIBLE = np.radians(26)
"""Turning below which there is no corner at all."""

SHARP = 0.68
"""Share of the long chord's turning that a possible corner must reach over the short chord."""

SURE_SHARP = 0.5
"""The same for a sure corner: the turning of an arc reaches a third."""

APART = 4.0
"""Least distance between two corners along the outline, in millimetres."""

ROUNDED = 1.8
"""A mask rounds its corners off over about this distance to each side, in millimetres."""

SIDE = 5.5
"""The sides of a corner are continued from the stretch between ``ROUNDED`` and this distance."""

CORNER_MOVE = 1.6
"""Furthest that a corner may move out of the outline, in millimetres: a corner of 90° rounded with 3.9
mm.
"""


def smooth(points: FloatArray, deviation: float, closed: bool) -> FloatArray:
    """The points of an evenly sampled polyline filtered by a Gaussian, ``deviation`` in samples."""
    if closed:
        return np.asarray(gaussian_filter1d(points, deviation, axis=0, mode="wrap"))
    # Reflection through the end point keeps the end where it is and its direction too.
    width = min(len(points) - 1, int(np.ceil(4 * deviation)))
    head = 2 * points[0] - points[width:0:-1]
    tail = 2 * points[-1] - points[-2 : -width - 2 : -1]
    return np.asarray(
        gaussian_filter1d(np.concatenate([head, points, tail]), deviation, axis=0)[width:-width]
    )


def turning(points: FloatArray, chord: int, closed: bool) -> FloatArray:
    """Signed turning angle at each point between the chords of ``chord`` samples; 0 near the ends of an
    open line.
    """
    if closed:
        ahead, behind = np.roll(points, -chord, axis=0) - points, points - np.roll(points, chord, axis=0)
    else:
        ahead, behind = np.zeros_like(points), np.zeros_like(points)
        ahead[:-chord] = points[chord:] - points[:-chord]
        behind[chord:] = points[chord:] - points[:-chord]
    cross = behind[:, 0] * ahead[:, 1] - behind[:, 1] * ahead[:, 0]
    angle = np.arctan2(cross, (behind * ahead).sum(axis=1))
    if not closed:
        angle[:chord] = angle[len(points) - chord :] = 0
    return np.asarray(angle)


def find_corners(points: FloatArray, step: float, closed: bool) -> NDArray[np.intp]:
    """Indices of the corners of a polyline sampled every ``step`` millimetres, in rising order.

    The ends of an open polyline are not reported.
    """
    chords = [max(2, round(length / step)) for length in (SHORT, MIDDLE, LONG)]
    if len(points) < 3 * chords[-1]:
        return np.zeros(0, dtype=np.intp)
    even = smooth(points, 0.35 / step, closed)
    short, middle, long = (turning(even, chord, closed) for chord in chords)
    reach = max(1, round(APART / 2 / step))
    peaks = []
    for index in np.argsort(-np.abs(middle), kind="stable"):
        if abs(middle[index]) < POSSIBLE:
            break
        around = np.arange(index - reach, index + reach + 1)
        around = around % len(points) if closed else around[(around >= 0) & (around < len(points))]
        sign = np.sign(middle[index])
        sharpness = (sign * short[around]).max() / max(abs(middle[index]), sign * long[index], 1e-9)
        wanted = SURE_SHARP if abs(middle[index]) >= SURE else SHARP
        if sharpness < wanted:
            continue
        peaks.append(int(around[np.argmax(sign * (short[around] + middle[around]))]))
    return _apart(peaks, len(points), APART / step, closed)


def sharpen(points: FloatArray, corners: NDArray[np.intp], step: float) -> FloatArray:
    """Give a closed polyline (sampled every ``step`` mm) back the corners that its mask has rounded
    off.

    The corner moves to where the straight continuations of its two sides meet, by ``CORNER_MOVE`` at
    most; the samples between are drawn in to it.
    """
    result = points.copy()
    blind, far = max(1, round(ROUNDED / step)), max(3, round(SIDE / step))
    size = len(points)
    order = np.sort(corners)
    room = np.diff(order, append=order[:1] + size)
    for number, corner in enumerate(order):
        if min(room[number], room[number - 1]) < 2 * far:
            continue
        before = _side(points[(corner - np.arange(blind, far + 1)) % size])
        after = _side(points[(corner + np.arange(blind, far + 1)) % size])
        cross = before[1][0] * after[1][1] - before[1][1] * after[1][0]
        if abs(cross) < np.sin(POSSIBLE) / 2:
            continue
        gap = after[0] - before[0]
        apex = before[0] + before[1] * (gap[0] * after[1][1] - gap[1] * after[1][0]) / cross
        move = apex - points[corner]
        if (
            float((before[1] * (apex - before[0])).sum()) > 0
            or float((after[1] * (apex - after[0])).sum()) > 0
        ):
            continue
        apex = points[corner] + move * min(1.0, CORNER_MOVE / max(1e-9, float(np.hypot(*move))))
        share = (np.arange(blind + 1) / blind)[:, None]
        for way in (-1, 1):
            index = (corner + way * np.arange(blind + 1)) % size
            result[index] = apex * (1 - share) + points[index[-1]] * share
    return result


def _side(points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The straight line through the points next to a corner: its point nearest to the corner and its
    direction away.
    """
    middle = points.mean(axis=0)
    direction = np.linalg.svd(points - middle)[2][0]
    direction = direction * np.sign((direction * (points[-1] - points[0])).sum() or 1.0)
    return middle + direction * float((direction * (points[0] - middle)).sum()), direction


def _apart(peaks: list[int], count: int, distance: float, closed: bool) -> NDArray[np.intp]:
    """Non-maximum suppression: peaks come strongest first, weaker ones within ``distance`` are dropped."""
    taken = np.zeros(count, dtype=bool)
    reach = int(np.ceil(distance)) - 1
    kept = []
    for peak in peaks:
        if taken[peak]:
            continue
        kept.append(peak)
        around = np.arange(peak - reach, peak + reach + 1)
        taken[around % count if closed else np.clip(around, 0, count - 1)] = True
    return np.array(sorted(kept), dtype=np.intp)
