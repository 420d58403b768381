"""Where a training picture looks: boxes and points go with the pixels."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from ml.training.crop_view import (
    crop_view,
    map_boxes,
    map_points,
    nearest_aspect,
    plain_crop_view,
    read_crops,
    warp_crop,
)
from ml.vision.garment_crop import Crop, crop_input

CANVAS = (256, 192)


def test_boxes_and_points_follow_the_picture() -> None:
    photo = np.zeros((400, 300, 3), np.uint8)
    photo[150:190, 120:180] = 255
    for seed in range(20):
        rng = np.random.default_rng(seed)
        view = crop_view(rng, Crop(20, 30, 280, 380), CANVAS, strong=False)
        picture = warp_crop(photo, view, CANVAS, rng)
        ys, xs = np.nonzero(picture[..., 0] > 127)
        (box,) = map_boxes(view, np.array([[120.0, 150.0, 180.0, 190.0]]))
        centre = map_points(view, np.array([[150.0, 170.0]]))[0]
        assert (xs.mean() + 0.5, ys.mean() + 0.5) == (
            pytest.approx(centre[0], abs=1.5),
            pytest.approx(centre[1], abs=1.5),
        )
        # The box of the inscribed ellipse lies within that of the turned rectangle, which the pixels fill.
        assert xs.min() - 1.5 <= box[0] <= xs.mean() <= box[2] <= xs.max() + 2.5
        assert ys.min() - 1.5 <= box[1] <= ys.mean() <= box[3] <= ys.max() + 2.5


def test_plain_view_is_what_the_network_sees_at_run_time() -> None:
    rng = np.random.default_rng(0)
    photo = cv2.GaussianBlur(rng.integers(0, 256, (200, 160, 3), np.uint8), (0, 0), 4)
    crop = Crop(16, 20, 144, 180)
    canvas = crop_input(photo, crop, 160 * 128)
    size = (canvas.shape[2], canvas.shape[3])
    picture = warp_crop(np.asarray(photo, np.uint8), plain_crop_view(crop, size), size, rng)
    assert np.abs(picture.transpose(2, 0, 1) - canvas[0]).max() < 2


def test_crops_that_fit_the_canvas_come_more_often() -> None:
    crops = [Crop(0, 0, 100, 200), Crop(0, 0, 100, 100), Crop(0, 0, 200, 100)]
    shares = nearest_aspect(np.random.default_rng(0), crops, 0.5)
    assert shares.sum() == pytest.approx(1)
    assert shares[0] > shares[1] >= shares[2] > 0


def test_crops_are_read_from_json(tmp_path: Path) -> None:
    (tmp_path / "crops.json").write_text('{"a": [1, 2, 3, 4]}')
    assert read_crops(tmp_path / "crops.json") == {"a": Crop(1, 2, 3, 4)}
