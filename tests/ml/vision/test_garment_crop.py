"""The window round the garment that the detailed networks see."""

from __future__ import annotations

import numpy as np
import pytest

from ml.vision.garment_crop import Crop, canvas_size, crop_input, garment_crop


def test_crop_has_a_margin_and_ends_at_the_photo() -> None:
    mask = np.zeros((200, 100), np.bool_)
    mask[50:150, 2:60] = True
    assert garment_crop(mask) == Crop(0, 44, 66, 156)


def test_without_a_garment_the_whole_photo_is_looked_at() -> None:
    assert garment_crop(np.zeros((30, 40), np.bool_)) == Crop(0, 0, 40, 30)


@pytest.mark.parametrize("box", [(5, 0, 5, 10), (0, 9, 5, 9), (-1, 0, 5, 5)])
def test_a_crop_encloses_pixels(box: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="enclose"):
        Crop(*box)


@pytest.mark.parametrize(("aspect", "size"), [(1.0, (320, 320)), (0.5, (448, 224)), (3.0, (192, 544))])
def test_canvas_keeps_area_and_aspect_in_whole_blocks(aspect: float, size: tuple[int, int]) -> None:
    assert canvas_size(aspect, 320 * 320) == size


def test_input_is_the_crop_alone() -> None:
    photo = np.zeros((100, 100, 3), np.uint8)
    photo[20:60, 30:70] = (200, 100, 50)
    canvas = crop_input(photo, Crop(30, 20, 70, 60), 64 * 64)
    assert canvas.shape == (1, 3, 64, 64)
    assert canvas.dtype == np.float32
    assert [canvas[0, channel].min() for channel in range(3)] == [200, 100, 50]
