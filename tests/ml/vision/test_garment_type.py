"""From logits to a type, alternatives and refusals."""

from __future__ import annotations

import numpy as np
import pytest

from ml.registry import ModelCard
from ml.vision.garment_type import GarmentType, Guess, classify
from ml.vision.perception import Perception, network_facts
from ml.vision.scene import SCENES, scene_of
from tests.ml.networks import CLASSES


def perception(logits: list[float], temperature: float = 1.0) -> Perception:
    card = ModelCard(
        "garment",
        "1.0.0",
        "0" * 64,
        {
            "input": {"name": "pixels", "area": 25_600, "multiple": 32},
            "classes": CLASSES,
            "scenes": SCENES,
            "temperature": temperature,
        },
    )
    return Perception(
        np.zeros((8, 8), np.float32),
        np.array(logits, np.float32),
        scene_of(np.zeros(len(SCENES), np.float32), SCENES),
        network_facts(card),
        card,
    )


def test_best_and_alternatives_in_order() -> None:
    garment = classify(perception([1.0, 4.0, 3.0, 2.0, 0.0, -9.0]))
    assert garment.best.type == "pants"
    assert [guess.type for guess in garment.alternatives] == ["dress", "jacket", "t-shirt", "other"]
    confidences = [garment.best.confidence, *(guess.confidence for guess in garment.alternatives)]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1.0, abs=1e-3)


def test_confidence_is_that_of_a_garment() -> None:
    garment = classify(perception([5.0, 0.0, 0.0, 0.0, 0.0, 5.0]))
    assert garment.not_a_garment == pytest.approx(0.49, abs=0.01)
    assert garment.best.confidence > 0.95


def test_temperature_tempers_confidence() -> None:
    logits = [4.0, 2.0, 0.0, 0.0, 0.0, -4.0]
    sure, tempered = classify(perception(logits)), classify(perception(logits, 2.0))
    assert tempered.best.type == sure.best.type
    assert tempered.best.confidence < sure.best.confidence


def test_enormous_logits_do_not_overflow() -> None:
    assert classify(perception([1e4, 0.0, 0.0, 0.0, 0.0, -1e4])).best.confidence == 1.0


def test_two_opinions_meet_between() -> None:
    logits = [4.0, 2.0, 0.0, 0.0, 0.0, -4.0]
    types = dict.fromkeys(CLASSES, 0.02) | {"pants": 0.9}
    both = classify(perception(logits), types)
    assert both.best.type == "pants"
    assert both.alternatives[0].type == "t-shirt"
    agreed = classify(perception(logits), dict.fromkeys(CLASSES, 0.001) | {"t-shirt": 0.995})
    assert agreed.best.confidence > classify(perception(logits)).best.confidence


def test_json_of_the_garment() -> None:
    garment = GarmentType(Guess("coat", 0.8), (Guess("jacket", 0.15),), 0.01)
    assert garment.to_json() == {
        "type": "coat",
        "confidence": 0.8,
        "alternatives": [{"type": "jacket", "confidence": 0.15}],
    }


@pytest.mark.parametrize(("name", "confidence"), [("toga", 0.5), ("coat", 1.2), ("not_a_garment", 0.5)])
def test_impossible_guesses_are_refused(name: str, confidence: float) -> None:
    with pytest.raises(ValueError, match="garment type"):
        Guess(name, confidence)
