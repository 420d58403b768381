"""Palettes of drawn cloths whose colours are known."""

from __future__ import annotations

import json
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from ml.vision.colour_space import delta_e_2000, srgb_to_lab
from ml.vision.colours import NAMES_FILE, Colour, colour_name, find_colours
from tests.ml.pictures import Pixels, shirt_mask

RGB = tuple[int, int, int]
HEIGHT, WIDTH = 640, 480
NAVY, RED, WHITE, BLACK, MUSTARD = (31, 42, 77), (200, 32, 45), (238, 238, 236), (24, 24, 26), (201, 153, 46)
OLIVE, SAX, PINK, GREY = (106, 106, 51), (157, 191, 218), (242, 163, 187), (140, 140, 140)
FLOOR = (150, 120, 90)


def linear(cloth: np.ndarray) -> np.ndarray:
    return (cloth / 255.0) ** 2.2


def photographed(cloth: np.ndarray, light: np.ndarray, noise: float = 2.0) -> Pixels:
    """Cloth (H×W×3, sRGB) under ``light`` (H×W, 1 = full) on the floor, with sensor noise."""
    rng = np.random.default_rng(5)
    scene = np.where(shirt_mask(WIDTH, HEIGHT)[..., None], cloth, np.array(FLOOR, float))
    seen = 255 * np.clip(linear(scene) * light[..., None], 0, 1) ** (1 / 2.2)
    return np.clip(seen + rng.normal(0, noise, seen.shape), 0, 255).astype(np.uint8)


def plain(colour: RGB) -> np.ndarray:
    return np.tile(np.array(colour, float), (HEIGHT, WIDTH, 1))


def striped(colours: list[RGB], period: int) -> np.ndarray:
    rows = np.arange(HEIGHT) // period % len(colours)
    return np.repeat(np.array(colours, float)[rows][:, None], WIDTH, axis=1)


def printed(ground: RGB, ink: RGB, radius: int) -> np.ndarray:
    cloth = plain(ground)
    cv2.circle(cloth, (WIDTH // 2, HEIGHT // 2), radius, ink, -1, cv2.LINE_AA)
    return cloth


def even() -> np.ndarray:
    return np.ones((HEIGHT, WIDTH))


def from_one_side() -> np.ndarray:
    return np.tile(np.linspace(0.45, 1.0, WIDTH), (HEIGHT, 1))


def folds() -> np.ndarray:
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    return 0.7 + 0.3 * np.sin(x / 23 + y / 61)


def deep_folds() -> np.ndarray:
    return np.clip(folds(), 0.4, 1) ** 1.5


CASES: list[tuple[str, np.ndarray, Callable[[], np.ndarray], list[tuple[RGB, float]]]] = [
    ("navy, even light", plain(NAVY), even, [(NAVY, 1.0)]),
    ("red, light from a side", plain(RED), from_one_side, [(RED, 1.0)]),
    ("white, light from a side", plain(WHITE), from_one_side, [(WHITE, 1.0)]),
    ("olive in folds", plain(OLIVE), folds, [(OLIVE, 1.0)]),
    ("mustard in folds", plain(MUSTARD), folds, [(MUSTARD, 1.0)]),
    ("sax in deep folds", plain(SAX), deep_folds, [(SAX, 1.0)]),
    ("black in folds", plain(BLACK), folds, [(BLACK, 1.0)]),
    ("navy and white stripes", striped([NAVY, WHITE], 16), even, [(NAVY, 0.5), (WHITE, 0.5)]),
    ("grey and white stripes", striped([GREY, WHITE], 20), from_one_side, [(GREY, 0.5), (WHITE, 0.5)]),
    ("black and white stripes in folds", striped([BLACK, WHITE], 20), folds, [(BLACK, 0.5), (WHITE, 0.5)]),
    (
        "three stripes",
        striped([RED, WHITE, NAVY], 24),
        from_one_side,
        [(RED, 0.33), (WHITE, 0.33), (NAVY, 0.33)],
    ),
    ("large print", printed(PINK, OLIVE, 90), folds, [(PINK, 0.75), (OLIVE, 0.25)]),
    ("small print of its own colour", printed(NAVY, MUSTARD, 40), even, [(NAVY, 0.95), (MUSTARD, 0.05)]),
]


@pytest.mark.parametrize(("name", "cloth", "light", "expected"), CASES, ids=[row[0] for row in CASES])
def test_palette_of_known_cloth(
    name: str, cloth: np.ndarray, light: Callable[[], np.ndarray], expected: list[tuple[RGB, float]]
) -> None:
    found = find_colours(photographed(cloth, light()), shirt_mask(WIDTH, HEIGHT))
    assert len(found) == len(expected), [colour.to_json() for colour in found]
    assert sum(colour.share for colour in found) == pytest.approx(1.0, abs=1e-6)
    for colour, share in expected:
        lab = srgb_to_lab(np.array(colour, np.uint8))
        nearest = min(found, key=lambda one: float(delta_e_2000(lab, np.array(one.lab))))
        # Half the light is about 10 ΔE (textile) of the same hue; the colour as seen may lie in between.
        assert float(delta_e_2000(lab, np.array(nearest.lab), 2.0)) < 6.0, nearest
        assert nearest.share == pytest.approx(share, abs=0.05)


def test_floor_and_rim_do_not_show() -> None:
    picture = photographed(plain(NAVY), even())
    wide = cv2.dilate(shirt_mask(WIDTH, HEIGHT).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert len(find_colours(picture, wide)) == 1


def test_palette_is_the_same_every_time() -> None:
    picture = photographed(striped([RED, WHITE, NAVY], 12), folds())
    mask = shirt_mask(WIDTH, HEIGHT)
    assert find_colours(picture, mask) == find_colours(picture, mask)


def test_largest_colour_comes_first_and_tiny_specks_are_left_out() -> None:
    found = find_colours(photographed(printed(WHITE, NAVY, 8), even()), shirt_mask(WIDTH, HEIGHT))
    assert [colour.share for colour in found] == [1.0]


@pytest.mark.parametrize("size", [1, 2, 5])
def test_masks_of_a_few_pixels_still_have_a_colour(size: int) -> None:
    mask = np.zeros((50, 50), np.bool_)
    mask[10 : 10 + size, 10 : 10 + size] = True
    found = find_colours(np.full((50, 50, 3), RED, np.uint8), mask)
    assert [colour.hex for colour in found] == ["#c8202d"]


def test_empty_or_foreign_mask_is_an_error() -> None:
    picture = np.zeros((20, 20, 3), np.uint8)
    with pytest.raises(ValueError, match="empty"):
        find_colours(picture, np.zeros((20, 20), np.bool_))
    with pytest.raises(ValueError, match="size"):
        find_colours(picture, np.ones((20, 21), np.bool_))


NAMES = [
    ("#1f2a4d", "Navy", "ネイビー(紺)"),
    ("#0a0a0a", "Black", "ブラック"),
    ("#ffffff", "White", "ホワイト"),
    ("#3f4145", "Charcoal", "チャコールグレー"),
    ("#6e2033", "Wine red", "ワインレッド"),
    ("#f3efe5", "Off-white", "オフホワイト"),
    ("#b98a56", "Camel", "キャメル"),
    ("#7d7350", "Khaki", "カーキ"),
    ("#9dbfd9", "Sax blue", "サックスブルー"),
    ("#f2a91f", "Yellow gold", "山吹色"),
]


@pytest.mark.parametrize(("code", "english", "japanese"), NAMES)
def test_trade_names(code: str, english: str, japanese: str) -> None:
    rgb = np.array([int(code[at : at + 2], 16) for at in (1, 3, 5)], np.uint8)
    assert colour_name(srgb_to_lab(rgb)) == (english, japanese)


def test_every_row_of_the_table_is_found_by_its_own_colour() -> None:
    rows = json.loads(NAMES_FILE.read_text("utf-8"))
    assert len(rows) >= 150
    assert len({row["en"] for row in rows}) == len({row["ja"] for row in rows}) == len(rows)
    for row in rows:
        rgb = np.array([int(row["hex"][at : at + 2], 16) for at in (1, 3, 5)], np.uint8)
        assert colour_name(srgb_to_lab(rgb)) == (row["en"], row["ja"])


@pytest.mark.parametrize(("share", "lightness"), [(0.0, 50.0), (1.1, 50.0), (0.5, 101.0)])
def test_impossible_colours_are_refused(share: float, lightness: float) -> None:
    with pytest.raises(ValueError, match="colour"):
        Colour("#000000", (lightness, 0.0, 0.0), share, "Black", "ブラック")
