"""Reading the network's card and feeding it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.errors import ModelError
from ml.registry import ModelCard, Registry
from ml.vision.perception import NetworkFacts, canvas_size, network_facts, network_input, perceive
from ml.vision.scene import SCENES
from tests.ml.networks import CLASSES, write_garment_model

CARD: dict[str, Any] = {
    "input": {"name": "pixels", "area": 110_592, "multiple": 32},
    "classes": CLASSES,
    "scenes": SCENES,
    "temperature": 1.4,
}


def facts(**changes: Any) -> NetworkFacts:
    return network_facts(ModelCard("garment", "1.0.0", "0" * 64, {**CARD, **changes}))


def test_facts_of_a_card() -> None:
    read = facts(mask_threshold=0.4, outputs={"mask": "silhouette"})
    assert (read.area, read.multiple, read.temperature) == (110_592, 32, 1.4)
    assert (read.mask, read.type, read.mask_threshold) == ("silhouette", "type", 0.4)
    assert read.classes == tuple(CLASSES)


BAD_CARDS = [
    ("no input", {"input": {}}),
    ("no classes", {"classes": None}),
    ("unknown class", {"classes": ["t-shirt", "toga", "not_a_garment"]}),
    ("cannot refuse", {"classes": ["t-shirt", "pants"]}),
    ("class twice", {"classes": ["pants", "pants", "not_a_garment"]}),
    ("no scenes", {"scenes": ()}),
    ("unknown scene", {"scenes": ("single", "several", "worn", "screenshot", "drawing", "moon")}),
    ("temperature of zero", {"temperature": 0}),
    ("temperature no number", {"temperature": "hot"}),
    ("impossible threshold", {"mask_threshold": 1.0}),
    ("tiny input", {"input": {"name": "pixels", "area": 100, "multiple": 32}}),
]


@pytest.mark.parametrize(("name", "changes"), BAD_CARDS, ids=[row[0] for row in BAD_CARDS])
def test_impossible_cards_are_refused(name: str, changes: dict[str, Any]) -> None:
    with pytest.raises(ModelError) as caught:
        facts(**changes)
    assert caught.value.code == "bad_card"


@pytest.mark.parametrize(
    ("aspect", "expected"), [(0.75, (384, 288)), (4 / 3, (288, 384)), (1.0, (320, 320)), (20.0, (64, 1472))]
)
def test_input_keeps_the_aspect_in_whole_multiples(aspect: float, expected: tuple[int, int]) -> None:
    assert canvas_size(aspect, facts()) == expected


def test_input_is_rgb_in_planes() -> None:
    pixels = np.empty((1000, 750, 3), np.uint8)
    pixels[:] = (10, 120, 240)
    batch = network_input(pixels, facts())
    assert batch.shape == (1, 3, 384, 288)
    assert batch.dtype == np.float32
    assert batch.reshape(3, -1).max(axis=1).tolist() == [10, 120, 240]


def test_answer_of_a_network(tmp_path: Path) -> None:
    registry = Registry(weights=write_garment_model(tmp_path, scene="worn"), threads=1)
    pixels = np.full((300, 200, 3), 250, np.uint8)
    pixels[100:200] = 5
    perception = perceive(pixels, registry)
    height = perception.probability.shape[0]
    assert perception.probability[height // 2].min() > 0.99
    assert perception.probability[0].max() < 0.01
    assert perception.logits.shape == (len(CLASSES),)
    assert perception.scene.likeliest == "worn"
    assert perception.card.version == "0.0.1"
