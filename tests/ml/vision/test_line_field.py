"""The line field: thin lines answer, steps and flat colour do not."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ml.vision.line_field import DIRECTIONS, line_field

SIZE = 96
EVERYWHERE = np.ones((SIZE, SIZE), bool)


def lab_of(lightness: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.stack([lightness, np.zeros_like(lightness), np.zeros_like(lightness)], axis=-1)


def line(angle: float, colour: float, width: int = 2) -> NDArray[np.float32]:
    """Lightness 50 with a line through the middle, ``angle`` degrees from x towards y."""
    picture = np.full((SIZE, SIZE), 50, np.float32)
    way = np.array((np.cos(np.radians(angle)), np.sin(np.radians(angle)))) * SIZE
    start, end = (SIZE / 2 - way).astype(int).tolist(), (SIZE / 2 + way).astype(int).tolist()
    cv2.line(picture, start, end, colour, width)
    return picture


@pytest.mark.parametrize("angle", [0, 20, 45, 90, 135, 170])
@pytest.mark.parametrize("colour", [80.0, 20.0])
def test_a_line_is_strongest_on_itself_and_told_its_direction(angle: float, colour: float) -> None:
    field = line_field(lab_of(line(angle, colour)), EVERYWHERE)
    middle = field.strength[30:66, 30:66]
    row, column = np.unravel_index(np.argmax(middle), middle.shape)
    apart = abs((np.degrees(field.angle[30 + row, 30 + column]) - angle + 90) % 180 - 90)
    assert apart <= 180 / DIRECTIONS
    assert middle[row, column] > 8
    assert np.sign(field.colour[30 + row, 30 + column, 0]) == np.sign(colour - 50)


def test_a_line_in_colour_alone_answers() -> None:
    red = np.maximum(line(90, 80) - 50, 0)
    lab = np.stack([np.full_like(red, 50), red, np.zeros_like(red)], axis=-1)
    field = line_field(lab, EVERYWHERE)
    assert field.strength[48, 46:51].max() > 8
    assert abs(field.colour[48, 48, 1]) > abs(field.colour[48, 48, 0])


def test_flat_colour_and_a_step_give_nothing() -> None:
    flat = np.full((SIZE, SIZE), 50, np.float32)
    assert line_field(lab_of(flat), EVERYWHERE).strength.max() < 0.1
    step = flat.copy()
    step[:, SIZE // 2 :] = 80
    assert line_field(lab_of(step), EVERYWHERE).strength.max() < 1.5


def test_a_thin_line_is_finer_than_a_wide_one() -> None:
    sharpness = []
    for width in (2, 9):
        field = line_field(lab_of(line(90, 80, width)), EVERYWHERE)
        middle = slice(40, 56), slice(46, 51)
        sharpness.append(float(field.fine[middle].max() / field.coarse[middle].max()))
    assert sharpness[0] > 1.5 * sharpness[1]


def test_the_cloth_is_the_median_of_what_is_allowed() -> None:
    lightness = np.full((SIZE, SIZE), 30, np.float32)
    lightness[:, :40] = 90
    allowed = np.zeros((SIZE, SIZE), bool)
    allowed[:, 40:] = True
    assert line_field(lab_of(lightness), allowed).cloth[0] == 30
