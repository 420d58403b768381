"""Rows of stitches seen in the photo as parts of the topstitch layer.

A mirrored flat shows the better seen side of each seam twice. What lies near the centre line – the stitching
of a fly or a placket – belongs to one side only and is drawn once, as it was seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.drawing.curves import Spline, flatten, length_along, resample
from ml.drawing.document import Name, Part, Path, Segment
from ml.drawing.errors import DrawingError
from ml.drawing.open_fit import fit_open
from ml.drawing.silhouette import Silhouette

FloatArray = NDArray[np.float64]

KIND = "topstitch"
NAME = Name(en="Topstitch", ja="ステッチ")

TOLERANCE = 0.45
"""Millimetres on the sheet that a drawn row may leave the seen one."""

DECIMALS = 3
STEP = 0.6
"""Distance of the samples of a row in millimetres."""

SHORTEST = 6.0
"""Millimetres below which a row says nothing in a flat."""

MOST_LINES = 120
MOST_POINTS = 2000
"""Of one analysis; more is not believed."""

CENTRAL = 14.0
"""Rows that stay within so many millimetres of the centre line belong to a fly or a placket."""

SAME = 9.0
"""Rows of both sides nearer than this, one folded onto the other, are one seam; cloth lies that uneven."""

MOSTLY = 0.6
"""Share of the shorter row that must be near the other."""

LEVEL = np.tan(np.radians(20))
"""Slope up to which a row passes the centre line smoothly."""


@dataclass(frozen=True)
class _Row:
    """A seen row in millimetres, evenly sampled; ``side`` is -1 left of the centre line, 1 right of it, 0 on
    it. Rows of the right side are kept folded onto the left.
    """

    points: FloatArray
    side: int

    @property
    def length(self) -> float:
        return float(length_along(self.points, closed=False)[-1])


def stitch_parts(
    lines: Sequence[Sequence[Sequence[float]]], silhouette: Silhouette, view: str, *, mirrored: bool
) -> tuple[Part, ...]:
    """One part for each row of stitches (for each pair of rows when mirrored), from top to bottom.

    ``lines`` are poly-lines [[x, y], …] in pixels of the upright photo. Rows are cut to the silhouette.
    Raises ``DrawingError`` (``bad_analysis``).
    """
    seen = [_placed(line, silhouette) for line in _checked(lines)]
    inside = [piece for line in seen for piece in _within(line, silhouette.rings)]
    axis = np.array((float(silhouette.centre[:, 0].mean()), 0.0))
    if mirrored:
        drawn = _mirrored([piece - axis for piece in inside])
    else:
        drawn = [(fit_open(piece - axis, TOLERANCE),) for piece in inside]
    drawn.sort(key=lambda rows: (rows[0].nodes[:, 1].min(), rows[0].nodes[:, 0].min()))
    return tuple(
        _part([row.moved(axis).rounded(DECIMALS) for row in rows], f"{view}-{KIND}-{number}")
        for number, rows in enumerate(drawn, start=1)
    )


def _checked(lines: Sequence[Sequence[Sequence[float]]]) -> list[FloatArray]:
    damaged = DrawingError(
        "bad_analysis", "The analysis is damaged: its stitch lines are not lists of points."
    )
    if isinstance(lines, str) or not isinstance(lines, Sequence) or len(lines) > MOST_LINES:
        raise damaged
    checked = []
    for line in lines:
        try:
            points = np.array(line, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise damaged from error
        if points.ndim != 2 or points.shape[1] != 2 or not 2 <= len(points) <= MOST_POINTS:
            raise damaged
        if not np.isfinite(points).all() or np.abs(points).max() > 1e6:
            raise damaged
        checked.append(points)
    return checked


def _placed(line: FloatArray, silhouette: Silhouette) -> FloatArray:
    """A line of the photo on the sheet."""
    matrix = silhouette.photo_to_drawing
    return np.asarray(line @ matrix[:, :2].T + matrix[:, 2])


def _within(line: FloatArray, rings: tuple[Spline, ...]) -> list[FloatArray]:
    """The pieces of a line that lie in the garment and are long enough to draw, evenly sampled."""
    if length_along(line, closed=False)[-1] < SHORTEST:
        return []
    points = resample(line, STEP, closed=False)
    polygons = [flatten(ring)[0].astype(np.float32).reshape(-1, 1, 2) for ring in rings]
    inside = np.array(
        [
            sum(cv2.pointPolygonTest(polygon, (x, y), measureDist=False) > 0 for polygon in polygons) % 2 == 1
            for x, y in points.tolist()
        ]
    )
    borders = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(int)))
    pieces = [points[first:last] for first, last in borders.reshape(-1, 2)]
    return [piece for piece in pieces if (len(piece) - 1) * STEP >= SHORTEST * 0.9]


def _mirrored(pieces: list[FloatArray]) -> list[tuple[Spline, ...]]:
    """The rows (axis at x = 0) of a symmetric garment: central ones once, all others with their mirror
    image, those that reach the centre line as one with it.
    """
    rows = [row for piece in pieces for row in _sides(piece)]
    drawn: list[tuple[Spline, ...]] = [(fit_open(row.points, TOLERANCE),) for row in rows if row.side == 0]
    for seam in _seams([row for row in rows if row.side]):
        lengths = {side: sum(row.length for row in seam if row.side == side) for side in (-1, 1)}
        better = 1 if lengths[1] > lengths[-1] else -1
        for points in (row.points for row in seam if row.side == better):
            left = fit_open(points if points[-1, 0] == 0 else points[::-1], TOLERANCE)
            drawn.append((_across(left),) if left.nodes[-1, 0] == 0 else (left, left.flipped()))
    return drawn


def _sides(piece: FloatArray) -> list[_Row]:
    """A row (axis at x = 0) as it counts for each side: cut where it crosses the centre line for good."""
    if np.abs(piece[:, 0]).max() <= CENTRAL:
        return [_Row(piece, 0)]
    rows = []
    signs = np.where(piece[:, 0] < 0, -1, 1)
    cuts = [0, *(np.flatnonzero(np.diff(signs)) + 1).tolist(), len(piece)]
    for first, last in pairwise(cuts):
        part = piece[first:last]
        if (len(part) - 1) * STEP < SHORTEST:
            continue
        folded = np.stack([-np.abs(part[:, 0]), part[:, 1]], axis=1)
        # A cut end lies on the axis, so that both halves meet.
        for end, cut in ((0, first > 0), (-1, last < len(piece))):
            if cut:
                folded[end, 0] = 0.0
        rows.append(_Row(folded, int(signs[first])))
    return rows


def _seams(rows: list[_Row]) -> list[list[_Row]]:
    """Rows grouped by the seam they belong to: those of both sides that lie on each other when folded."""
    groups: list[list[_Row]] = []
    for row in rows:
        near = [group for group in groups if any(_same(row, other) for other in group)]
        merged = [row, *(other for group in near for other in group)]
        groups = [group for group in groups if not any(group is one for one in near)] + [merged]
    return groups


def _same(first: _Row, second: _Row) -> bool:
    short, long = sorted((first.points, second.points), key=len)
    gaps = np.hypot(*np.moveaxis(short[:, None] - long[None], -1, 0)).min(axis=1)
    return float((gaps <= SAME).mean()) >= MOSTLY


def _across(left: Spline) -> Spline:
    """A spline that ends on the axis (x = 0) and its mirror image as one."""
    corner, before = left.corner.copy(), left.before.copy()
    handle = before[-1] - left.nodes[-1]
    if not left.line[-1] and abs(handle[1]) <= LEVEL * abs(handle[0]):
        before[-1, 1] = left.nodes[-1, 1]
        corner[-1] = False
    left = Spline(left.nodes, before, left.after, corner, left.line, False)
    right = left.flipped()
    return Spline(
        np.concatenate([left.nodes, right.nodes[1:]]) + 0.0,
        np.concatenate([left.before, right.before[1:]]),
        np.concatenate([left.after[:-1], right.after]),
        np.concatenate([left.corner, right.corner[1:]]),
        np.concatenate([left.line, right.line]),
        False,
    )


def _part(rows: list[Spline], identity: str) -> Part:
    names = ("left", "right") if len(rows) == 2 else ("line",)
    paths = [_path(row, f"{identity}-{name}") for row, name in zip(rows, names, strict=True)]
    return Part(identity, KIND, NAME, "estimated", tuple(paths))


def _path(spline: Spline, identity: str) -> Path:
    segments = [Segment("M", tuple(spline.nodes[0].tolist()))]
    for number, control in enumerate(spline.controls()):
        end = tuple(control[3].tolist())
        if spline.line[number]:
            segments.append(Segment("L", end))
        else:
            segments.append(Segment("C", (*control[1].tolist(), *control[2].tolist(), *end)))
    nodes = tuple("corner" if corner else "smooth" for corner in spline.corner)
    return Path(identity, "topstitch", tuple(segments), False, nodes)
