"""What is read from: draws of a garment's landmarks on its frame; and what a reading is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from ml.vision.measuring.crossings import Side, SideEdge, Values, side_edge
from ml.vision.measuring.frame import Frame, Points

SIDES: tuple[Side, Side] = ("left", "right")
# How far the garment's side may lie from the straight line between its landmarks, share of the width there.
OUT_TOP, IN_TOP = 0.07, 0.20
OUT_BOTTOM, IN_BOTTOM = 0.25, 0.12
NO_EDGE = 0.02  # relative error of a width whose edge is hidden by a sleeve and taken from the landmarks


@dataclass(frozen=True, eq=False)
class Reading:
    """A length in the frame's units for each draw (N), NaN where it cannot be read.

    ``line``: the first draw's place, in units. ``extra``: a relative error that the draws do not show.
    ``sides``: how many sides were averaged, ``apart`` how far they differ in the first draw, units.
    """

    lengths: Values
    line: Points
    extra: float = 0.0
    apart: float = 0.0


@dataclass(frozen=True, eq=False)
class Garment:
    """Draws of the landmarks (name → N×2 units, the first is the best estimate) on a frame.

    ``cm_per_unit``: N draws of the scale, an assumed one where none is known; only offsets that a POM states
    in centimetres are read with it.
    """

    frame: Frame
    points: Mapping[str, Points]
    cm_per_unit: Values

    def pair(self, stem: str) -> tuple[Points, Points] | None:
        """The left and right draws of a landmark that has two sides, when both are there."""
        left, right = self.points.get(f"{stem}_left"), self.points.get(f"{stem}_right")
        return None if left is None or right is None else (left, right)

    def middle(self, stem: str) -> Points | None:
        """N×2: halfway between the two sides."""
        pair = self.pair(stem)
        return None if pair is None else (pair[0] + pair[1]) / 2

    def offset(self, centimetres: float) -> Values:
        """A distance in cm as units, by draw."""
        return centimetres / self.cm_per_unit

    @cached_property
    def body(self) -> Mapping[Side, SideEdge] | None:
        """The sides of a top from underarm to hem."""
        return self._sides("underarm", "hem", IN_TOP, OUT_TOP)

    @cached_property
    def seat(self) -> Mapping[Side, SideEdge] | None:
        """The sides of trousers or a skirt from the waist down."""
        ends = "leg_outer" if self.pair("leg_outer") is not None else "hem"
        return self._sides("waist", ends, IN_BOTTOM, OUT_BOTTOM)

    def _sides(self, top: str, end: str, inward: float, outward: float) -> Mapping[Side, SideEdge] | None:
        tops, ends = self.pair(top), self.pair(end)
        if tops is None or ends is None:
            return None
        width = float(np.hypot(*(tops[1][0] - tops[0][0])))
        found: dict[Side, SideEdge] = {}
        for side, start, stop in zip(SIDES, tops, ends, strict=True):
            rows = np.arange(len(self.frame.soft), dtype=np.float64) + 0.5
            expected = line_at(start[:1], stop[:1], rows)
            found[side] = side_edge(self.frame.soft, expected, side, inward * width, outward * width)
        return MappingProxyType(found)


Read = Callable[[Garment], Reading | None]


def line_at(start: Points, stop: Points, level: Values) -> Values:
    """The x at height ``level`` on the lines from ``start`` to ``stop`` (N×2 each), continued beyond both."""
    fall = stop[:, 1] - start[:, 1]
    fall = np.where(np.abs(fall) < 1e-6, 1e-6, fall)
    return np.asarray(start[:, 0] + (level - start[:, 1]) / fall * (stop[:, 0] - start[:, 0]), np.float64)


def mean_of(sides: Sequence[Reading | None]) -> Reading | None:
    """The mean of the sides that were read, with the line of the first."""
    read = [side for side in sides if side is not None and np.isfinite(side.lengths[0])]
    if not read:
        return None
    if len(read) == 1:
        return read[0]
    first, second = read
    apart = abs(float(first.lengths[0] - second.lengths[0]))
    extra = max(first.extra, second.extra)
    return Reading((first.lengths + second.lengths) / 2, first.line, extra, apart)
