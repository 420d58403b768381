"""The two halves of a photographed outline, merged into one that can be mirrored.

A flat is drawn as one half and its mirror image (domain notes, section 3). Here the halves are matched corner
by corner and averaged where they agree; where they do not – a folded sleeve, a turned hem – one side leads.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.drawing.corners import find_corners, smooth, turning
from ml.drawing.curves import length_along, polygon_intersections, resample
from ml.drawing.outline import find_outline

FloatArray = NDArray[np.float64]

AGREE, DISAGREE = 5.0, 14.0
"""Halves nearer than the first are averaged, further apart than the second not at all (mm on the sheet)."""

STEP = 0.6
"""Distance of the samples of a half outline in millimetres."""

FOLDED = 1.12
"""Ratio of the areas of both halves from which the smaller one is taken for folded."""

UNION_SCALE = 4.0
"""Pixels per millimetre of the picture in which halves that cross the axis are laid over each other."""


@dataclass(frozen=True)
class Half:
    """The left half of a symmetric outline in millimetres, from top to bottom, axis at x = 0.

    The first and the last point lie on the axis, all others (N×2) to the left of it. ``side`` is -1
    when the left side of the picture led, 1 when the right one did.
    """

    points: FloatArray
    side: int


def half_outline(ring: FloatArray) -> Half | None:
    """Merge the two halves of a closed polygon (N×2, mm, axis at x = 0); ``None`` when it does not
    cross the axis.

    Where the halves differ much, one side leads: the one with clearly more area, as the other is folded; with
    nearly the same area the one whose outline turns less, as the other is crumpled.
    """
    chains = _two_chains(ring)
    if chains is None:
        return None
    left, right = chains
    right = right * (-1, 1)
    areas = _area_beside(left), _area_beside(right)
    if max(areas) > FOLDED * min(areas):
        side = 1 if areas[1] > areas[0] else -1
    else:
        side = 1 if _total_turning(right) < _total_turning(left) else -1
    better, other = (left, right) if side < 0 else (right, left)
    leading = resample(better, STEP, closed=False)
    merged = _beside_axis(_merge(leading, resample(other, STEP, closed=False)))
    # The mean of shapes that differ in detail (straps, ribbons) may cross itself; one of them alone does not.
    if len(polygon_intersections(_both_halves(merged))):
        merged = _beside_axis(leading)
    if len(polygon_intersections(_both_halves(merged))):
        merged = _half_of_union(leading)
    return Half(merged, side)


def _beside_axis(chain: FloatArray) -> FloatArray:
    """The chain with its ends on the axis and without what lies on or beyond it."""
    inner = chain[1:-1]
    ends = chain[[0, -1]] * (0, 1)
    return resample(np.concatenate([ends[:1], inner[inner[:, 0] < -STEP / 4], ends[1:]]), STEP, closed=False)


def _half_of_union(chain: FloatArray) -> FloatArray:
    """The left half around a chain and its mirror image laid over each other, where the chain crosses itself.

    It comes from a picture of both, so it is simple: a simple closed curve that is its own mirror image
    meets the axis in two points.
    """
    margin = 4
    low, high = chain.min(axis=0), chain.max(axis=0)
    reach = float(np.abs(chain[:, 0]).max())
    corner = np.array([reach * UNION_SCALE + margin, margin - low[1] * UNION_SCALE])
    height = int((high[1] - low[1]) * UNION_SCALE) + 2 * margin + 1
    picture = np.zeros((height, 2 * int(corner[0] + 0.5)), dtype=np.uint8)
    corner[0] = picture.shape[1] / 2
    fixed = np.round((chain * UNION_SCALE + corner - 0.5) * 256).astype(np.int32)
    cv2.fillPoly(picture, [fixed], 1, shift=8)
    both = (picture | picture[:, ::-1]).astype(bool)
    ring = (find_outline(both).outer - corner) / UNION_SCALE
    chains = _two_chains(ring)
    return _beside_axis(chain if chains is None else resample(chains[0], STEP, closed=False))


def _both_halves(left: FloatArray) -> FloatArray:
    """The closed polygon of a left half and its mirror image."""
    return np.concatenate([left, left[-2:0:-1] * (-1, 1)])


def _two_chains(ring: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    """The ring cut at two points of the axis so that the chains lie as much as possible to the left and
    right of it.

    Both lead from the upper to the lower point.
    """
    points: list[FloatArray] = []
    crossings: list[int] = []
    for first, second in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        points.append(first)
        if first[0] == 0:
            crossings.append(len(points) - 1)
        elif first[0] * second[0] < 0:
            crossings.append(len(points))
            share = first[0] / (first[0] - second[0])
            points.append(np.array([0.0, first[1] + share * (second[1] - first[1])]))
    if len(crossings) < 2:
        return None
    path = np.array(points)
    following = np.roll(path, -1, axis=0)
    weight = (path[:, 0] + following[:, 0]) / 2 * np.hypot(*(following - path).T)
    along = np.concatenate([[0], np.cumsum(weight)])
    best, cut = -1.0, (0, 0)
    for number, start in enumerate(crossings):
        for end in crossings[number + 1 :]:
            between = along[end] - along[start]
            apart = abs(2 * between - along[-1])
            if apart > best:
                best, cut = apart, (start, end)
    one = path[cut[0] : cut[1] + 1]
    other = np.concatenate([path[cut[1] :], path[: cut[0] + 1]])
    chains = [chain if chain[0, 1] <= chain[-1, 1] else chain[::-1] for chain in (one, other)]
    chains.sort(key=lambda chain: float(chain[:, 0].mean()))
    return chains[0], chains[1]


def _area_beside(chain: FloatArray) -> float:
    """Area between a chain and the axis x = 0."""
    x, y = chain[:, 0], chain[:, 1]
    return abs(float(((x[1:] + x[:-1]) / 2 * np.diff(y)).sum()))


def _total_turning(chain: FloatArray) -> float:
    """All turns of a chain to and fro, in radians, without those of its pixels."""
    steps = np.diff(smooth(resample(chain, STEP, closed=False), 1.5 / STEP, closed=False), axis=0)
    cross = steps[:-1, 0] * steps[1:, 1] - steps[:-1, 1] * steps[1:, 0]
    return float(np.abs(np.arctan2(cross, (steps[:-1] * steps[1:]).sum(axis=1))).sum())


def _merge(better: FloatArray, other: FloatArray) -> FloatArray:
    """Average two half outlines (both on the left, evenly sampled, from top to bottom) where they
    agree.
    """
    pairs = _match_corners(better, other)
    at = np.array([0, *(pair[0] for pair in pairs), len(better) - 1], dtype=float)
    partner = np.array([0, *(pair[1] for pair in pairs), len(other) - 1], dtype=float)
    index = np.interp(np.arange(len(better)), at, partner)
    matched = np.stack([np.interp(index, np.arange(len(other)), other[:, axis]) for axis in (0, 1)], axis=1)
    apart = np.hypot(*(matched - better).T)
    share = 0.5 * np.clip((DISAGREE - apart) / (DISAGREE - AGREE), 0, 1)
    # Over 10 mm to each side, so that the change from the mean to one side leaves no step.
    reach = max(1, round(10 / STEP))
    kernel = np.hanning(2 * reach + 3)[1:-1]
    padded = np.pad(share, reach, mode="edge")
    share = np.convolve(padded, kernel / kernel.sum(), mode="valid")
    return np.asarray(better + share[:, None] * (matched - better))


def _match_corners(first: FloatArray, second: FloatArray) -> list[tuple[int, int]]:
    """Corners of two half outlines that belong together, in order (alignment by dynamic programming)."""
    size = max(1.0, float(np.ptp(first, axis=0).max()))
    sides = []
    for chain in (first, second):
        corners = find_corners(chain, STEP, closed=False)
        angles = turning(chain, max(2, round(4.0 / STEP)), closed=False)[corners]
        along = length_along(chain, closed=False)
        sides.append((corners, chain[corners], angles, along[corners] / along[-1]))
    (one, at_one, turn_one, share_one), (two, at_two, turn_two, share_two) = sides
    gap = 0.6
    cost = (
        np.hypot(*np.moveaxis(at_one[:, None] - at_two[None], -1, 0)) / (0.25 * size)
        + np.abs(turn_one[:, None] - turn_two[None]) / np.radians(70)
        + np.abs(share_one[:, None] - share_two[None]) / 0.2
    )
    total = np.zeros((len(one) + 1, len(two) + 1))
    total[:, 0], total[0, :] = gap * np.arange(len(one) + 1), gap * np.arange(len(two) + 1)
    for i in range(1, len(one) + 1):
        for j in range(1, len(two) + 1):
            total[i, j] = min(
                total[i - 1, j - 1] + cost[i - 1, j - 1], total[i - 1, j] + gap, total[i, j - 1] + gap
            )
    pairs: list[tuple[int, int]] = []
    i, j = len(one), len(two)
    while i > 0 and j > 0:
        if total[i, j] == total[i - 1, j - 1] + cost[i - 1, j - 1]:
            pairs.append((int(one[i - 1]), int(two[j - 1])))
            i, j = i - 1, j - 1
        elif total[i, j] == total[i - 1, j] + gap:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]
