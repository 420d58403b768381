"""Doubts about parts: each check fires on what it is for, and is silent on garments as they are."""

import json

import numpy as np
import pytest

from ml.vision.landmarks import Landmark
from ml.vision.part_checks import ADVISORIES, Advisory, check_parts
from ml.vision.parts import Box, Part

MASK = np.zeros((1000, 800), bool)
MASK[100:900, 100:700] = True


def part(kind: str, *box: float) -> Part:
    assert len(box) == 4
    place: Box = box
    return Part(kind, place, 0.8)


def marks(**places: tuple[float, float]) -> dict[str, Landmark]:
    return {name: Landmark(name, x, y, 2, 0.9) for name, (x, y) in places.items()}


SHIRT = [part("collar", 300, 100, 500, 180), part("placket", 380, 160, 420, 880)]
SHIRT_MARKS = marks(
    hps_left=(320, 120),
    hps_right=(480, 120),
    cuff_outer_left=(100, 500),
    cuff_outer_right=(700, 500),
    hem_left=(200, 890),
    hem_right=(600, 890),
)
JEANS_MARKS = marks(
    waist_left=(250, 110), waist_right=(550, 110), leg_outer_left=(150, 890), leg_outer_right=(650, 890)
)
ROW = [part("button", 395, y, 405, y + 10) for y in range(200, 800, 100)]
ZIP = part("zipper", 390, 150, 410, 850)

CASES = [
    ("shirt", None, SHIRT, SHIRT_MARKS, []),
    ("shirt", None, [*SHIRT, *ROW], SHIRT_MARKS, []),
    ("shirt", None, [part("pocket", 430, 300, 500, 380)], SHIRT_MARKS, [("collar_missing", None)]),
    ("hoodie", None, [part("pocket", 300, 600, 500, 700)], {}, [("hood_missing", None)]),
    ("hoodie", None, [part("hood", 300, 100, 500, 250)], {}, []),
    ("jeans", None, [part("pocket", 300, 200, 400, 300)], {}, [("waistband_missing", None)]),
    ("t-shirt", None, [part("pocket", 430, 300, 500, 380)], {}, []),
    *(
        (
            "dress",
            None,
            [part(first, 300, 100, 400, 150), part(second, 420, 110, 500, 160)],
            {},
            [(code, None)],
        )
        for first, second, code in (
            ("collar", "neckline", "collar_and_neckline"),
            ("collar", "hood", "collar_and_hood"),
            ("neckline", "hood", "hood_and_neckline"),
        )
    ),
    (
        "dress",
        None,
        [part("neckline", 300, 100, 400, 150), part("neckline", 420, 110, 500, 160)],
        {},
        [("two_of_a_kind", 1)],
    ),
    ("shirt", None, [part("collar", 300, 330, 500, 400)], SHIRT_MARKS, [("neck_not_at_top", 0)]),
    ("shirt", None, [part("collar", 300, 330, 500, 400)], {}, []),
    ("shirt", None, [part("collar", 300, 600, 500, 700)], {}, [("neck_not_at_top", 0)]),
    ("skirt", None, [part("neckline", 300, 100, 500, 150)], {}, [("neck_on_bottoms", 0)]),
    ("jeans", None, [part("waistband", 250, 100, 550, 160)], JEANS_MARKS, []),
    ("jeans", None, [part("waistband", 250, 300, 550, 360)], JEANS_MARKS, [("waistband_not_at_waist", 0)]),
    ("jeans", None, [part("waistband", 250, 250, 550, 310)], {}, []),
    ("jeans", None, [part("waistband", 250, 500, 550, 560)], {}, [("waistband_not_at_waist", 0)]),
    ("sweater", None, [part("waistband", 200, 830, 600, 900)], SHIRT_MARKS, []),
    ("sweater", None, [part("waistband", 200, 100, 600, 160)], SHIRT_MARKS, [("waistband_not_at_hem", 0)]),
    ("dress", None, [part("waistband", 200, 400, 600, 450)], SHIRT_MARKS, []),
    (None, None, [part("waistband", 200, 400, 600, 450)], SHIRT_MARKS, []),
    ("sweater", "long", [part("cuff", 100, 480, 180, 560)], SHIRT_MARKS, []),
    ("sweater", "long", [part("cuff", 350, 480, 430, 560)], SHIRT_MARKS, [("cuff_not_at_end", 0)]),
    ("sweater", "long", [part("cuff", 350, 480, 430, 560)], marks(cuff_outer_left=(100, 500)), []),
    ("sweater", "sleeveless", [part("cuff", 100, 480, 180, 560)], {}, [("cuff_without_sleeve", 0)]),
    ("pants", "none", [part("cuff", 140, 850, 240, 900)], JEANS_MARKS, []),
    ("skirt", "none", [part("cuff", 140, 850, 240, 900)], {}, [("cuff_without_sleeve", 0)]),
    (
        "sweater",
        "long",
        [part("cuff", 100 + 200 * number, 480, 180 + 200 * number, 560) for number in range(3)],
        {},
        [("too_many_cuffs", 2)],
    ),
    (
        "jumpsuit",
        "long",
        [part("cuff", 100 + 150 * number, 480, 180 + 150 * number, 560) for number in range(4)],
        {},
        [],
    ),
    ("dress", None, [ZIP, *ROW], {}, [("zip_and_buttons", 0)]),
    ("dress", None, [ZIP, *ROW[:2]], {}, []),
    ("jacket", None, [ZIP, *ROW], {}, []),
    (None, None, [ZIP, *ROW], {}, []),
    ("shirt", None, [*SHIRT, *ROW[:2], *ROW[3:]], SHIRT_MARKS, [("button_missing", 1)]),
    (
        "shirt",
        None,
        [
            SHIRT[0],
            part("placket", 340, 160, 460, 880),
            *ROW[:3],
            part("button", 430, 520, 440, 530),
            *ROW[3:],
        ],
        SHIRT_MARKS,
        [("button_out_of_row", 5)],
    ),
]


@pytest.mark.parametrize(("garment", "sleeve", "parts", "landmarks", "expected"), CASES)
def test_doubts(
    garment: str | None,
    sleeve: str | None,
    parts: list[Part],
    landmarks: dict[str, Landmark],
    expected: list[tuple[str, int | None]],
) -> None:
    found = check_parts(parts, MASK, landmarks, garment, sleeve=sleeve)
    assert [(one.code, one.part_index) for one in found] == expected


def test_every_code_has_a_case() -> None:
    assert {code for *_, expected in CASES for code, _ in expected} == set(ADVISORIES)


def test_without_a_garment_nothing_is_doubted() -> None:
    assert check_parts(SHIRT, np.zeros((1000, 800), bool), {}, "shirt") == ()
    assert check_parts((), MASK, {}, "shirt") == ()


def test_an_advisory_is_checked_and_written() -> None:
    assert json.loads(json.dumps(Advisory("button_missing", 3).to_json())) == {
        "code": "button_missing",
        "part": 3,
    }
    with pytest.raises(ValueError, match="unknown code"):
        Advisory("odd", None)
    with pytest.raises(ValueError, match="counted from 0"):
        Advisory("button_missing", -1)
