"""What the garment network sees in a photo: silhouette, garment type and scene, in one run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError
from ml.garment_types import GARMENT_TYPES
from ml.registry import ModelCard, Registry
from ml.vision.photo import Pixels
from ml.vision.scene import SCENES, Scene, SceneWord, scene_of

Plane = NDArray[np.float32]

NETWORK = "garment"
NOT_A_GARMENT = "not_a_garment"


@dataclass(frozen=True)
class NetworkFacts:
    """The part of the network's card that its input and answers are read by.

    ``area``: pixels of the input; its sides are multiples of ``multiple``. ``classes``: order of the type
    logits, ``scenes``: of the scene logits. ``temperature``: divides the type logits before the softmax
    (calibration). ``mask_threshold``: probability from which a pixel belongs to the garment.
    """

    input: str
    mask: str
    type: str
    scene: str
    area: int
    multiple: int
    classes: tuple[str, ...]
    scenes: tuple[SceneWord, ...]
    temperature: float
    mask_threshold: float

    def __post_init__(self) -> None:
        if self.area < self.multiple**2 or self.multiple < 1:
            raise ValueError("area must hold at least one block of multiple × multiple pixels")
        if unknown := set(self.classes) - {*GARMENT_TYPES, NOT_A_GARMENT}:
            raise ValueError(f"unknown classes {sorted(unknown)}")
        if NOT_A_GARMENT not in self.classes or len(set(self.classes)) != len(self.classes):
            raise ValueError(f"classes must be different and contain {NOT_A_GARMENT}")
        if sorted(self.scenes) != sorted(SCENES):
            raise ValueError(f"scenes must be {', '.join(SCENES)} in any order")
        if not self.temperature > 0 or not 0 < self.mask_threshold < 1:
            raise ValueError("temperature must be positive and mask_threshold between 0 and 1")


def network_facts(card: ModelCard) -> NetworkFacts:
    """The facts of a garment network's card; raises ModelError "bad_card" when one is missing or wrong."""
    facts: Any = card.facts
    outputs = facts.get("outputs", {})
    try:
        return NetworkFacts(
            input=str(facts["input"]["name"]),
            mask=str(outputs.get("mask", "mask")),
            type=str(outputs.get("type", "type")),
            scene=str(outputs.get("scene", "scene")),
            area=int(facts["input"]["area"]),
            multiple=int(facts["input"]["multiple"]),
            classes=tuple(facts["classes"]),
            scenes=tuple(facts["scenes"]),
            temperature=float(facts.get("temperature", 1.0)),
            mask_threshold=float(facts.get("mask_threshold", 0.5)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(
            "bad_card", f"The card of {card.name} {card.version} is not valid: {error}."
        ) from error


@dataclass(frozen=True, eq=False)
class Perception:
    """The network's answer for one photo.

    ``probability``: h×w float32, 0–1, the whole photo at the network's own size. ``logits``: (classes,).
    """

    probability: Plane
    logits: NDArray[np.float32]
    scene: Scene
    facts: NetworkFacts
    card: ModelCard

    def __post_init__(self) -> None:
        if self.probability.ndim != 2 or self.logits.shape != (len(self.facts.classes),):
            raise ValueError("perception: probability must be h×w, and logits one per class")


def perceive(pixels: Pixels, registry: Registry) -> Perception:
    """The garment network's answer for ``pixels`` (H×W×3 uint8 sRGB). Raises ModelError."""
    model = registry.load(NETWORK)
    facts = network_facts(model.card)
    answer = model.run(**{facts.input: network_input(pixels, facts)})
    logits = answer[facts.mask][0, 0]
    probability = (1 / (1 + np.exp(-np.clip(logits, -30, 30)))).astype(np.float32)
    scene = scene_of(answer[facts.scene][0], facts.scenes)
    return Perception(probability, answer[facts.type][0], scene, facts, model.card)


def network_input(pixels: Pixels, facts: NetworkFacts) -> Plane:
    """The photo stretched to the network's input, 1×3×h×w float32 RGB 0–255."""
    height, width = canvas_size(pixels.shape[1] / pixels.shape[0], facts)
    smaller = pixels.shape[0] >= height and pixels.shape[1] >= width
    resized = cv2.resize(
        pixels, (width, height), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    )
    return cast(Plane, np.ascontiguousarray(resized.transpose(2, 0, 1)[None], np.float32))


def canvas_size(aspect: float, facts: NetworkFacts) -> tuple[int, int]:
    """(height, width) of about ``facts.area`` pixels, in whole multiples, near ``aspect`` (w / h)."""
    step = facts.multiple
    width = max(2, round((facts.area * aspect) ** 0.5 / step)) * step
    height = max(2, round((facts.area / aspect) ** 0.5 / step)) * step
    return height, width
