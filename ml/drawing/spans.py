"""Where to put the nodes: the split of an outline into the fewest cubic Béziers within a tolerance.

Every run between two corners gets candidate nodes at even distances; each pair of them is fitted by one
cubic (all pairs at once, least squares with the directions at smooth nodes held, parameters improved by
Gauss–Newton as in Schneider 1990, Graphics Gems I), and the cheapest chain of admissible cubics is
found by dynamic programming, which is the optimum that greedy splitting only approaches (Plass and
Stone 1983).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.drawing.curves import bernstein, bernstein_slope

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]

CANDIDATE_STEP = 3.5
"""Distance between candidate nodes in millimetres, for runs of up to ``MOST_CANDIDATES`` of them."""

MOST_CANDIDATES = 56
SAMPLES = 28
"""Points of the outline that one cubic is fitted to."""

ROUNDS = 3
"""Rounds of reparametrisation."""

CLOSENESS = 0.35
"""What a fit as loose as the tolerance costs more than an exact one, in nodes."""

HELD = 1e4
"""Weight of the direction at a smooth node against the distance of the samples."""

TANGENT_REACH = 3.0
"""Length in millimetres to each side over which the direction of the outline is taken."""


@dataclass(frozen=True)
class Run:
    """A stretch of samples ``start … start + length`` of a closed line, modulo its size."""

    start: int
    length: int
    corner_before: bool
    corner_after: bool


def split_run(points: FloatArray, run: Run, step: float, tolerance: FloatArray) -> list[int]:
    """The nodes of one run as offsets from its start, the first and the last sample included.

    ``points`` are the samples of the whole closed line (N×2, mm, ``step`` apart), ``tolerance`` the
    largest distance allowed at each of them.
    """
    index = (run.start + np.arange(run.length + 1)) % len(points)
    count = int(np.clip(round(run.length * step / CANDIDATE_STEP), 1, MOST_CANDIDATES))
    candidates = np.unique(np.round(np.linspace(0, run.length, count + 1)).astype(np.intp))
    directions = _directions(points, (run.start + candidates) % len(points), step)
    first, last = np.triu_indices(len(candidates), k=1)
    spans = _Spans.between(points[index], tolerance[index], candidates[first], candidates[last])
    free_before = (first == 0) & run.corner_before
    free_after = (last == len(candidates) - 1) & run.corner_after
    cost = spans.cost(directions[first], directions[last], free_before, free_after)
    cost[(last == first + 1) & ~np.isfinite(cost)] = 2.0
    best = np.full(len(candidates), np.inf)
    best[0], back = 0.0, np.zeros(len(candidates), dtype=np.intp)
    for end in range(1, len(candidates)):
        into = np.flatnonzero(last == end)
        totals = best[first[into]] + cost[into]
        choice = int(np.argmin(totals))
        best[end], back[end] = totals[choice], first[into[choice]]
    chain = [len(candidates) - 1]
    while chain[-1] > 0:
        chain.append(int(back[chain[-1]]))
    return [int(candidates[node]) for node in reversed(chain)]


def _directions(points: FloatArray, at: IntArray, step: float) -> FloatArray:
    """Unit directions of a line at the given samples: a weighted chord over ``TANGENT_REACH`` to both
    sides.
    """
    reach = max(1, round(TANGENT_REACH / step))
    total = np.zeros((len(at), 2))
    for offset in range(1, reach + 1):
        weight = 1 - (offset / (reach + 1)) ** 2
        total += weight * (points[(at + offset) % len(points)] - points[(at - offset) % len(points)])
    return np.asarray(total / np.maximum(np.hypot(total[:, 0], total[:, 1]), 1e-9)[:, None])


@dataclass(frozen=True)
class _Spans:
    """K stretches of a line, each as S points (K×S×2), with the tolerance at each point (K×S)."""

    target: FloatArray
    limit: FloatArray

    @classmethod
    def between(cls, line: FloatArray, allowed: FloatArray, first: IntArray, last: IntArray) -> _Spans:
        at = first[:, None] + (last - first)[:, None] * np.linspace(0, 1, SAMPLES)
        low = np.minimum(at.astype(np.intp), len(line) - 2)
        part = (at - low)[..., None]
        return cls(line[low] * (1 - part) + line[low + 1] * part, allowed[np.round(at).astype(np.intp)])

    def cost(
        self, leaving: FloatArray, arriving: FloatArray, free_before: BoolArray, free_after: BoolArray
    ) -> FloatArray:
        """Cost in nodes of each span; infinite where its cubic leaves the tolerance or turns back on
        itself.

        The directions (K×2) hold at both ends but where they are ``free``.
        """
        start, end = self.target[:, 0], self.target[:, -1]
        hold_start = _across(leaving) * np.where(free_before, 0.0, HELD)[:, None, None]
        hold_end = _across(arriving) * np.where(free_after, 0.0, HELD)[:, None, None]
        steps = np.hypot(*np.moveaxis(np.diff(self.target, axis=1), -1, 0))
        t = np.concatenate([np.zeros((len(start), 1)), np.cumsum(steps, axis=1)], axis=1)
        t /= np.maximum(t[:, -1:], 1e-9)
        for attempt in range(ROUNDS + 1):
            basis = bernstein(t)
            handles = self._handles(basis, hold_start, hold_end)
            controls = np.stack([start, start + handles[:, :2], end + handles[:, 2:], end], axis=1)
            gap = basis @ controls - self.target
            if attempt == ROUNDS:
                break
            slope = bernstein_slope(t) @ controls
            t = t - (gap * slope).sum(2) / np.maximum((slope**2).sum(2), 1e-9)
            t = np.maximum.accumulate(np.clip(t, 0, 1), axis=1)
            t[:, 0], t[:, -1] = 0, 1
        away = np.hypot(gap[..., 0], gap[..., 1]) / self.limit
        forward = ((handles[:, :2] * leaving).sum(1) > 0) & ((handles[:, 2:] * arriving).sum(1) < 0)
        chord = np.maximum(np.hypot(*(end - start).T), 1.0)
        longest = np.maximum(np.hypot(*handles[:, :2].T), np.hypot(*handles[:, 2:].T))
        good = (away.max(1) <= 1) & (forward | (free_before & free_after)) & (longest < 1.2 * chord)
        return np.where(good, 1 + CLOSENESS * np.sqrt((away**2).mean(1)), np.inf)

    def _handles(self, basis: FloatArray, hold_start: FloatArray, hold_end: FloatArray) -> FloatArray:
        """Both handles of all spans (K×4, relative to their nodes) by the normal equations of least
        squares.
        """
        start, end = self.target[:, :1], self.target[:, -1:]
        b1, b2 = basis[..., 1], basis[..., 2]
        rest = self.target - (basis[..., 0] + b1)[..., None] * start - (b2 + basis[..., 3])[..., None] * end
        one = np.eye(2)
        matrix = np.empty((len(basis), 4, 4))
        matrix[:, :2, :2] = ((b1**2).sum(1)[:, None, None] + 1e-6) * one + hold_start
        matrix[:, 2:, 2:] = ((b2**2).sum(1)[:, None, None] + 1e-6) * one + hold_end
        matrix[:, :2, 2:] = matrix[:, 2:, :2] = (b1 * b2).sum(1)[:, None, None] * one
        right = np.concatenate([(b1[..., None] * rest).sum(1), (b2[..., None] * rest).sum(1)], axis=1)
        return np.asarray(np.linalg.solve(matrix, right[..., None])[..., 0])


def _across(directions: FloatArray) -> FloatArray:
    """Projections (K×2×2) onto the normals of unit directions."""
    normal = np.stack([-directions[:, 1], directions[:, 0]], axis=1)
    return np.asarray(normal[:, :, None] * normal[:, None, :])
