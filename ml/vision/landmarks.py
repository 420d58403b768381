"""The landmarks of a garment: named points that a person would put a tape measure to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Left and right are those of the picture.
LANDMARKS = (
    *("hps_left", "hps_right", "neck_front"),
    *("shoulder_left", "shoulder_right", "underarm_left", "underarm_right"),
    *("cuff_outer_left", "cuff_outer_right", "cuff_inner_left", "cuff_inner_right"),
    *("hem_left", "hem_right", "waist_left", "waist_right", "crotch"),
    *("leg_outer_left", "leg_outer_right", "leg_inner_left", "leg_inner_right"),
)
_KNOWN = frozenset(LANDMARKS)


@dataclass(frozen=True)
class Landmark:
    """A found or set landmark.

    ``x``, ``y``: pixels of the upright photo, x right, y down; they may lie outside the picture.
    ``spread``: the standard error along each axis, px. ``confidence``: 0–1, that it is there to see.
    Raises ValueError for an unknown name, a place that is not finite, a negative spread or a confidence
    outside 0–1.
    """

    name: str
    x: float
    y: float
    spread: float
    confidence: float

    def __post_init__(self) -> None:
        if self.name not in _KNOWN:
            raise ValueError(f"landmark: unknown name {self.name!r}")
        if not (math.isfinite(self.x) and math.isfinite(self.y)):
            raise ValueError(f"landmark {self.name}: its place must be finite")
        if not (math.isfinite(self.spread) and self.spread >= 0):
            raise ValueError(f"landmark {self.name}: its spread must be 0 or more pixels")
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"landmark {self.name}: its confidence must lie in 0 to 1")


Landmarks = Mapping[str, Landmark]


def landmarks_json(landmarks: Landmarks) -> dict[str, list[float]]:
    """{name: [x, y]} in the order of LANDMARKS, pixels to 0.01."""
    return {
        name: [round(landmarks[name].x, 2), round(landmarks[name].y, 2)]
        for name in LANDMARKS
        if name in landmarks
    }


def landmark_details_json(landmarks: Landmarks) -> dict[str, dict[str, float]]:
    """{name: {"spread", "confidence"}} in the order of LANDMARKS."""
    return {
        name: {
            "spread": round(landmarks[name].spread, 2),
            "confidence": round(landmarks[name].confidence, 4),
        }
        for name in LANDMARKS
        if name in landmarks
    }


def landmarks_from_json(
    places: Mapping[str, Any], details: Mapping[str, Mapping[str, float]]
) -> dict[str, Landmark]:
    """What ``landmarks_json`` and ``landmark_details_json`` wrote, read back.

    A place without details (set by a person) has no spread and full confidence. Raises ValueError for a place
    that is not [x, y] and for unknown names.
    """
    found: dict[str, Landmark] = {}
    for name, place in places.items():
        if len(place) != 2:
            raise ValueError(f"landmark {name}: its place must be [x, y]")
        detail = details.get(name, {"spread": 0.0, "confidence": 1.0})
        found[name] = Landmark(
            name, float(place[0]), float(place[1]), float(detail["spread"]), float(detail["confidence"])
        )
    return found
