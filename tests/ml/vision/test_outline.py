"""The silhouette as a polygon."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ml.vision.outline import outline_polygon
from tests.ml.pictures import shirt_mask


def filled(polygon: list[list[float]], shape: tuple[int, int]) -> np.ndarray:
    canvas = np.zeros(shape, np.uint8)
    cv2.fillPoly(canvas, [np.round((np.array(polygon) - 0.5) * 256).astype(np.int32)], 1, shift=8)
    return canvas > 0


@pytest.mark.parametrize(("width", "height"), [(240, 320), (960, 1280), (3000, 4000)])
def test_polygon_covers_the_mask(width: int, height: int) -> None:
    mask = shirt_mask(width, height)
    polygon = outline_polygon(mask)
    again = filled(polygon, mask.shape)
    assert 12 <= len(polygon) <= 200
    assert (again & mask).sum() / (again | mask).sum() > 0.99


def test_ragged_outline_keeps_to_the_limit() -> None:
    rng = np.random.default_rng(4)
    mask = cv2.GaussianBlur(rng.random((600, 600), np.float32), (0, 0), 3) > 0.5
    mask[150:450, 150:450] = True
    assert 50 < len(outline_polygon(mask)) <= 200


def test_points_are_x_right_y_down_in_the_middle_of_pixels() -> None:
    mask = np.zeros((40, 60), np.bool_)
    mask[10:20, 30:50] = True
    corners = sorted(map(tuple, outline_polygon(mask)))
    assert corners == [(30.5, 10.5), (30.5, 19.5), (49.5, 10.5), (49.5, 19.5)]


def test_largest_piece_is_outlined() -> None:
    mask = np.zeros((40, 60), np.bool_)
    mask[2:6, 2:6] = True
    mask[10:30, 20:50] = True
    assert min(x for x, _ in outline_polygon(mask)) == 20.5


def test_empty_mask_has_no_outline() -> None:
    assert outline_polygon(np.zeros((10, 10), np.bool_)) == []
