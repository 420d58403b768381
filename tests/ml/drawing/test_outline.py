"""Masks become closed sub-pixel contours without a staircase."""

import numpy as np
import pytest

from ml.drawing.errors import DrawingError
from ml.drawing.outline import find_outline, largest_component, signed_area
from tests.ml.drawing.shapes import SHAPES, Shape, camisole, circle, square


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_area_of_the_outline_is_the_area_of_the_mask(shape: Shape) -> None:
    outline = find_outline(shape.mask)
    area = signed_area(outline.outer) + sum(signed_area(opening) for opening in outline.openings)
    assert area == pytest.approx(shape.mask.sum(), rel=0.01)


def test_a_circle_is_met_below_the_pixel() -> None:
    outer = find_outline(circle().mask).outer
    away = np.hypot(*(outer - (240, 320)).T) - 150
    assert abs(away.mean()) < 0.1
    assert np.abs(away).max() < 0.5


def test_no_staircase_on_a_slanted_edge() -> None:
    rows, columns = np.indices((300, 400)) + 0.5
    mask = (rows > 100 + (columns - 60) / 8) & (rows < 250) & (columns > 60) & (columns < 340)
    outer = find_outline(mask).outer
    top = outer[(outer[:, 0] > 80) & (outer[:, 0] < 320) & (outer[:, 1] < 200)]
    away = top[:, 1] - (100 + (top[:, 0] - 60) / 8)
    assert abs(away.mean()) < 0.1
    assert np.abs(away).max() < 0.4


def test_corners_of_the_picture_are_reached_when_the_garment_touches_its_edge() -> None:
    mask = np.ones((60, 80), dtype=bool)
    outer = find_outline(mask).outer
    assert outer.min(axis=0) == pytest.approx([0, 0], abs=0.1)
    assert outer.max(axis=0) == pytest.approx([80, 60], abs=0.1)


def test_only_the_largest_component_is_traced() -> None:
    mask = square().mask.copy()
    mask[10:40, 10:40] = True
    assert find_outline(mask).outer.min() > 100


def test_small_holes_are_filled_and_large_ones_kept() -> None:
    mask = square().mask.copy()
    mask[220:240, 140:160] = False
    assert find_outline(mask).openings == ()
    mask[260:320, 200:260] = False
    openings = find_outline(mask).openings
    assert len(openings) == 1
    assert signed_area(openings[0]) == pytest.approx(-3600, rel=0.02)


def test_thin_straps_survive() -> None:
    shape = camisole()
    outline = find_outline(shape.mask)
    assert len(outline.openings) == 2
    assert outline.outer[:, 1].min() == pytest.approx(np.argwhere(shape.mask)[:, 0].min(), abs=1.5)


def test_large_masks_are_traced_at_a_smaller_scale_in_their_own_pixels() -> None:
    large = np.kron(square().mask, np.ones((6, 6), dtype=bool))
    outer = find_outline(large).outer
    assert outer.min(axis=0) == pytest.approx([720, 1200], abs=2)
    assert len(outer) < 4000


@pytest.mark.parametrize(
    ("mask", "code"),
    [
        (np.zeros((50, 50), dtype=bool), "mask_empty"),
        (np.eye(5, dtype=bool), "mask_too_small"),
        (np.ones((3, 200), dtype=bool), "mask_too_small"),
    ],
)
def test_masks_without_a_garment_are_refused(mask: np.ndarray, code: str) -> None:
    with pytest.raises(DrawingError) as caught:
        find_outline(mask)
    assert caught.value.code == code


def test_a_mask_is_two_dimensional() -> None:
    with pytest.raises(ValueError, match="two-dimensional"):
        largest_component(np.ones((4, 4, 3), dtype=bool))
