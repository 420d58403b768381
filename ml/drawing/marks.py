"""The marks of a drawing: paths of absolute M, L, C and Z segments, and texts, in millimetres on the
sheet.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ml.drawing import reading
from ml.drawing.errors import DocumentError
from ml.drawing.profile import PROFILE

FARTHEST = 10_000.0
"""Coordinates are refused beyond this many millimetres."""

MOST_SEGMENTS = 20_000
LONGEST_TEXT = 500

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_POINTS = {"M": 1, "L": 1, "C": 3, "Z": 0}
_ANCHORS = ("start", "middle", "end")

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in millimetres."""


def check_id(value: str) -> None:
    """An id is lower-case ASCII words joined by hyphens, at most 64 characters."""
    if not _ID.fullmatch(value) or len(value) > 64:
        raise DocumentError("bad_id", f"{value[:80]!r} is not an id: use lower-case words joined by hyphens")


def millimetres(value: float, least: float = -FARTHEST, most: float = FARTHEST) -> float:
    """A length rounded as the document holds it; raises when it is not a number or out of range."""
    if not math.isfinite(value):
        raise DocumentError("not_finite", "a number is infinite or not a number")
    if not least <= value <= most:
        raise DocumentError("out_of_range", f"{value:g} is not between {least:g} and {most:g}")
    # Adding zero turns -0.0 into 0.0.
    return round(float(value), PROFILE.decimals) + 0.0


@dataclass(frozen=True)
class Segment:
    """One absolute path command (M, L, C or Z) with its coordinates x, y, x, y …."""

    command: str
    points: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.command not in _POINTS:
            raise DocumentError("bad_path", f"{self.command[:20]!r} is not one of the commands M, L, C, Z")
        if len(self.points) != 2 * _POINTS[self.command]:
            raise DocumentError("bad_path", f"{self.command} takes {2 * _POINTS[self.command]} numbers")
        object.__setattr__(self, "points", tuple(millimetres(value) for value in self.points))

    @property
    def end(self) -> tuple[float, float]:
        """Where the segment leads to (not for Z)."""
        return self.points[-2], self.points[-1]

    def to_json(self) -> list[Any]:
        """The command and its numbers in one list."""
        return [self.command, *self.points]

    @classmethod
    def from_json(cls, data: object) -> Segment:
        """Read what ``to_json`` writes."""
        if not isinstance(data, list) or not data:
            raise DocumentError("wrong_type", "a segment is a list of a command and its numbers")
        return cls(reading.text(data[0]), tuple(reading.number(value) for value in data[1:]))


@dataclass(frozen=True)
class Path:
    """A line of the drawing.

    A closed path is one or more rings M … Z: the outer one, then its openings, filled by the even-odd
    rule. An open path is one chain M …. ``nodes`` tells for each node in order whether it is a
    ``corner`` or ``smooth``; the end of a ring that returns to its start is not a node of its own.
    """

    id: str
    role: str
    d: tuple[Segment, ...]
    closed: bool
    nodes: tuple[str, ...]

    def __post_init__(self) -> None:
        check_id(self.id)
        if self.role not in PROFILE.roles:
            raise DocumentError(
                "unknown_role", f"{self.role[:40]!r} is not one of {', '.join(PROFILE.roles)}"
            )
        if len(self.d) > MOST_SEGMENTS:
            raise DocumentError("out_of_range", f"a path has at most {MOST_SEGMENTS} segments")
        if not self.d or self.d[0].command != "M":
            raise DocumentError("bad_path", "a path starts with M")
        rings = self.rings()
        if not self.closed and (len(rings) > 1 or self.d[-1].command == "Z"):
            raise DocumentError("bad_path", "an open path is a single chain without Z")
        count = sum(self._count(ring) for ring in rings)
        if len(self.nodes) != count:
            raise DocumentError("bad_nodes", f"{count} nodes have {len(self.nodes)} node kinds")
        for kind in self.nodes:
            if kind not in PROFILE.node_kinds:
                raise DocumentError("bad_nodes", f"{kind[:20]!r} is not a node kind: corner or smooth")

    def rings(self) -> tuple[tuple[Segment, ...], ...]:
        """The path's rings (or its one chain), each from its M on."""
        starts = [number for number, segment in enumerate(self.d) if segment.command == "M"]
        return tuple(self.d[start:end] for start, end in pairwise([*starts, len(self.d)]))

    def _count(self, ring: Sequence[Segment]) -> int:
        """Nodes of one ring or chain, after checking its form."""
        ends = [segment for segment in ring if segment.command != "Z"]
        if self.closed and (ring[-1].command != "Z" or len(ring) - len(ends) != 1):
            raise DocumentError("bad_path", "every ring of a closed path ends with one Z")
        returns = self.closed and len(ends) > 1 and ends[-1].end == ends[0].end
        if len(ends) - returns < 2 or (not self.closed and len(ends) != len(ring)):
            raise DocumentError("bad_path", "a path has at least two nodes, and Z stands only at its end")
        return len(ends) - returns

    def bounds(self) -> Box:
        """The smallest box around the line, exact for Béziers."""
        xs: list[float] = []
        ys: list[float] = []
        here = self.d[0].points[:2]
        for segment in self.d:
            if segment.command == "Z":
                continue
            for axis, values in ((0, xs), (1, ys)):
                values.append(segment.points[axis - 2])
                if segment.command == "C":
                    values.extend(_extremes(here[axis], *segment.points[axis::2]))
            here = segment.end
        return min(xs), min(ys), max(xs), max(ys)

    def to_json(self) -> dict[str, Any]:
        """The path as JSON values."""
        return {
            "id": self.id,
            "role": self.role,
            "closed": self.closed,
            "d": [segment.to_json() for segment in self.d],
            "nodes": list(self.nodes),
        }

    @classmethod
    def from_json(cls, data: object) -> Path:
        """Read what ``to_json`` writes."""
        fields = reading.fields(data, ("id", "role", "closed", "d", "nodes"))
        return cls(
            id=reading.at("id", reading.text, fields["id"]),
            role=reading.at("role", reading.text, fields["role"]),
            closed=reading.at("closed", reading.flag, fields["closed"]),
            d=reading.at("d", reading.each(Segment.from_json), fields["d"]),
            nodes=reading.at("nodes", reading.each(reading.text), fields["nodes"]),
        )


def _extremes(start: float, first: float, second: float, end: float) -> list[float]:
    """The values of a one-dimensional cubic Bézier where its derivative vanishes inside."""
    a, b, c = end - start + 3 * (first - second), 2 * (start - 2 * first + second), first - start
    if abs(a) < 1e-12:
        roots = [-c / b] if abs(b) > 1e-12 else []
    else:
        inside = b * b - 4 * a * c
        roots = [(-b + sign * math.sqrt(inside)) / (2 * a) for sign in (-1, 1)] if inside >= 0 else []
    return [
        (1 - t) ** 3 * start + 3 * (1 - t) ** 2 * t * first + 3 * (1 - t) * t**2 * second + t**3 * end
        for t in roots
        if 0 < t < 1
    ]


@dataclass(frozen=True)
class Text:
    """A line of text with its baseline at a position; ``size`` is its font size in millimetres."""

    id: str
    x: float
    y: float
    size: float
    text: str
    anchor: str = "start"

    def __post_init__(self) -> None:
        check_id(self.id)
        object.__setattr__(self, "x", millimetres(self.x))
        object.__setattr__(self, "y", millimetres(self.y))
        object.__setattr__(self, "size", millimetres(self.size, 0.5, 100))
        if not self.text.strip() or len(self.text) > LONGEST_TEXT:
            raise DocumentError("bad_text", f"a text is empty or longer than {LONGEST_TEXT} characters")
        if self.anchor not in _ANCHORS:
            raise DocumentError("bad_text", f"a text is anchored at its {', '.join(_ANCHORS)}")

    def bounds(self) -> Box:
        """A box that holds the text: each character counts as a full-width one."""
        width = self.size * len(self.text)
        left = self.x - width * _ANCHORS.index(self.anchor) / 2
        return left, self.y - self.size, left + width, self.y + self.size / 4

    def to_json(self) -> dict[str, Any]:
        """The text as JSON values."""
        return {
            "id": self.id,
            "x": self.x,
            "y": self.y,
            "size": self.size,
            "text": self.text,
            "anchor": self.anchor,
        }

    @classmethod
    def from_json(cls, data: object) -> Text:
        """Read what ``to_json`` writes."""
        fields = reading.fields(data, ("id", "x", "y", "size", "text", "anchor"))
        return cls(
            id=reading.at("id", reading.text, fields["id"]),
            x=reading.at("x", reading.number, fields["x"]),
            y=reading.at("y", reading.number, fields["y"]),
            size=reading.at("size", reading.number, fields["size"]),
            text=reading.at("text", reading.text, fields["text"]),
            anchor=reading.at("anchor", reading.text, fields["anchor"]),
        )
