"""What a photo shows as a whole: one garment laid out, or something no flat can be drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ml.vision.traits import softmax

SceneWord = Literal["single", "several", "worn", "screenshot", "drawing", "not_a_garment"]
SCENES: tuple[SceneWord, ...] = get_args(SceneWord)


@dataclass(frozen=True)
class Scene:
    """``chances`` of every word, which sum to 1. Raises ValueError when a word is missing or unknown."""

    chances: Mapping[SceneWord, float]

    def __post_init__(self) -> None:
        if set(self.chances) != set(SCENES):
            raise ValueError(f"scene: a chance is needed for each of {', '.join(SCENES)}")

    @property
    def likeliest(self) -> SceneWord:
        """The word with the highest chance."""
        return max(SCENES, key=lambda word: self.chances[word])

    def likeliest_of(self, words: tuple[SceneWord, ...]) -> SceneWord:
        """The word with the highest chance among ``words``."""
        return max(words, key=lambda word: self.chances[word])

    def to_json(self) -> dict[str, Any]:
        """The "scene" object of an analysis."""
        return {"value": self.likeliest, "confidence": round(self.chances[self.likeliest], 4)}


def scene_of(logits: NDArray[np.float32], words: Sequence[SceneWord]) -> Scene:
    """The scene by logits (scenes,) in the order of ``words``."""
    return Scene(dict(zip(words, softmax(logits).tolist(), strict=True)))
