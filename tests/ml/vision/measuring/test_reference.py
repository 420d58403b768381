"""Sheets and cards are found where they lie, and nothing else is taken for one."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.reference_photos import with_reference
from ml.vision.measuring.frame import project
from ml.vision.measuring.plane import view_from_above
from ml.vision.measuring.pose import fit_pose, rectangle
from ml.vision.measuring.reference import find_reference
from tests.ml.pictures import shirt_mask, shirt_photo

DATA = Path(__file__).resolve().parents[5] / "shared" / "data"
SILHOUETTES = Path(__file__).resolve().parents[4] / "var" / "training" / "silhouettes"
WIDTH, HEIGHT = 900, 1200
FLOOR, CLOTH, PAPER = (150, 120, 95), (40, 60, 110), (244, 243, 240)


def scene():
    """A shirt on a floor without anything else."""
    return shirt_photo(WIDTH, HEIGHT, floor=FLOOR, cloth=CLOTH, noise=2.0), shirt_mask(WIDTH, HEIGHT)


def laid(shape, colour, blur=0.8):
    """The scene with a polygon (px) laid on it."""
    pixels, mask = scene()
    top = pixels.astype(np.float32)
    fine = np.zeros((HEIGHT * 8, WIDTH * 8), np.uint8)
    cv2.fillPoly(fine, [np.round(np.asarray(shape) * 8).astype(np.int32)], 255)
    cover = cv2.resize(fine, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    cover = cv2.GaussianBlur(cover, (0, 0), blur).astype(np.float32)[..., None] / 255
    return np.clip(top * (1 - cover) + np.array(colour, np.float32) * cover, 0, 255).astype(np.uint8), mask


def turned(shape, degrees, place):
    angle = np.radians(degrees)
    turn = np.array(((np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))))
    return np.asarray(shape) @ turn.T + place


@pytest.mark.parametrize("degrees", [0, 12, 45, 90])
@pytest.mark.parametrize("place", [(170, 820), (450, 700)])
def test_a_sheet_beside_or_on_the_garment_is_found(degrees, place):
    sheet = turned(rectangle("a4") * 8, degrees, place)
    found = find_reference(*laid(sheet, PAPER))
    assert found is not None
    assert found.kind == "a4"
    lengths = np.hypot(*(project(found.to_cm, sheet) - np.roll(project(found.to_cm, sheet), 1, axis=0)).T)
    assert sorted(lengths) == pytest.approx([21.0, 21.0, 29.7, 29.7], rel=0.006)


@pytest.mark.parametrize("kind", ["a4", "card"])
def test_references_in_photographed_scenes(kind):
    pixels, mask = scene()
    found, tried = 0, 0
    for seed in range(8):
        made = with_reference(pixels, mask, kind, np.random.default_rng(seed), HEIGHT)
        if made is None:
            continue
        tried += 1
        size = made.pixels.shape[1::-1]
        large = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
        reference = find_reference(made.pixels, large)
        if reference is None:
            continue
        found += 1
        assert reference.kind == kind
        away = np.hypot(*(np.array(reference.corners).mean(axis=0) - made.corners.mean(axis=0)))
        assert away < 3
        _, scale = view_from_above(reference, large)
        middle = np.array(((WIDTH / 2 - 1, HEIGHT / 2), (WIDTH / 2 + 1, HEIGHT / 2)))
        true = float(np.hypot(*np.diff(project(made.to_cm, middle), axis=0)[0])) / 2
        assert scale.cm_per_px == pytest.approx(true, rel=max(0.01, 3 * scale.spread_relative))
    assert tried >= 5
    assert found >= 0.7 * tried


SIDE = 110


@pytest.mark.parametrize(
    ("what", "shape", "colour"),
    [
        ("a square tile", [(-SIDE, -SIDE), (SIDE, -SIDE), (SIDE, SIDE), (-SIDE, SIDE)], PAPER),
        ("a long strip", [(-200, -70), (200, -70), (200, 70), (-200, 70)], PAPER),
        ("a brown book of A4 size", rectangle("a4") * 8, (120, 70, 40)),
        ("a trapezium", [(-130, -85), (130, -85), (80, 85), (-80, 85)], PAPER),
        ("a disc", [(115 * np.cos(a), 85 * np.sin(a)) for a in np.linspace(0, 6.2, 60)], PAPER),
        ("a card-sized label with sharp corners", rectangle("card") * 18, (200, 30, 40)),
    ],
)
def test_other_things_are_not_references(what, shape, colour):
    assert find_reference(*laid(turned(shape, 10, (180, 850)), colour)) is None, what


def test_a_piece_of_a_plank_whose_edges_go_on_is_not_a_sheet():
    pixels, mask = scene()
    pixels = pixels.copy()
    pixels[700:868, 2:300] = PAPER
    for x in (22, 260):
        pixels[700:868, x - 2 : x + 2] = (60, 50, 40)
    assert find_reference(pixels, mask) is None


def test_white_tiles_are_not_sheets():
    pixels, mask = scene()
    tiles = np.full_like(pixels, PAPER)
    tiles[:, ::168] = tiles[::238] = (120, 118, 115)
    tiles = cv2.GaussianBlur(tiles, (0, 0), 0.8)
    tiles[mask] = pixels[mask]
    assert find_reference(tiles, mask) is None


def test_without_a_reference_or_a_garment_there_is_none():
    pixels, mask = scene()
    assert find_reference(pixels, mask) is None
    assert find_reference(pixels, np.zeros_like(mask)) is None


def test_a_pose_is_found_again():
    height, width = 1200, 900
    focal = 0.78 * height
    turn = cv2.Rodrigues(np.array((0.2, -0.1, 0.4)))[0]
    camera = np.array(((focal, 0, width / 2), (0, focal, height / 2), (0, 0, 1.0)))
    corners = project(camera @ np.column_stack((turn[:, 0], turn[:, 1], (3.0, 5.0, 90.0))), rectangle("a4"))
    pose = fit_pose(corners, "a4", (height, width), 0.1)
    assert project(pose.to_cm, corners) == pytest.approx(rectangle("a4"), abs=0.06)
    assert pose.tilt == pytest.approx(np.degrees(np.hypot(0.2, 0.1)), abs=2.5)


@pytest.mark.skipif(not (DATA / "photos").is_dir(), reason="the training data folder is not there")
@pytest.mark.skipif(not SILHOUETTES.is_dir(), reason="no silhouettes were made for training")
def test_ordinary_photos_hardly_ever_have_one():
    alarms, seen = 0, 0
    for path in sorted((DATA / "photos").glob("*.jpg"))[::60]:
        grey = cv2.imread(str(SILHOUETTES / f"{path.stem}.png"), cv2.IMREAD_GRAYSCALE)
        if grey is None:
            continue
        pixels = np.ascontiguousarray(cv2.imread(str(path))[..., ::-1])
        seen += 1
        alarms += find_reference(pixels, grey > 127) is not None
    assert seen > 50
    assert alarms <= 1
