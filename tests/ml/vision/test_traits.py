"""From the traits network's raw answer to words and landmarks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml.errors import ModelError
from ml.registry import Registry
from ml.vision.garment_crop import Crop
from ml.vision.traits import family_types, locate, read_traits, traits_facts
from tests.ml.networks import write_traits_model

PHOTO = np.full((400, 300, 3), 90, np.uint8)
CROP = Crop(100, 200, 260, 360)  # 160 × 160 with 40 × 40 cells: a cell is four photo pixels


def test_words_and_their_confidence(tmp_path: Path) -> None:
    registry = Registry(
        weights=write_traits_model(tmp_path, words={"sleeve": "long", "view": "back"}), threads=1
    )
    traits, card = read_traits(PHOTO, CROP, registry)
    assert {name: word.value for name, word in traits.words.items()} == {
        "view": "back", "sleeve": "long", "neck": "crew", "closure": "none",
    }  # fmt: skip
    assert traits.words["sleeve"].confidence > 0.99
    assert card.name == "traits"
    assert np.linalg.norm(traits.embedding) == pytest.approx(1.0)


def test_landmarks_are_placed_in_the_photo(tmp_path: Path) -> None:
    registry = Registry(weights=write_traits_model(tmp_path, points={"crotch": (10, 30)}), threads=1)
    (crotch,) = read_traits(PHOTO, CROP, registry)[0].landmarks.values()
    assert (crotch.name, crotch.x, crotch.y) == (
        "crotch",
        pytest.approx(142, abs=0.1),
        pytest.approx(322, abs=0.1),
    )
    assert crotch.confidence > 0.99
    # A sharp peak is as exact as the calibration's floor says: 0.4 % of the crop's diagonal.
    assert crotch.spread == pytest.approx(0.004 * np.hypot(160, 160), rel=0.01)


def test_type_is_the_familys_chance_shared_as_the_fine_head_has_it() -> None:
    chances = family_types(
        np.array([0.6, 0.4]),
        np.array([0.1, 0.3, 0.6]),
        ("tops", "bottoms"),
        ("top", "t-shirt", "pants"),
        {"tops": ("top", "t-shirt"), "bottoms": ("pants",)},
    )
    assert chances == pytest.approx({"top": 0.15, "t-shirt": 0.45, "pants": 0.4})


def test_place_is_between_cells_and_a_second_peak_widens_the_spread() -> None:
    heat = np.full((2, 30, 40), -20.0, np.float32)
    heat[:, 12, 20] = heat[:, 12, 21] = 10.0
    heat[1, 25, 5] = 9.0
    places, spreads = locate(heat)
    assert places[0] == pytest.approx([20.5, 12.0], abs=1e-3)
    assert places[1] == pytest.approx([20.5, 12.0], abs=1e-3)
    assert spreads[0] == pytest.approx(0.5 / 2**0.5, abs=0.01)
    assert spreads[1] > 5


@pytest.mark.parametrize(
    "card",
    [
        {"heads": {"type": ["t-shirt"]}},
        {"members": {}},
        {"landmarks": ["elbow"]},
        {"spread": [1.0]},
        {"spread": [1.0, -0.1]},
        {"seen_from": 1.5},
        {"outputs": {"words": "words"}},
    ],
)
def test_a_wrong_card_is_told(tmp_path: Path, card: dict[str, object]) -> None:
    registry = Registry(weights=write_traits_model(tmp_path, **card), threads=1)
    with pytest.raises(ModelError) as caught:
        traits_facts(registry.load("traits").card)
    assert caught.value.code == "bad_card"
