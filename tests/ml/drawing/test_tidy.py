"""Loose ends go, straps and corners stay."""

import cv2
import numpy as np

from ml.drawing.tidy import tidy
from tests.ml.drawing.shapes import camisole, square, t_shirt

SCALE = 0.4


def test_a_hanger_loop_goes() -> None:
    mask = square().mask.astype(np.uint8)
    cv2.line(mask, (240, 200), (250, 180), 1, 3)
    tidied = tidy(mask.astype(bool), SCALE)
    assert np.argwhere(tidied)[:, 0].min() >= 195


def test_straps_stay() -> None:
    mask = camisole().mask
    assert (tidy(mask, SCALE) == mask).mean() > 0.9999


def test_corners_stay() -> None:
    for shape in (square(), t_shirt()):
        assert (tidy(shape.mask, SCALE) == shape.mask).all()
