"""Following the lines of a field from their strongest points, over gaps.

All coordinates are pixels of the field, x right, y down, counted from pixel centres.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.vision.line_field import LineField

Floats = NDArray[np.float64]
Allowed = NDArray[np.bool_]

STEP = 1.5  # px
SIDEWAYS = (0.0, -0.7, 0.7, -1.4, 1.4)  # px across the line that a step may correct itself by
STRAIGHT = 0.03  # share of its strength that a pixel loses for each px to the side
LEAST_POINTS = 4
END, BEYOND = 0.5, 12.0  # share of a line's strength at its end; px that it may be seen beyond it
TURN = 0.3  # share of the direction at a pixel in that of the next step
ALONG = 0.8  # cosine: a pixel whose line runs elsewhere is none of ours
ALIKE = 0.5  # cosine between colour differences: white thread does not go on as a dark seam
GAP = 12.0  # px that may be bridged while following
SEEDS = 80  # starts for light and for dark lines each
TAKEN = 3  # px: width that a line takes for itself
DARK = -0.5  # share of lightness in the colour difference below which a line is darker than the cloth
MOST_SHARP = 10.0
LEAST = 1e-6


@dataclass(frozen=True, eq=False)
class Trace:
    """A followed line: ``points`` N×2, ``strength`` N (0 where a gap was bridged), the colour difference (2:
    lightness, chroma) of its thread from the cloth, of length 1, and ``sharpness``: how much better it is
    seen at the finer width than at the coarser one.
    """

    points: Floats
    strength: Floats
    colour: Floats
    sharpness: float

    @property
    def length(self) -> float:
        """Length in pixels."""
        return float(np.hypot(*np.diff(self.points, axis=0).T).sum())

    @property
    def extent(self) -> float:
        """Longer side of the box around it in pixels."""
        return float(np.ptp(self.points, axis=0).max())

    @property
    def weight(self) -> float:
        """Contrast summed along the line, ΔE·px."""
        return float(self.strength.sum()) * STEP

    @property
    def contrast(self) -> float:
        """Mean contrast where it is seen, ΔE."""
        return float(self.strength[self.strength > 0].mean())

    @property
    def seen(self) -> float:
        """Share of the line that is seen, the rest being bridged gaps."""
        return float((self.strength > 0).mean())


def follow_lines(field: LineField, allowed: Allowed, high: float, low: float) -> list[Trace]:
    """Lines within ``allowed`` (h×w) that reach the strength ``high`` somewhere and hold ``low``, strongest
    starts first; every place belongs to one line at most.
    """
    length = np.hypot(field.colour[..., 0], field.colour[..., 1]) + np.float32(LEAST)
    colour = np.ascontiguousarray(field.colour / length[..., None])
    dark = colour[..., 0] < DARK
    traces = []
    # Apart, so that the shadow between two rows of thread does not take their place.
    for side in (~dark, dark):
        strength = np.where(allowed & side, field.strength, np.float32(0))
        follower = _Follower(field, strength, colour, low)
        for row, column in _seeds(field, strength, high):
            trace = follower.follow(row, column)
            if trace is not None:
                traces.append(trace)
    return traces


class _Reader(Protocol):
    def __getitem__(self, at: tuple[int, ...]) -> float: ...


class _Follower:
    """The walk over one field; remembers which pixels belong to a line already.

    The walk reads single pixels, for which memory views are faster than arrays.
    """

    def __init__(
        self, field: LineField, strength: NDArray[np.float32], colour: NDArray[np.float32], low: float
    ) -> None:
        self.field = field
        self.low = low
        self.colour, self.strength = _reader(colour), _reader(strength)
        self.x, self.y = _reader(np.cos(field.angle)), _reader(np.sin(field.angle))
        self.taken: NDArray[np.uint8] = np.zeros(strength.shape, np.uint8)

    def follow(self, row: int, column: int) -> Trace | None:
        """The line through a pixel; None when it is taken or only a dot."""
        if self.taken[row, column]:
            return None
        x, y = self.x[row, column], self.y[row, column]
        colour = self.colour[row, column, 0], self.colour[row, column, 1]
        here = (float(column), float(row), self.strength[row, column])
        back = self._walk(here, (-x, -y), colour)
        ahead = self._walk(here, (x, y), colour)
        chain = _to_its_ends(np.array([*back[::-1], here, *ahead]))
        pixels = np.round(chain[:, :2]).astype(np.int32)
        cv2.polylines(self.taken, [pixels.reshape(-1, 1, 2)], isClosed=False, color=1, thickness=TAKEN)
        if len(chain) < LEAST_POINTS:
            return None
        rows = np.clip(pixels[:, 1], 0, self.taken.shape[0] - 1)
        columns = np.clip(pixels[:, 0], 0, self.taken.shape[1] - 1)
        coarse = float(self.field.coarse[rows, columns].sum())
        sharpness = float(self.field.fine[rows, columns].sum()) / max(coarse, LEAST)
        return Trace(chain[:, :2], chain[:, 2], np.array(colour), min(sharpness, MOST_SHARP))

    def _walk(
        self, start: tuple[float, float, float], heading: tuple[float, float], colour: tuple[float, float]
    ) -> list[tuple[float, float, float]]:
        """The points (x, y, strength) after ``start`` in one direction, to where the line is lost."""
        height, width = self.taken.shape
        (x, y, _), (ahead_x, ahead_y) = start, heading
        chain: list[tuple[float, float, float]] = []
        missed = 0
        while missed * STEP <= GAP and len(chain) < height + width:
            x, y = x + STEP * ahead_x, y + STEP * ahead_y
            if not (0 <= x <= width - 1 and 0 <= y <= height - 1):
                break
            best, aside = self._best_beside(x, y, (ahead_x, ahead_y), colour)
            if best == 0.0:
                missed += 1
                chain.append((x, y, 0.0))
                continue
            missed = 0
            x, y = x - aside * ahead_y, y + aside * ahead_x
            row, column = round(y), round(x)
            if self.taken[row, column]:
                break
            along_x, along_y = self.x[row, column], self.y[row, column]
            if along_x * ahead_x + along_y * ahead_y < 0:
                along_x, along_y = -along_x, -along_y
            ahead_x += TURN * (along_x - ahead_x)
            ahead_y += TURN * (along_y - ahead_y)
            length = math.hypot(ahead_x, ahead_y)
            ahead_x, ahead_y = ahead_x / length, ahead_y / length
            chain.append((x, y, best))
        while chain and chain[-1][2] == 0.0:
            chain.pop()
        return chain

    def _best_beside(
        self, x: float, y: float, ahead: tuple[float, float], colour: tuple[float, float]
    ) -> tuple[float, float]:
        """Strength of the best pixel at or beside a point that goes on with the line, 0 without any, and how
        far to the side it lies.
        """
        height, width = self.taken.shape
        best, best_aside = 0.0, 0.0
        for aside in SIDEWAYS:
            row, column = round(y + aside * ahead[0]), round(x - aside * ahead[1])
            if not (0 <= row < height and 0 <= column < width):
                continue
            strength = self.strength[row, column]
            if strength < self.low or strength * (1 - STRAIGHT * abs(aside)) <= best:
                continue
            if abs(self.x[row, column] * ahead[0] + self.y[row, column] * ahead[1]) < ALONG:
                continue
            lightness, chroma = self.colour[row, column, 0], self.colour[row, column, 1]
            if lightness * colour[0] + chroma * colour[1] < ALIKE:
                continue
            best, best_aside = strength * (1 - STRAIGHT * abs(aside)), aside
        return best, best_aside


def _to_its_ends(chain: Floats) -> Floats:
    """A chain (N×3: x, y, strength) without what the mean along the line adds beyond both ends: where a line
    ends, half of that mean lies on it.
    """
    half = END * float(np.median(chain[chain[:, 2] > 0, 2]))
    strong = np.flatnonzero(chain[:, 2] >= half)
    beyond = round(BEYOND / STEP)
    first = min(int(strong[0]), beyond)
    last = max(int(strong[-1]) + 1, len(chain) - beyond)
    return chain[first:last]


def _reader(plane: NDArray[np.float32]) -> _Reader:
    return cast(_Reader, np.ascontiguousarray(plane).data)


def _seeds(field: LineField, strength: NDArray[np.float32], high: float) -> list[tuple[int, int]]:
    """Pixels above ``high`` on the crest of their line, strongest first."""
    rows, columns = np.nonzero(strength >= high)
    if not len(rows):
        return []
    height, width = strength.shape
    angle = field.angle[rows, columns]
    x, y = np.rint(-np.sin(angle)).astype(int), np.rint(np.cos(angle)).astype(int)
    here = strength[rows, columns]
    one = strength[np.clip(rows + y, 0, height - 1), np.clip(columns + x, 0, width - 1)]
    other = strength[np.clip(rows - y, 0, height - 1), np.clip(columns - x, 0, width - 1)]
    crest = (here >= one) & (here >= other)
    rows, columns = rows[crest], columns[crest]
    order = np.argsort(-strength[rows, columns], kind="stable")
    # Neighbours on one crest are one start.
    free = np.ones(strength.shape, bool)
    seeds: list[tuple[int, int]] = []
    for row, column in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
        if free[row, column]:
            seeds.append((row, column))
            free[max(0, row - 3) : row + 4, max(0, column - 3) : column + 4] = False
            if len(seeds) == SEEDS:
                break
    return seeds
