"""Corners are told from round curves and from the pixels of a mask."""

import numpy as np
import pytest

from ml.drawing.corners import find_corners, sharpen
from ml.drawing.curves import resample
from ml.drawing.outline import find_outline
from tests.ml.drawing.shapes import SHAPES, Shape, circle, square

STEP = 0.6
MM_PER_PIXEL = 0.4


def outline_mm(shape: Shape) -> np.ndarray:
    return resample(find_outline(shape.mask).outer * MM_PER_PIXEL, STEP, closed=True)


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape.name != "camisole"], ids=str)
def test_every_corner_is_found_where_it_is(shape: Shape) -> None:
    points = outline_mm(shape)
    found = points[find_corners(points, STEP, closed=True)]
    for corner in shape.corners * MM_PER_PIXEL:
        assert np.hypot(*(found - corner).T).min() < 1.5, f"the corner at {corner} is lost"


@pytest.mark.parametrize("shape", [square(), circle()], ids=str)
def test_nothing_else_is_a_corner(shape: Shape) -> None:
    points = outline_mm(shape)
    assert len(find_corners(points, STEP, closed=True)) == len(shape.corners)


@pytest.mark.parametrize("degrees", [40, 60, 90, 130])
def test_sharp_corners_of_any_angle_are_found(degrees: float) -> None:
    direction = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    line = resample(np.array([[0.0, 0], [40, 0], np.array([40, 0]) - 40 * direction]), STEP, closed=False)
    corners = find_corners(line, STEP, closed=False)
    assert line[corners] == pytest.approx(np.array([[40.0, 0]]), abs=0.7)


@pytest.mark.parametrize("radius", [10, 15, 40])
def test_round_bends_are_no_corners(radius: float) -> None:
    angle = np.linspace(-np.pi / 2, 0, 60)
    arc = np.stack([radius * np.cos(angle), radius + radius * np.sin(angle)], axis=1)
    line = np.concatenate([[[-50.0, 0]], arc, [[radius, radius + 50.0]]])
    assert len(find_corners(resample(line, STEP, closed=False), STEP, closed=False)) == 0


def test_sharpening_gives_a_rounded_corner_back() -> None:
    radius = 2.5
    angle = np.linspace(-np.pi / 2, 0, 12)
    arc = np.stack([50 - radius + radius * np.cos(angle), radius + radius * np.sin(angle)], axis=1)
    ring = resample(np.concatenate([[[0.0, 0]], arc, [[50.0, 50], [0.0, 50]]]), STEP, closed=True)
    corners = find_corners(ring, STEP, closed=True)
    distance = np.hypot(*(ring - (50, 0)).T).min()
    sharp = sharpen(ring, corners, STEP)
    assert np.hypot(*(sharp - (50, 0)).T).min() < 0.25 < 0.9 < distance


def test_sharpening_moves_no_corner_far() -> None:
    needle = resample(np.array([[0.0, 0], [60, 3], [0, 6], [-20, 3]]), STEP, closed=True)
    corners = find_corners(needle, STEP, closed=True)
    moved = np.hypot(*(sharpen(needle, corners, STEP) - needle).T)
    assert moved.max() <= 1.7
