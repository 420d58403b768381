"""Whether the parts of a garment make sense together: doubts for a person to look at, never changes.

A check stands here only if it is silent on correct labels: over the 432 photos labelled by hand each one
fires on less than 2 % of those it applies to (``benchmarks/part_rules.py`` prints the counts).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.vision.button_rows import Row, missing_button, odd_button, placket_rows
from ml.vision.landmarks import Landmarks
from ml.vision.parts import Part

Mask = NDArray[np.bool_]

ADVISORIES = (
    "two_of_a_kind",
    "collar_and_neckline",
    "collar_and_hood",
    "hood_and_neckline",
    "neck_not_at_top",
    "neck_on_bottoms",
    "collar_missing",
    "hood_missing",
    "waistband_missing",
    "waistband_not_at_waist",
    "waistband_not_at_hem",
    "too_many_cuffs",
    "cuff_without_sleeve",
    "cuff_not_at_end",
    "button_out_of_row",
    "button_missing",
    "zip_and_buttons",
)
"""Codes of the doubts; interfaces have a sentence for each."""

BOTTOMS = frozenset({"pants", "jeans", "shorts", "skirt", "leggings"})
LEGS = BOTTOMS - {"skirt"}
WHOLE_BODY = frozenset({"dress", "jumpsuit", "bodysuit"})
OUTERWEAR = frozenset({"jacket", "coat", "vest"})
"""Garments whose zip may lie under a row of buttons or snaps (2 of 63 labelled photos with a zip)."""

COLLARED = frozenset({"shirt", "polo", "blazer"})
WAISTBANDED = frozenset({"jeans", "shorts"})
"""Types that all labelled garments of have the part: 82 of 82 a collar, 48 of 48 a waistband."""

NECK_KINDS = ("collar", "neckline", "hood")

# Distances by the height of the garment in the photo. Labelled at most: neck 0.065, waistband 0.064,
# cuff 0.005; the rest is left for the error of found landmarks.
NECK_AWAY = 0.12
WAIST_AWAY = 0.12
CUFF_AWAY = 0.12
WAIST_AWAY_BY_MASK = 0.2  # where no landmark tells the waist or the hem: 0.144
NECK_LOWEST = 0.55  # height of a neck finish's centre from the top of the garment where no landmark tells

BUTTON_ROW = 3  # buttons beside a zip that are a row


@dataclass(frozen=True)
class Advisory:
    """A doubt: one of ``ADVISORIES`` and the part it is about, None when it is about the garment."""

    code: str
    part_index: int | None

    def __post_init__(self) -> None:
        if self.code not in ADVISORIES:
            raise ValueError(f"advisory: unknown code {self.code!r}")
        if self.part_index is not None and self.part_index < 0:
            raise ValueError("advisory: a part is counted from 0")

    def to_json(self) -> dict[str, str | int | None]:
        """The doubt as the analysis prints it."""
        return {"code": self.code, "part": self.part_index}


@dataclass(frozen=True, eq=False)
class Findings:
    """What the checks look at; ``top`` and ``bottom`` are the rows the mask reaches from and to."""

    parts: Sequence[Part]
    landmarks: Landmarks
    garment_type: str | None
    sleeve: str | None
    top: float
    bottom: float

    @property
    def height(self) -> float:
        """Height of the garment in pixels."""
        return self.bottom - self.top

    def of(self, *kinds: str) -> list[tuple[int, Part]]:
        """The parts of some kinds with their indices."""
        return [(index, part) for index, part in enumerate(self.parts) if part.kind in kinds]

    def has(self, kind: str) -> bool:
        """Whether a part of this kind is there."""
        return any(part.kind == kind for part in self.parts)

    def rows(self, *names: str) -> float | None:
        """Mean y of those of the landmarks that are there; None without any."""
        heights = [self.landmarks[name].y for name in names if name in self.landmarks]
        return sum(heights) / len(heights) if heights else None


Check = Callable[[Findings], Iterator[Advisory]]


def check_parts(
    parts: Sequence[Part],
    mask: Mask,
    landmarks: Landmarks,
    garment_type: str | None,
    *,
    sleeve: str | None = None,
) -> tuple[Advisory, ...]:
    """The doubts about ``parts`` (pixels of the H×W mask), in the order of ``ADVISORIES``.

    Types and sleeves are DESIGN's; what is None is not checked against.
    """
    rows = np.flatnonzero(mask.any(axis=1))
    if not parts or not len(rows):
        return ()
    findings = Findings(parts, landmarks, garment_type, sleeve, float(rows[0]), float(rows[-1] + 1))
    found = {advisory for check in CHECKS for advisory in check(findings)}
    return tuple(
        sorted(
            found,
            key=lambda one: (ADVISORIES.index(one.code), -1 if one.part_index is None else one.part_index),
        )
    )


def _neck(findings: Findings) -> Iterator[Advisory]:
    """A garment has one finish at the neck, at its top; a hood may have a collar under it (2 of 190)."""
    counts = Counter(part.kind for part in findings.parts)
    for index, part in findings.of(*NECK_KINDS):
        if counts[part.kind] > 1 and any(other.kind == part.kind for other in findings.parts[:index]):
            yield Advisory("two_of_a_kind", index)
    for code, first, second in (
        ("collar_and_neckline", "collar", "neckline"),
        ("collar_and_hood", "collar", "hood"),
        ("hood_and_neckline", "hood", "neckline"),
    ):
        if counts[first] and counts[second]:
            yield Advisory(code, None)
    neck_row = findings.rows("hps_left", "hps_right")
    for index, part in findings.of(*NECK_KINDS):
        if findings.garment_type in BOTTOMS:
            yield Advisory("neck_on_bottoms", index)
        elif neck_row is not None:
            if _away(part, neck_row) > NECK_AWAY * findings.height:
                yield Advisory("neck_not_at_top", index)
        elif part.centre[1] > findings.top + NECK_LOWEST * findings.height:
            yield Advisory("neck_not_at_top", index)


def _belonging(findings: Findings) -> Iterator[Advisory]:
    """Parts that a type of garment always has."""
    kind = findings.garment_type
    if kind in COLLARED and not findings.has("collar"):
        yield Advisory("collar_missing", None)
    if kind == "hoodie" and not findings.has("hood"):
        yield Advisory("hood_missing", None)
    if kind in WAISTBANDED and not findings.has("waistband"):
        yield Advisory("waistband_missing", None)


def _waistband(findings: Findings) -> Iterator[Advisory]:
    """At the waist of trousers and skirts, at the hem of jackets and jumpers, anywhere on a dress."""
    kind = findings.garment_type
    if kind is None or kind in WHOLE_BODY:
        return
    low = kind not in BOTTOMS
    row = findings.rows("hem_left", "hem_right") if low else findings.rows("waist_left", "waist_right")
    limit = WAIST_AWAY
    if row is None:
        row, limit = (findings.bottom if low else findings.top), WAIST_AWAY_BY_MASK
    for index, part in findings.of("waistband"):
        if _away(part, row) > limit * findings.height:
            yield Advisory("waistband_not_at_hem" if low else "waistband_not_at_waist", index)


def _cuffs(findings: Findings) -> Iterator[Advisory]:
    """Two cuffs at most, a jumpsuit four, at the ends of sleeves or legs."""
    cuffs = findings.of("cuff")
    kind = findings.garment_type
    for index, _ in cuffs[4 if kind == "jumpsuit" or kind is None else 2 :]:
        yield Advisory("too_many_cuffs", index)
    if kind == "skirt" or (findings.sleeve == "sleeveless" and kind not in LEGS | {"jumpsuit", None}):
        for index, _ in cuffs:
            yield Advisory("cuff_without_sleeve", index)
        return
    end = "leg" if kind in LEGS else "cuff"
    if (
        kind in {"jumpsuit", None}
        or not {f"{end}_outer_left", f"{end}_outer_right"} <= findings.landmarks.keys()
    ):
        return
    places = [(mark.x, mark.y) for name, mark in findings.landmarks.items() if name.startswith(end)]
    for index, part in cuffs:
        left, top, right, bottom = part.box
        nearest = min(
            np.hypot(max(0.0, left - x, x - right), max(0.0, top - y, y - bottom)) for x, y in places
        )
        if nearest > CUFF_AWAY * findings.height:
            yield Advisory("cuff_not_at_end", index)


def _buttons(findings: Findings) -> Iterator[Advisory]:
    """A row of buttons on a placket is straight and evenly spaced."""
    rows: list[Row] = placket_rows(findings.parts)
    for row in rows:
        odd = odd_button(row)
        if odd is not None:
            yield Advisory("button_out_of_row", odd)
        elif missing_button(row):
            yield Advisory("button_missing", row.placket)


def _zip_and_buttons(findings: Findings) -> Iterator[Advisory]:
    """A zip with a row of buttons beside it, on a garment that is closed by one of them."""
    if findings.garment_type is None or findings.garment_type in OUTERWEAR:
        return
    buttons = findings.of("button")
    for index, part in findings.of("zipper"):
        left, top, right, bottom = part.box
        reach = right - left
        beside = [
            button
            for _, button in buttons
            if left - reach <= button.centre[0] <= right + reach and top <= button.centre[1] <= bottom
        ]
        if len(beside) >= BUTTON_ROW:
            yield Advisory("zip_and_buttons", index)


def _away(part: Part, row: float) -> float:
    """Distance in pixels from a part's box to a row."""
    return max(0.0, part.box[1] - row, row - part.box[3])


CHECKS: tuple[Check, ...] = (_neck, _belonging, _waistband, _cuffs, _buttons, _zip_and_buttons)
