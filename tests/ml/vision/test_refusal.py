"""Which photos are refused, and for which reason."""

from __future__ import annotations

import numpy as np
import pytest

from ml.vision.garment_type import GarmentType, Guess
from ml.vision.refusal import refusal
from ml.vision.scene import SCENES, Scene, SceneWord, scene_of
from ml.vision.segmentation import Silhouette

COAT = GarmentType(Guess("coat", 0.9), (), 0.02)
SINGLE = Scene({word: 1.0 if word == "single" else 0.0 for word in SCENES})


def scene(**chances: float) -> Scene:
    """The given chances; the rest is a single garment's."""
    told: dict[SceneWord, float] = {word: chances.get(word, 0.0) for word in SCENES}
    return Scene({**told, "single": 1.0 - sum(chances.values())})


def silhouette(share: float, pieces: tuple[float, ...], uncertain: float = 0.02) -> Silhouette:
    mask = np.zeros((100, 100), np.bool_)
    mask.ravel()[: round(share * mask.size)] = True
    return Silhouette(mask, np.zeros((4, 4), np.float32), pieces, uncertain)


REFUSALS = [
    ("one garment", silhouette(0.4, (0.4,)), 0.02, None),
    ("a garment and a speck", silhouette(0.4, (0.4, 0.03)), 0.02, None),
    ("a shoe", silhouette(0.4, (0.4,)), 0.9, "not_a_garment"),
    ("a bare floor", silhouette(0.0, ()), 0.98, "not_a_garment"),
    ("nothing found, though it looks like cloth", silhouette(0.0, ()), 0.2, "unusable"),
    ("a speck", silhouette(0.01, (0.01,)), 0.1, "unusable"),
    ("cloth from edge to edge", silhouette(0.99, (0.99,)), 0.1, "unusable"),
    ("a guessed outline", silhouette(0.3, (0.3,), 1.3), 0.1, "unusable"),
    ("two garments", silhouette(0.5, (0.3, 0.2)), 0.1, "several_garments"),
    ("two scraps", silhouette(0.06, (0.04, 0.02)), 0.1, None),
]


@pytest.mark.parametrize(("name", "seen", "chance", "expected"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_by_silhouette_and_type(name: str, seen: Silhouette, chance: float, expected: str | None) -> None:
    assert refusal(seen, GarmentType(Guess("coat", 0.9), (), chance), SINGLE) == expected


SCENE_REFUSALS = [
    ("worn", scene(worn=0.6), "worn"),
    ("a screenshot", scene(screenshot=0.7), "unusable"),
    ("a drawing", scene(drawing=0.7), "unusable"),
    ("a chair", scene(not_a_garment=0.7), "not_a_garment"),
    ("in doubt between a chair and a drawing", scene(not_a_garment=0.35, drawing=0.3), "not_a_garment"),
    ("surely several", scene(several=0.95), "several_garments"),
    ("several or a patterned blanket", scene(several=0.7), None),
    ("hardly a drawing", scene(drawing=0.3), None),
]


@pytest.mark.parametrize(("name", "seen", "expected"), SCENE_REFUSALS, ids=[row[0] for row in SCENE_REFUSALS])
def test_by_scene(name: str, seen: Scene, expected: str | None) -> None:
    assert refusal(silhouette(0.4, (0.4,)), COAT, seen) == expected


def test_scene_by_logits_in_any_order() -> None:
    words = tuple(reversed(SCENES))
    seen = scene_of(np.array([3.0, 0.0, 0.0, 0.0, 0.0, 1.0], np.float32), words)
    assert seen.likeliest == words[0]
    assert seen.to_json() == {"value": words[0], "confidence": pytest.approx(0.749, abs=1e-3)}
    assert sum(seen.chances.values()) == pytest.approx(1.0)


def test_a_scene_needs_every_word() -> None:
    with pytest.raises(ValueError, match="drawing"):
        Scene({"single": 1.0})
