"""Parts of a garment: their kinds, boxes and JSON."""

import json
import math

import pytest

from ml.vision.parts import PART_KINDS, Part, overlap, shared_area


def test_kinds_are_the_fourteen_of_the_labels() -> None:
    assert len(PART_KINDS) == len(set(PART_KINDS)) == 14
    assert PART_KINDS[0] == "button"
    assert PART_KINDS[-1] == "stitch"


@pytest.mark.parametrize(
    ("kind", "box", "confidence"),
    [
        ("trouser", (0, 0, 1, 1), 0.5),
        ("button", (2, 0, 1, 1), 0.5),
        ("button", (0, 1, 1, 1), 0.5),
        ("button", (0, 0, math.nan, 1), 0.5),
        ("button", (0, 0, math.inf, 1), 0.5),
        ("button", (0, 0, 1), 0.5),
        ("button", (0, 0, 1, 1), 1.01),
        ("button", (0, 0, 1, 1), -0.1),
        ("button", (0, 0, 1, 1), math.nan),
    ],
)
def test_what_is_no_part_is_refused(kind: str, box: tuple[float, ...], confidence: float) -> None:
    with pytest.raises(ValueError, match="part:"):
        Part(kind, box, confidence)  # type: ignore[arg-type]


def test_a_part_survives_json() -> None:
    part = Part("zipper", (10, 20.456, 30, 41.25), 0.87654)
    data = json.loads(json.dumps(part.to_json()))
    assert data == {"kind": "zipper", "box": [10.0, 20.46, 30.0, 41.25], "confidence": 0.8765}
    assert Part.from_json(data) == Part("zipper", (10, 20.46, 30, 41.25), 0.8765)


@pytest.mark.parametrize("key", ["kind", "box", "confidence"])
def test_damaged_json_is_refused(key: str) -> None:
    data = Part("zipper", (10, 20, 30, 40), 0.5).to_json()
    with pytest.raises(ValueError, match="part:"):
        Part.from_json({**data, key: None})
    del data[key]
    with pytest.raises(ValueError, match="part:"):
        Part.from_json(data)


def test_centre_area_and_overlap() -> None:
    part = Part("pocket", (10, 20, 30, 60), 0.5)
    assert part.centre == (20, 40)
    assert part.area == 800
    assert shared_area(part.box, (20, 20, 40, 60)) == 400
    assert overlap(part.box, (20, 20, 40, 60)) == pytest.approx(400 / 1200)
    assert overlap(part.box, (30, 20, 40, 60)) == 0
    assert shared_area(part.box, (40, 70, 50, 80)) == 0
