"""Which garment it is: calibrated confidences from the network's logits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.garment_types import GARMENT_TYPES
from ml.vision.perception import NOT_A_GARMENT, Perception

MOST_ALTERNATIVES = 4
TRAITS_SHARE = 0.65
LEAST_CHANCE = 1e-6


@dataclass(frozen=True)
class Guess:
    """A garment type of ml.garment_types and the confidence in it, 0–1."""

    type: str
    confidence: float

    def __post_init__(self) -> None:
        if self.type not in GARMENT_TYPES:
            raise ValueError(f"garment type: unknown type {self.type!r}")
        if not 0 <= self.confidence <= 1:
            raise ValueError("garment type: confidence must lie in 0 to 1")

    def to_json(self) -> dict[str, Any]:
        """The guess as results carry it."""
        return {"type": self.type, "confidence": self.confidence}


@dataclass(frozen=True)
class GarmentType:
    """The likeliest type, the next ones in order, and the probability that it is no garment at all.

    The confidences are those of a garment: they sum to at most 1 over ``best`` and ``alternatives``.
    """

    best: Guess
    alternatives: tuple[Guess, ...]
    not_a_garment: float

    def to_json(self) -> dict[str, Any]:
        """The "garment" object of an analysis."""
        return {**self.best.to_json(), "alternatives": [guess.to_json() for guess in self.alternatives]}


def classify(perception: Perception, types: Mapping[str, float] | None = None) -> GarmentType:
    """The garment type by the garment network's logits and its calibrated temperature.

    ``types``: chances of every type by the traits network, which sees the garment larger; they count
    TRAITS_SHARE of the logarithm, as the geometric mean of two opinions (Genest & Zidek 1986).
    """
    facts = perception.facts
    scaled = perception.logits.astype(np.float64) / facts.temperature
    logs = dict(zip(facts.classes, scaled - np.log(np.exp(scaled - scaled.max()).sum()), strict=True))
    if types is not None:
        logs = {
            name: (1 - TRAITS_SHARE) * logs[name] + TRAITS_SHARE * np.log(max(types[name], LEAST_CHANCE))
            for name in logs
        }
    most = max(logs.values())
    chances = {name: float(np.exp(value - most)) for name, value in logs.items()}
    whole = sum(chances.values())
    not_a_garment = chances.pop(NOT_A_GARMENT) / whole
    garment = sum(chances.values())
    order = sorted(chances, key=lambda name: -chances[name])
    guesses = [Guess(name, round(chances[name] / garment if garment else 0.0, 4)) for name in order]
    return GarmentType(guesses[0], tuple(guesses[1 : 1 + MOST_ALTERNATIVES]), round(not_a_garment, 4))
