"""Points of measure (POM, 採寸箇所): names, method, usual tolerance, and the set of each garment type.

Tolerances in cm. Sources: published tolerances of Proper Cloth (tops) and Casual Industrees (bottoms),
converted from inches and rounded; where none was found, trade custom.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

TABLE = Path(__file__).with_suffix(".json")


@dataclass(frozen=True)
class PointOfMeasure:
    """One POM. Tolerances are positive centimetres on either side of the specified value."""

    code: str
    name_en: str
    name_ja: str
    how_en: str
    how_ja: str
    tolerance_minus: float
    tolerance_plus: float

    def __post_init__(self) -> None:
        if not (0 < self.tolerance_minus <= 5 and 0 < self.tolerance_plus <= 5):
            raise ValueError(f"{self.code}: a tolerance must lie in (0, 5] cm")


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return table


@cache
def points() -> MappingProxyType[str, PointOfMeasure]:
    """Every POM by its code, in the order of the table."""
    return MappingProxyType({row["code"]: PointOfMeasure(**row) for row in _table()["points"]})


def points_for(garment_type: str) -> tuple[PointOfMeasure, ...]:
    """The POM set of a garment type; KeyError for a type that is not in the list."""
    return tuple(points()[code] for code in _table()["sets"][garment_type])
