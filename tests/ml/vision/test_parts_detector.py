"""From the detector's raw answer to parts of the photo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml.errors import ModelError
from ml.registry import Registry
from ml.vision.garment_crop import Crop
from ml.vision.parts import PART_KINDS
from ml.vision.parts_detector import both_ways, decode, detect_parts, detector_facts, with_mirror
from tests.ml.networks import write_parts_model

PHOTO = np.full((400, 300, 3), 90, np.uint8)
CROP = Crop(100, 200, 260, 360)  # 160 × 160: one input pixel is one photo pixel

Find = tuple[str, tuple[float, float, float, float], float]


def found(folder: Path, finds: list[Find], **card: object) -> list[tuple[str, tuple[float, ...], float]]:
    registry = Registry(weights=write_parts_model(folder, finds=finds, **card), threads=1)
    parts, _ = detect_parts(PHOTO, CROP, registry)
    return [(part.kind, part.box, part.confidence) for part in parts]


def test_boxes_are_placed_in_the_photo(tmp_path: Path) -> None:
    (part,) = found(tmp_path, [("hood", (80.0, 40.0, 60.0, 40.0), 0.8)])
    assert part == ("hood", (150.0, 220.0, 210.0, 260.0), pytest.approx(0.8))


def test_boxes_end_at_the_crop(tmp_path: Path) -> None:
    ((_, box, _),) = found(tmp_path, [("waistband", (80.0, 155.0, 200.0, 20.0), 0.8)])
    assert box == (100.0, 345.0, 260.0, 360.0)


def test_one_kind_is_found_once_in_a_place_and_two_kinds_both(tmp_path: Path) -> None:
    finds: list[Find] = [
        ("pocket", (80.0, 80.0, 40.0, 40.0), 0.9),
        ("pocket", (81.0, 80.0, 40.0, 40.0), 0.7),
        ("zipper", (80.0, 80.0, 40.0, 40.0), 0.6),
    ]
    assert [(kind, round(score, 2)) for kind, _, score in found(tmp_path, finds)] == [
        ("pocket", 0.9),
        ("zipper", 0.6),
    ]


def test_the_mirror_image_is_asked_too() -> None:
    canvas = np.arange(24, dtype=np.float32).reshape(1, 3, 2, 4)
    both = with_mirror(canvas)
    assert both.shape == (2, 3, 2, 4)
    assert (both[1, 0, 0] == [3, 2, 1, 0]).all()
    answer = np.zeros((2, 4 + len(PART_KINDS), 1), np.float32)
    answer[:, :4, 0] = (1.0, 1.0, 2.0, 2.0)
    joined = both_ways(answer, width=10)
    assert joined.shape == (4 + len(PART_KINDS), 2)
    assert joined[:4].T.tolist() == [[1, 1, 2, 2], [9, 1, 2, 2]]
    assert answer[1, 0, 0] == 1.0  # the network's own answer is left alone


def test_thresholds_are_confidences_and_each_kind_has_its_own(tmp_path: Path) -> None:
    finds: list[Find] = [
        ("button", (20.0, 20.0, 6.0, 6.0), 0.3),
        ("logo", (60.0, 20.0, 6.0, 6.0), 0.3),
    ]
    calibration = {kind: [1.0, 0.0] for kind in PART_KINDS} | {"logo": [1.0, -2.0]}
    thresholds = dict.fromkeys(PART_KINDS, 0.2)
    ((kind, _, score),) = found(tmp_path, finds, calibration=calibration, thresholds=thresholds)
    assert (kind, score) == ("button", pytest.approx(0.3))


def test_nothing_found_is_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, []) == []
    boxes, kinds, scores = decode(np.zeros((4 + len(PART_KINDS), 7), np.float32))
    assert (boxes.shape, kinds.shape, scores.shape) == ((0, 4), (0,), (0,))


@pytest.mark.parametrize(
    "card",
    [
        {"kinds": ["button", "turtle"]},
        {"thresholds": {}},
        {"calibration": {"button": [1.0]}},
        {"outputs": {}},
        {"input": None},
    ],
)
def test_a_wrong_card_is_told(tmp_path: Path, card: dict[str, object]) -> None:
    registry = Registry(weights=write_parts_model(tmp_path, **card), threads=1)
    with pytest.raises(ModelError) as caught:
        detector_facts(registry.load("parts").card)
    assert caught.value.code == "bad_card"
