"""Augmentation: picture, mask and trust stay together, and stay pictures."""

import cv2
import numpy as np
import pytest

from ml.training import augment
from ml.training.garment_export import export_facts
from ml.vision.perception import canvas_size

CANVAS = (128, 96)


def photo_with_square():
    """A grey photo with a red square, and the square's mask."""
    photo = np.full((200, 150, 3), 120, np.uint8)
    photo[60:140, 40:110] = (220, 30, 30)
    mask = np.zeros((200, 150), np.uint8)
    mask[60:140, 40:110] = 255
    return photo, mask


@pytest.mark.parametrize("seed", range(12))
def test_the_mask_follows_the_garment_through_every_view(seed):
    photo, mask = photo_with_square()
    rng = np.random.default_rng(seed)
    view = augment.random_view(rng, photo.shape[:2], CANVAS)
    picture = augment.warp(photo, view, CANVAS, rng)
    warped = augment.warp_plane(mask, view, CANVAS)
    inside_photo = augment.warp_plane(np.full(mask.shape, 255, np.uint8), view, CANVAS) > 0.99
    red = (picture[..., 0] - picture[..., 1]) / 190
    assert np.abs(red - warped)[inside_photo].mean() < 0.02


def test_the_plain_view_maps_corners_to_corners():
    view = augment.plain_view((200, 150), CANVAS)
    assert view @ [-0.5, -0.5, 1] == pytest.approx([-0.5, -0.5])
    assert view @ [149.5, 199.5, 1] == pytest.approx([95.5, 127.5])


@pytest.mark.parametrize("aspect", [0.4, 0.5625, 0.75, 1.0, 4 / 3, 2.2])
def test_training_and_runtime_choose_the_same_size(aspect):
    area = 288 * 384
    size = augment.canvas_size(aspect, area)
    assert size == canvas_size(aspect, export_facts(area, 1.0))
    assert size[0] % 32 == size[1] % 32 == 0
    assert 0.75 * area < size[0] * size[1] < 1.3 * area


@pytest.mark.parametrize("seed", range(8))
def test_made_up_pictures_are_pictures(seed):
    photo, mask = photo_with_square()
    rng = np.random.default_rng(seed)
    view = augment.plain_view(photo.shape[:2], CANVAS)
    picture, plane = augment.warp(photo, view, CANVAS, rng), augment.warp_plane(mask, view, CANVAS)
    strip = np.random.default_rng(1).integers(0, 255, (40, 150, 3)).astype(np.uint8)
    cloth = augment.print_cloth(
        augment.tile_background(strip, CANVAS, rng), augment.tile_background(strip, CANVAS, rng), rng
    )
    dressed = augment.dress_up(picture, plane, cloth, rng)
    laid = augment.lay_on(dressed, plane, cloth, rng)
    final = augment.photograph(laid, rng)
    for made in (cloth, dressed, laid, final):
        assert made.shape == (*CANVAS, 3)
        assert made.dtype == np.float32
        assert 0 <= made.min() <= made.max() <= 255


def test_a_new_background_leaves_the_garment_alone():
    photo, mask = photo_with_square()
    rng = np.random.default_rng(3)
    view = augment.plain_view(photo.shape[:2], CANVAS)
    picture, plane = augment.warp(photo, view, CANVAS, rng), augment.warp_plane(mask, view, CANVAS)
    background = np.zeros((*CANVAS, 3), np.float32)
    laid = augment.lay_on(picture, plane, background, rng)
    core = cv2.erode(plane, np.ones((5, 5), np.uint8)) > 0.99
    far = cv2.dilate(plane, np.ones((5, 5), np.uint8)) < 0.01
    assert laid[core] == pytest.approx(picture[core], abs=1)
    assert not np.allclose(laid[far], picture[far], atol=30)
