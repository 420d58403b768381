"""Where a line leaves the silhouette, to a fraction of a unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.vision.measuring.frame import HALF, Points

Values = NDArray[np.float64]
Side = Literal["left", "right"]


@dataclass(frozen=True, eq=False)
class SideEdge:
    """One side of the garment, row by row: ``x`` of the edge, NaN where none was found."""

    x: Values

    def at(self, level: Values) -> Values:
        """The edge at heights ``level`` (units), between rows linearly; NaN where there is none."""
        rows = np.arange(len(self.x)) + 0.5
        return np.asarray(np.interp(level, rows, self.x, left=np.nan, right=np.nan), np.float64)


def side_edge(
    soft: NDArray[np.uint8], expected: Values, side: Side, inward: float, outward: float
) -> SideEdge:
    """The garment's edge on one side, nearest to ``expected`` (x by row).

    Only places where the silhouette ends outward count, at most ``inward`` units nearer to the middle and
    ``outward`` units farther out: a sleeve that lies against the body has none, a gap between open fronts is
    on the wrong side of the body.
    """
    inside = soft > HALF
    ends = inside[:, :-1] & ~inside[:, 1:] if side == "right" else inside[:, 1:] & ~inside[:, :-1]
    row, column = np.nonzero(ends)
    away = column + 1.0 - expected[row]
    if side == "left":
        away = -away
    near = (away >= -inward) & (away <= outward)
    row, column, away = row[near], column[near], np.abs(away[near])
    # The last write of a row wins: the nearest end comes last.
    order = np.argsort(-away, kind="stable")
    row, column = row[order], column[order]
    first, second = soft[row, column].astype(np.float64), soft[row, column + 1].astype(np.float64)
    x = np.full(len(soft), np.nan)
    x[row] = column + 0.5 + (HALF - first) / (second - first)
    return SideEdge(x)


def ray_exit(soft: NDArray[np.uint8], starts: Points, towards: Points, reach: float) -> Values:
    """The distance at which each ray (N×2 starts, N×2 unit vectors) leaves the silhouette.

    NaN for a ray that starts outside and for one that is still inside after ``reach`` units.
    """
    steps = np.arange(0.0, reach, 1.0)
    x = starts[:, :1] + towards[:, :1] * steps[None, :] - 0.5
    y = starts[:, 1:] + towards[:, 1:] * steps[None, :] - 0.5
    values = cv2.remap(
        soft,
        x.astype(np.float32),
        y.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=0,
    ).astype(np.float64)
    outside = values <= HALF
    first = outside.argmax(axis=1)
    rows = np.arange(len(values))
    good = outside[rows, first] & (first > 0)
    before, after = values[rows, first - 1], values[rows, first]
    fall = np.where(before == after, 1.0, before - after)
    return np.where(good, first - 1 + (before - HALF) / fall, np.nan)
