"""Silhouettes: pieces, holes and edges, on drawn photos."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from ml.registry import Registry
from ml.vision.guided_filter import guided_filter
from ml.vision.segmentation import Silhouette, choose_pieces, fill_holes, refine_edges, segment
from tests.ml.networks import write_garment_model
from tests.ml.pictures import shirt_mask, shirt_photo

Mask = np.ndarray


def iou(one: Mask, other: Mask) -> float:
    return float((one & other).sum() / (one | other).sum())


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """A network that takes what is dark for the garment."""
    return Registry(weights=write_garment_model(tmp_path), threads=1)


@pytest.mark.parametrize(("width", "height"), [(90, 120), (480, 640), (640, 480), (2400, 3200)])
def test_mask_has_the_photo_size_and_the_shirt_shape(registry: Registry, width: int, height: int) -> None:
    silhouette = segment(shirt_photo(width, height), registry)
    assert silhouette.mask.shape == (height, width)
    assert iou(silhouette.mask, shirt_mask(width, height)) > (0.95 if width < 100 else 0.985)
    assert silhouette.share == pytest.approx(shirt_mask(width, height).mean(), abs=0.02)
    assert len(silhouette.pieces) == 1
    assert silhouette.uncertain < 0.05


def test_empty_room_has_an_empty_mask(registry: Registry) -> None:
    silhouette = segment(np.full((200, 300, 3), 230, np.uint8), registry)
    assert not silhouette.mask.any()
    assert silhouette.pieces == ()
    assert silhouette.share == 0


def test_mask_is_read_only(registry: Registry) -> None:
    with pytest.raises(ValueError, match="read-only"):
        segment(shirt_photo(), registry).mask[0, 0] = True


def blocks(*boxes: tuple[int, int, int, int]) -> Mask:
    mask = np.zeros((300, 400), np.bool_)
    for left, top, right, bottom in boxes:
        mask[top:bottom, left:right] = True
    return mask


BODY = (100, 60, 260, 260)
SUNNY_SPOT = (290, 60, 380, 260)
PIECES = [
    ("one piece", [BODY], [BODY]),
    ("a speck is dropped", [BODY, (350, 20, 356, 26)], [BODY]),
    ("a strap close by is kept", [BODY, (120, 30, 126, 56)], [BODY, (120, 30, 126, 56)]),
    ("a strap far away is dropped", [BODY, (320, 30, 326, 56)], [BODY]),
    ("a second leg is kept", [BODY, (290, 60, 380, 260)], [BODY, (290, 60, 380, 260)]),
    ("a sheet at the frame is dropped", [BODY, (290, 60, 400, 300)], [BODY]),
    ("nothing at all", [], []),
]


@pytest.mark.parametrize(("name", "seen", "kept"), PIECES, ids=[row[0] for row in PIECES])
def test_pieces(
    name: str, seen: list[tuple[int, int, int, int]], kept: list[tuple[int, int, int, int]]
) -> None:
    mask, shares = choose_pieces(blocks(*seen).astype(np.float32), 0.5)
    assert np.array_equal(mask, blocks(*kept))
    cloth = [box for box in seen if box[2] < mask.shape[1]]
    assert len(shares) == len(cloth)
    assert sum(shares) == pytest.approx(blocks(*cloth).mean())
    assert list(shares) == sorted(shares, reverse=True)


def test_pieces_that_the_network_is_unsure_of_are_no_cloth() -> None:
    alpha = np.where(blocks(BODY), np.float32(0.99), np.float32(0.01))
    alpha[blocks(SUNNY_SPOT)] = 0.8
    mask, shares = choose_pieces(alpha, 0.5)
    assert np.array_equal(mask, blocks(BODY))
    assert shares == (pytest.approx(blocks(BODY).mean()),)


HOLES = [
    ("small gap", (150, 100, 160, 110), 0.0, True),
    ("loop the network is sure of", (150, 100, 180, 140), 0.02, False),
    ("print the network is unsure of", (150, 100, 180, 140), 0.4, True),
    ("large opening", (120, 80, 240, 240), 0.4, False),
    ("bay at the edge of the picture", (150, 0, 200, 300), 0.4, False),
]


@pytest.mark.parametrize(("name", "hole", "chance", "filled"), HOLES, ids=[row[0] for row in HOLES])
def test_holes(name: str, hole: tuple[int, int, int, int], chance: float, filled: bool) -> None:
    mask = blocks(BODY) & ~blocks(hole)
    alpha = np.where(mask, np.float32(0.98), np.float32(0.01))
    alpha[blocks(hole)] = chance
    closed = fill_holes(mask, alpha)
    inside = blocks(hole) & blocks(BODY)
    assert closed[inside].all() == filled
    assert np.array_equal(closed & ~inside, mask & ~inside)


def test_edges_follow_the_photo() -> None:
    photo, truth = shirt_photo(960, 1280), shirt_mask(960, 1280)
    coarse = cv2.resize(truth.astype(np.float32), (96, 128), interpolation=cv2.INTER_AREA)
    plain = cv2.resize(coarse, (960, 1280), interpolation=cv2.INTER_LINEAR) >= 0.5
    refined = refine_edges(photo, coarse) >= 0.5
    assert 1 - iou(refined, truth) < 0.5 * (1 - iou(plain, truth))


def test_edges_stay_where_the_network_is_sure() -> None:
    photo, truth = shirt_photo(240, 320), shirt_mask(240, 320).astype(np.float32)
    assert np.array_equal(refine_edges(photo, truth), truth)


def test_guided_filter_of_a_flat_picture_is_a_mean() -> None:
    plane = np.random.default_rng(2).random((60, 60), np.float32)
    flat = np.full((60, 60, 3), 90, np.uint8)
    filtered = guided_filter(flat, plane, 2, 1e-3)
    expected = cv2.blur(cv2.blur(plane, (5, 5)), (5, 5))
    assert filtered[10:-10, 10:-10] == pytest.approx(expected[10:-10, 10:-10], abs=1e-3)


def test_guided_filter_moves_an_edge_to_that_of_the_guide() -> None:
    guide = np.zeros((40, 80, 3), np.uint8)
    guide[:, 42:] = (200, 180, 40)
    plane = np.zeros((40, 80), np.float32)
    plane[:, 38:] = 1.0
    filtered = guided_filter(guide, plane, 8, 1e-4)
    steepest = int(np.abs(np.diff(filtered[20])).argmax())
    assert steepest == 41


@pytest.mark.parametrize(
    ("mask", "pieces", "uncertain"),
    [
        (np.zeros((4, 4), np.uint8), (), 0.0),
        (np.zeros((4, 4), np.bool_), (1.5,), 0.0),
        (np.zeros((4, 4), np.bool_), (), -1.0),
    ],
)
def test_impossible_silhouettes_are_refused(mask: Mask, pieces: tuple[float, ...], uncertain: float) -> None:
    with pytest.raises(ValueError, match="silhouette"):
        Silhouette(mask, np.zeros((2, 2), np.float32), pieces, uncertain)
