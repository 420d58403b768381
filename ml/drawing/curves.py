"""Splines of cubic Béziers: the value type, evaluation, flattening and the exact test for
self-intersection.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

FLATNESS = 0.004
"""Millimetres that a polygon may leave its curve by when it stands for it."""

BLOCK = 512
"""Edges that are compared with all others at once; bounds the memory of the intersection test."""


@dataclass(frozen=True)
class Spline:
    """A chain of cubic Béziers in millimetres.

    ``nodes`` (N×2) are the points on the curve, ``before`` and ``after`` (N×2) their handles; segment
    ``i`` leads from node ``i`` to node ``i + 1`` (to node 0 at the end of a closed spline). ``corner``
    (N) marks the nodes where the direction may break, ``line`` (one per segment) the segments that are
    straight.
    """

    nodes: FloatArray
    before: FloatArray
    after: FloatArray
    corner: BoolArray
    line: BoolArray
    closed: bool

    def __post_init__(self) -> None:
        count = len(self.nodes)
        if count < 2:
            raise ValueError("a spline has at least two nodes")
        if any(array.shape != (count, 2) for array in (self.nodes, self.before, self.after)):
            raise ValueError("nodes and handles are N×2 arrays of one length")
        if self.corner.shape != (count,) or self.line.shape != (count if self.closed else count - 1,):
            raise ValueError("corner has one entry a node, line one entry a segment")
        if not (
            np.isfinite(self.nodes).all() and np.isfinite(self.before).all() and np.isfinite(self.after).all()
        ):
            raise ValueError("a coordinate of the spline is not a number")

    def controls(self) -> FloatArray:
        """The control points of all segments, S×4×2; a straight segment has its handles at the thirds."""
        start = np.arange(len(self.line))
        end = (start + 1) % len(self.nodes)
        points = np.stack([self.nodes[start], self.after[start], self.before[end], self.nodes[end]], axis=1)
        chord = points[:, 3] - points[:, 0]
        points[self.line, 1] = (points[:, 0] + chord / 3)[self.line]
        points[self.line, 2] = (points[:, 3] - chord / 3)[self.line]
        return points

    def moved(self, by: FloatArray) -> Spline:
        """The spline moved by a vector."""
        return Spline(self.nodes + by, self.before + by, self.after + by, self.corner, self.line, self.closed)

    def flipped(self) -> Spline:
        """The mirror image about x = 0, with its direction reversed so that it keeps its sense of
        rotation.
        """
        flip = np.array([-1.0, 1.0])
        line = np.roll(self.line[::-1], -1) if self.closed else self.line[::-1]
        return Spline(
            self.nodes[::-1] * flip,
            self.after[::-1] * flip,
            self.before[::-1] * flip,
            self.corner[::-1],
            line,
            self.closed,
        )

    def rounded(self, decimals: int) -> Spline:
        """The spline with its coordinates rounded, as the document will hold them."""
        return Spline(
            np.round(self.nodes, decimals),
            np.round(self.before, decimals),
            np.round(self.after, decimals),
            self.corner,
            self.line,
            self.closed,
        )


def bernstein(t: FloatArray) -> FloatArray:
    """The four cubic Bernstein polynomials at ``t``, in a new last axis."""
    s = 1 - t
    return np.stack([s**3, 3 * s**2 * t, 3 * s * t**2, t**3], axis=-1)


def bernstein_slope(t: FloatArray) -> FloatArray:
    """Their first derivatives."""
    s = 1 - t
    return np.stack([-3 * s**2, 3 * s**2 - 6 * s * t, 6 * s * t - 3 * t**2, 3 * t**2], axis=-1)


def flatten(spline: Spline, tolerance: float = FLATNESS) -> tuple[FloatArray, NDArray[np.intp]]:
    """A polygon within ``tolerance`` mm of the spline and the segment that each of its points starts
    in.

    The number of steps follows from the second differences of the control points (Wang's bound), at
    most 64 a segment. A closed spline gives a polygon whose first point is not repeated.
    """
    points, owners = [], []
    for index, control in enumerate(spline.controls()):
        steps = 1
        if not spline.line[index]:
            bend = np.abs(np.diff(control, n=2, axis=0)).sum(axis=1).max()
            steps = int(np.clip(np.ceil(np.sqrt(0.75 * bend / tolerance)), 4, 256))
        points.append(bernstein(np.arange(steps) / steps) @ control)
        owners.append(np.full(steps, index, dtype=np.intp))
    if not spline.closed:
        points.append(spline.nodes[-1:])
        owners.append(np.array([len(spline.line) - 1], dtype=np.intp))
    return np.concatenate(points), np.concatenate(owners)


def polygon_intersections(polygon: FloatArray, closed: bool = True) -> NDArray[np.intp]:
    """Pairs (K×2) of edges of a polygon that cross or touch although they are not neighbours.

    Edge ``i`` leads from point ``i`` to the next. Touching counts, so that an outline that runs back on
    itself is found too.
    """
    start = polygon if closed else polygon[:-1]
    end = np.roll(polygon, -1, axis=0) if closed else polygon[1:]
    pairs = _edge_intersections(start, end, start, end)
    first, second = pairs[:, 0], pairs[:, 1]
    apart = second - first > 1
    if closed:
        apart &= second - first < len(start) - 1
    return np.asarray(pairs[apart])


def polygons_cross(first: FloatArray, second: FloatArray) -> bool:
    """Whether the boundaries of two closed polygons cross or touch."""
    one, other = np.roll(first, -1, axis=0), np.roll(second, -1, axis=0)
    return len(_edge_intersections(first, one, second, other)) > 0


def _edge_intersections(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray) -> NDArray[np.intp]:
    """Pairs of edges a–b and c–d that share a point: every pair with touching boxes, by signs of
    orientations.
    """
    low, high = np.minimum(a, b), np.maximum(a, b)
    lower, higher = np.minimum(c, d), np.maximum(c, d)
    found = []
    for at in range(0, len(a), BLOCK):
        block = slice(at, at + BLOCK)
        near = (
            (low[block, None, 0] <= higher[None, :, 0])
            & (lower[None, :, 0] <= high[block, None, 0])
            & (low[block, None, 1] <= higher[None, :, 1])
            & (lower[None, :, 1] <= high[block, None, 1])
        )
        found.append(np.argwhere(near) + np.array([at, 0]))
    first, second = np.concatenate(found).T
    a, b, c, d = a[first], b[first], c[second], d[second]

    def side(p: FloatArray, q: FloatArray, r: FloatArray) -> FloatArray:
        cross = (q[:, 0] - p[:, 0]) * (r[:, 1] - p[:, 1]) - (q[:, 1] - p[:, 1]) * (r[:, 0] - p[:, 0])
        return np.asarray(np.sign(cross))

    hit = (side(a, b, c) * side(a, b, d) <= 0) & (side(c, d, a) * side(c, d, b) <= 0)
    return np.stack([first[hit], second[hit]], axis=1)


def crossing_segments(spline: Spline) -> list[int]:
    """The segments of a spline that take part in a self-intersection, in order; empty when it is
    simple.
    """
    polygon, owners = flatten(spline)
    pairs = polygon_intersections(polygon, spline.closed)
    return sorted({int(index) for index in owners[pairs].ravel()})


def length_along(points: FloatArray, closed: bool) -> FloatArray:
    """Arc length at each point of a polyline; a closed one gets a last entry, its whole length."""
    steps = np.diff(points, axis=0, append=points[:1]) if closed else np.diff(points, axis=0)
    return np.concatenate([[0.0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))])


def resample(points: FloatArray, step: float, closed: bool) -> FloatArray:
    """The polyline at even arc length, about ``step`` apart; an open one keeps its two ends."""
    along = length_along(points, closed)
    corners = np.concatenate([points, points[:1]]) if closed else points
    count = max(8, round(along[-1] / step))
    at = np.linspace(0, along[-1], count, endpoint=False) if closed else np.linspace(0, along[-1], count + 1)
    return np.stack([np.interp(at, along, corners[:, axis]) for axis in (0, 1)], axis=1)
