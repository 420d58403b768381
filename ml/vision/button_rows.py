"""Rows of buttons on plackets: the one that stands out, the gap where one may have been missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.vision.parts import Part

Floats = NDArray[np.float64]

LEAST_BUTTONS = 5
"""Shorter rows are left alone: the gaps of three or four buttons are no rule."""

BESIDE = 0.15
"""Of the placket's width: how far outside its box a button's centre may lie."""

ODD_FROM, EVEN_UP_TO = 2.5, 1.0
"""Distance from the row in button sizes: of the odd one at least, of all others at most."""

GAP_FROM, EVEN_GAPS = 1.8, 0.55
"""By the median gap: the one gap that is too wide, and how far all others may differ from it."""


@dataclass(frozen=True, eq=False)
class Row:
    """Buttons along a placket: indices of the parts in their order, ``along`` and ``aside`` (N) in pixels
    from the row's line, the median ``size`` of a button, and the placket's index.
    """

    buttons: tuple[int, ...]
    along: Floats
    aside: Floats
    size: float
    placket: int


def placket_rows(parts: Sequence[Part]) -> list[Row]:
    """The rows of at least ``LEAST_BUTTONS`` buttons, one for each placket that has one."""
    rows = []
    for index, part in enumerate(parts):
        if part.kind == "placket":
            row = _row(parts, index)
            if row is not None:
                rows.append(row)
    return rows


def odd_button(row: Row) -> int | None:
    """The index of the one button that lies beside a row that is straight without it; else None."""
    away = np.abs(row.aside) / row.size
    odd = int(np.argmax(away))
    others = np.delete(np.arange(len(away)), odd)
    between = row.along[others].min() < row.along[odd] < row.along[others].max()
    # A button at either end may be one of the collar or of a sleeve that lies over the placket's box.
    if between and away[odd] >= ODD_FROM and (away[others] <= EVEN_UP_TO).all():
        return row.buttons[odd]
    return None


def missing_button(row: Row) -> bool:
    """Whether exactly one gap of a straight, even row is so wide that a button fits into it."""
    if (np.abs(row.aside) / row.size > EVEN_UP_TO).any():
        return False
    gaps = np.diff(row.along)
    middle = float(np.median(gaps))
    wide = gaps >= GAP_FROM * middle
    return bool(wide.sum() == 1 and (np.abs(gaps[~wide] / middle - 1) <= EVEN_GAPS).all())


def _row(parts: Sequence[Part], placket: int) -> Row | None:
    left, top, right, bottom = parts[placket].box
    room = BESIDE * min(right - left, bottom - top)
    inside = [
        index
        for index, part in enumerate(parts)
        if part.kind == "button"
        and left - room <= part.centre[0] <= right + room
        and top - room <= part.centre[1] <= bottom + room
    ]
    if len(inside) < LEAST_BUTTONS:
        return None
    centres = np.array([parts[index].centre for index in inside])
    if right - left > bottom - top:
        centres = centres[:, ::-1]
    order = np.argsort(centres[:, 1], kind="stable")
    aside, along = centres[order].T
    # The slope of Theil and Sen: one button in four may stand out and does not turn the line.
    first, second = np.triu_indices(len(along), k=1)
    apart = along[second] - along[first]
    steep = apart > 0
    if not steep.any():
        return None
    slope = float(np.median((aside[second] - aside[first])[steep] / apart[steep]))
    rest = aside - slope * along
    sizes = [np.sqrt(parts[index].area) for index in inside]
    return Row(
        buttons=tuple(inside[place] for place in order),
        along=along,
        aside=np.asarray(rest - np.median(rest)),
        size=float(np.median(sizes)),
        placket=placket,
    )
