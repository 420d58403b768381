"""The joint least-squares fit of a whole spline to its outline.

All nodes, directions and handle lengths move together; the distance of each sample is measured along
the normal of the curve at its foot point (tangent distance minimisation, Wang, Pottmann and Liu 2006,
ACM TOG 25(2)), damped as in Levenberg–Marquardt. A smooth node has one direction for both of its
handles, so the spline is tangent-continuous by construction. Samples next to a corner do not pull: the
mask rounds a corner off, the sides on both sides of it do not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csc_array, diags_array
from scipy.sparse.linalg import splu

from ml.drawing.curves import Spline, bernstein, bernstein_slope

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]

ROUNDS = 9
CORNER_BLIND = 1.3
"""Samples nearer to a corner than this (mm along the outline) do not pull on the curve."""

CORNER_PULL = 0.25
"""Weight that holds a corner near its sample."""

CORNER_SLIP = 0.8
"""Furthest a corner may move from its (sharpened) sample, in millimetres."""

TANGENT_REACH = 3.0
"""Length in millimetres of the chords that give the first directions."""

SHORTEST, LONGEST = 0.08, 0.95
"""Bounds of a handle's length as shares of the chord of its segment."""

DAMPING = 0.02
ANGLE_DAMPING, LENGTH_DAMPING = 25.0, 0.3
"""Damping of directions (radians) and handle lengths (mm) against that of positions (mm)."""


@dataclass(frozen=True)
class Nodes:
    """Where the nodes of a spline start: ``at`` are samples in rising order, ``corner`` has one entry a
    node.

    ``line`` has one entry a segment, true for a straight one. Without ``ends`` the spline is closed.
    """

    at: IntArray
    corner: BoolArray
    line: BoolArray
    ends: Ends | None = None

    def __post_init__(self) -> None:
        segments = len(self.at) - (self.ends is not None)
        if len(self.corner) != len(self.at) or len(self.line) != segments or (np.diff(self.at) <= 0).any():
            raise ValueError(
                "nodes rise along the line, each with a corner flag, each segment with a line flag"
            )


@dataclass(frozen=True)
class Ends:
    """What holds the two ends of an open spline: both lie on the line x = 0.

    ``level_start`` and ``level_end`` make the curve meet that axis at a right angle, so that its mirror
    image continues it smoothly.
    """

    level_start: bool
    level_end: bool


def refine(samples: FloatArray, nodes: Nodes, step: float) -> Spline:
    """Fit a spline that starts on the given nodes to all samples (N×2, mm, ``step`` apart along the
    line).
    """
    fit = _Fit(samples, nodes, step)
    for _ in range(ROUNDS):
        controls = fit.spline().controls()
        fit.find_feet(controls)
        fit.advance(controls)
        fit.bound()
    return fit.spline()


class _Fit:
    """The unknowns (positions, directions, handle lengths) and for each sample its segment and
    parameter there.
    """

    def __init__(self, samples: FloatArray, nodes: Nodes, step: float) -> None:
        self.samples, self.corner, self.line, self.ends = samples, nodes.corner, nodes.line, nodes.ends
        self.closed = nodes.ends is None
        self.anchors = samples[nodes.at]
        if not self.closed:
            self.anchors[[0, -1], 0] = 0
        self.position = self.anchors.copy()
        self.start = np.arange(len(self.line))
        self.end = (self.start + 1) % len(nodes.at)
        self._first_directions(nodes.at, max(1, round(TANGENT_REACH / step)))
        chord = np.hypot(*(self.position[self.end] - self.position[self.start]).T)
        self.ahead, self.behind = np.ones(len(nodes.at)), np.ones(len(nodes.at))
        self.ahead[self.start] = self.behind[self.end] = chord / 3
        self._assign(nodes.at, step)

    def _first_directions(self, at: IntArray, reach: int) -> None:
        size = len(self.samples)

        def sample(index: IntArray) -> FloatArray:
            return self.samples[index % size] if self.closed else self.samples[np.clip(index, 0, size - 1)]

        ahead, behind = sample(at + reach) - self.anchors, self.anchors - sample(at - reach)
        leaving = np.where(self.corner[:, None], ahead, ahead + behind)
        arriving = np.where(self.corner[:, None], behind, ahead + behind)
        if self.ends is not None:
            leaving[0] = [-1, 0] if self.ends.level_start else ahead[0]
            arriving[-1] = leaving[-1] = [1, 0] if self.ends.level_end else behind[-1]
        self.leaving = np.arctan2(leaving[:, 1], leaving[:, 0])
        self.arriving = np.arctan2(arriving[:, 1], arriving[:, 0])

    def _assign(self, at: IntArray, step: float) -> None:
        size = len(self.samples)
        index = np.arange(size)
        found = np.searchsorted(at, index, side="right") - 1
        self.owner = found % len(at) if self.closed else np.minimum(found, len(at) - 2)
        bounds = np.append(at, at[0] + size) if self.closed else at
        into = (index - at[self.owner]) % size
        self.t = into / np.diff(bounds)[self.owner]
        self.pull = np.ones(size)
        for node in at[self.corner]:
            gap = np.abs(index - node)
            gap = np.minimum(gap, size - gap) if self.closed else gap
            self.pull[gap * step < CORNER_BLIND] = 0.0

    def spline(self) -> Spline:
        """The spline of the present state."""
        leaving = np.stack([np.cos(self.leaving), np.sin(self.leaving)], axis=1)
        arriving = np.stack([np.cos(self.arriving), np.sin(self.arriving)], axis=1)
        before = self.position - arriving * self.behind[:, None]
        after = self.position + leaving * self.ahead[:, None]
        return Spline(self.position.copy(), before, after, self.corner, self.line, self.closed)

    def find_feet(self, controls: FloatArray) -> None:
        """Move each sample's parameter towards its foot point; over a smooth node it passes to the next
        segment.
        """
        own = controls[self.owner]
        t = self.t
        for _ in range(2):
            gap = np.einsum("nk,nkd->nd", bernstein(t), own) - self.samples
            slope = np.einsum("nk,nkd->nd", bernstein_slope(t), own)
            t = t - np.clip((gap * slope).sum(1) / np.maximum((slope**2).sum(1), 1e-9), -0.2, 0.2)
        segments = len(self.line)
        forward = (t > 1) & ~self.corner[self.end[self.owner]]
        backward = (t < 0) & ~self.corner[self.owner]
        if not self.closed:
            forward &= self.owner < segments - 1
            backward &= self.owner > 0
        passed = np.where(forward, 1, np.where(backward, -1, 0))
        self.owner = (self.owner + passed) % segments
        self.t = np.where(forward, 0.02, np.where(backward, 0.98, np.clip(t, 0, 1)))

    def advance(self, controls: FloatArray) -> None:
        """One damped Gauss–Newton step on all unknowns."""
        count = len(self.position)
        jacobian, residual = self._linearise(controls)
        right = -(jacobian.T @ residual)
        stiffness = np.repeat([1.0, 1.0, ANGLE_DAMPING, ANGLE_DAMPING, LENGTH_DAMPING, LENGTH_DAMPING], count)
        stiffness *= DAMPING * max(1.0, len(self.samples) / count / 20)
        for axis in (0, 1):
            held = np.flatnonzero(self.corner) + axis * count
            stiffness[held] += CORNER_PULL
            right[held] -= CORNER_PULL * (self.position - self.anchors)[self.corner, axis]
        gram = (jacobian.T @ jacobian + diags_array(stiffness)).tocsc()
        move = np.asarray(splu(gram).solve(right * self._free()))
        x, y, leaving, arriving, ahead, behind = move.reshape(6, count)
        self.position += np.clip(np.stack([x, y], axis=1), -3, 3)
        self.leaving += np.clip(leaving, -0.5, 0.5)
        self.arriving = np.where(self.corner, self.arriving + np.clip(arriving, -0.5, 0.5), self.leaving)
        self.ahead += ahead
        self.behind += behind

    def _linearise(self, controls: FloatArray) -> tuple[csc_array, FloatArray]:
        """Distances along the normals and their derivatives by x, y, leaving, arriving, ahead, behind
        of all nodes.

        A smooth node uses its leaving direction for both handles; what is held has no derivative.
        """
        count, rows = len(self.position), np.arange(len(self.samples))
        basis, own = bernstein(self.t), controls[self.owner]
        gap = np.einsum("nk,nkd->nd", basis, own) - self.samples
        slope = np.einsum("nk,nkd->nd", bernstein_slope(self.t), own)
        normal = np.stack([-slope[:, 1], slope[:, 0]], axis=1)
        normal /= np.maximum(np.hypot(*normal.T), 1e-9)[:, None]
        start, end = self.owner, self.end[self.owner]
        straight = self.line[self.owner]
        near = np.where(straight, 1 - self.t, basis[:, 0] + basis[:, 1])
        far = np.where(straight, self.t, basis[:, 2] + basis[:, 3])
        out, back = np.where(straight, 0, basis[:, 1]), np.where(straight, 0, basis[:, 2])
        leaving = np.stack([np.cos(self.leaving[start]), np.sin(self.leaving[start])], axis=1)
        arriving = np.stack([np.cos(self.arriving[end]), np.sin(self.arriving[end])], axis=1)
        across_leaving = normal[:, 1] * leaving[:, 0] - normal[:, 0] * leaving[:, 1]
        across_arriving = normal[:, 1] * arriving[:, 0] - normal[:, 0] * arriving[:, 1]
        entries = (
            (start, near * normal[:, 0]),
            (end, far * normal[:, 0]),
            (start + count, near * normal[:, 1]),
            (end + count, far * normal[:, 1]),
            (start + 2 * count, out * self.ahead[start] * across_leaving),
            (end + np.where(self.corner[end], 3, 2) * count, -back * self.behind[end] * across_arriving),
            (start + 4 * count, out * (normal * leaving).sum(1)),
            (end + 5 * count, -back * (normal * arriving).sum(1)),
        )
        columns = np.concatenate([column for column, _ in entries])
        values = np.concatenate([value * self.pull for _, value in entries]) * self._free()[columns]
        shape = (len(rows), 6 * count)
        jacobian = coo_array((values, (np.tile(rows, len(entries)), columns)), shape=shape).tocsc()
        return jacobian, (gap * normal).sum(1) * self.pull

    def _free(self) -> BoolArray:
        """Which unknowns may move: the ends of an open spline stay on the axis, level ones keep their
        direction.
        """
        free = np.ones((6, len(self.position)), dtype=bool)
        if self.ends is not None:
            free[0, [0, -1]] = False
            free[2, 0] = not self.ends.level_start
            free[2:4, -1] = not self.ends.level_end
        return free.ravel()

    def bound(self) -> None:
        """Keep corners near their samples and handles between their bounds."""
        away = self.position - self.anchors
        distance = np.hypot(*away.T)
        far = self.corner & (distance > CORNER_SLIP)
        self.position[far] = self.anchors[far] + away[far] * (CORNER_SLIP / distance[far])[:, None]
        chord = np.maximum(np.hypot(*(self.position[self.end] - self.position[self.start]).T), 0.2)
        self.ahead[self.start] = np.clip(self.ahead[self.start], SHORTEST * chord, LONGEST * chord)
        self.behind[self.end] = np.clip(self.behind[self.end], SHORTEST * chord, LONGEST * chord)
