"""Stitch lines: found where thread was drawn, and nowhere else."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ml.vision.stitch_lines import StitchLine, stitch_lines

Pixels = NDArray[np.uint8]
Points = NDArray[np.float64]

NAVY, BLACK, SAND = (35, 45, 90), (24, 22, 22), (190, 165, 130)
WHITE, GOLD, RED, DARK = (235, 235, 230), (205, 150, 70), (190, 40, 40), (70, 50, 35)


def cloth(
    colour: tuple[int, int, int], height: int = 533, width: int = 400, *, seed: int = 3, noise: float = 3
) -> Pixels:
    """H×W×3: cloth with weave, soft folds and sensor noise."""
    rng = np.random.default_rng(seed)
    weave = rng.normal(0, noise, (height, width)).astype(np.float32)
    folds = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 25)
    shade = 1 + 0.08 * folds / np.abs(folds).max()
    picture = np.array(colour, np.float32) * shade[..., None] + weave[..., None]
    return np.clip(picture, 0, 255).astype(np.uint8)


def sewn(
    picture: Pixels, path: Points, colour: tuple[int, int, int], *, width: float = 1.4, dash: float = 5
) -> Pixels:
    """The picture with a row of stitches along ``path`` (N×2), three quarters thread and one quarter gap."""
    factor = 4 if max(picture.shape) < 1000 else 1
    steps = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    canvas = np.zeros((picture.shape[0] * factor, picture.shape[1] * factor), np.uint8)
    for start in np.arange(0, steps[-1], dash):
        at = np.linspace(start, min(start + 0.75 * dash, steps[-1]), 6)
        run = np.stack([np.interp(at, steps, path[:, axis]) for axis in (0, 1)], axis=1)
        fixed = np.round((run * factor - 0.5) * 16).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(canvas, [fixed], False, 255, max(1, round(width * factor)), cv2.LINE_AA, 4)
    cover = cv2.resize(canvas, (picture.shape[1], picture.shape[0]), interpolation=cv2.INTER_AREA)
    share = cover.astype(np.float32)[..., None] / 255
    mixed = picture * (1 - share) + np.array(colour, np.float32) * share
    return np.round(mixed).astype(np.uint8)


def curve(start: float, end: float, bend: float = 12) -> Points:
    """A gently curved course from (150, start) downward to (170, end)."""
    along = np.linspace(0, 1, 600)
    return np.stack([150 + 20 * along + bend * np.sin(np.pi * along), start + (end - start) * along], axis=1)


def box_around(path: Points, room: float = 8) -> tuple[float, float, float, float]:
    (left, top), (right, bottom) = path.min(axis=0) - room, path.max(axis=0) + room
    return float(left), float(top), float(right), float(bottom)


def distance(line: StitchLine, path: Points) -> tuple[float, float]:
    """The largest distance from a found line to the true path, and the share of the path it covers."""
    points = np.array(line.points)
    steps = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.arange(0, steps[-1], 0.5)
    dense = np.stack([np.interp(at, steps, points[:, axis]) for axis in (0, 1)], axis=1)
    gaps = np.hypot(*np.moveaxis(dense[:, None] - path[None], -1, 0))
    covered = gaps.min(axis=0) <= 2
    return float(gaps.min(axis=1).max()), float(covered.mean())


@pytest.mark.parametrize(
    ("ground", "thread"), [(NAVY, WHITE), (NAVY, GOLD), (BLACK, RED), (SAND, DARK), (SAND, WHITE)]
)
def test_a_row_is_found_where_it_was_sewn(ground: tuple[int, int, int], thread: tuple[int, int, int]) -> None:
    path = curve(120, 380)
    lines = stitch_lines(sewn(cloth(ground), path, thread), [box_around(path)])
    assert len(lines) == 1
    away, covered = distance(lines[0], path)
    assert away <= 1.3
    assert covered >= 0.95
    assert 2 <= len(lines[0].points) <= 14


def test_a_large_photo_gives_the_same_row() -> None:
    path = curve(120, 380)
    factor = 4
    picture = sewn(
        cloth(NAVY, 533 * factor, 400 * factor, noise=8),
        path * factor,
        WHITE,
        width=1.2 * factor,
        dash=5 * factor,
    )
    (line,) = stitch_lines(picture, [box_around(path * factor)])
    away, covered = distance(StitchLine(tuple((x / factor, y / factor) for x, y in line.points), 1), path)
    assert away <= 1
    assert covered >= 0.95


def test_two_rows_of_a_twin_needle_are_two_lines() -> None:
    path = curve(120, 380)
    second = path + np.array((5, 0))
    both = sewn(sewn(cloth(NAVY), path, WHITE), second, WHITE)
    lines = stitch_lines(both, [box_around((path + second) / 2, room=11)])
    assert len(lines) == 2
    assert max(min(distance(line, row)[0] for row in (path, second)) for line in lines) <= 2.2


def test_a_row_of_two_boxes_is_returned_once() -> None:
    path = curve(120, 380)
    left, top, right, bottom = box_around(path)
    picture = sewn(cloth(NAVY), path, WHITE)
    assert len(stitch_lines(picture, [(left, top, right, bottom), (left - 4, top, right + 2, bottom)])) == 1


@pytest.mark.parametrize("ground", [NAVY, BLACK, SAND, (150, 150, 150), (200, 40, 60)])
@pytest.mark.parametrize("noise", [2, 6, 12])
def test_plain_cloth_has_no_lines(ground: tuple[int, int, int], noise: float) -> None:
    picture = cloth(ground, noise=noise, seed=11)
    boxes = [(30.0, 40.0, 90.0, 300.0), (120.0, 60.0, 360.0, 110.0), (150.0, 200.0, 330.0, 480.0)]
    assert stitch_lines(picture, boxes) == ()


@pytest.mark.parametrize(("pitch", "wide"), [(6, 2), (9, 3), (14, 5), (24, 12)])
@pytest.mark.parametrize("slant", [0.0, 0.3])
def test_stripes_are_no_stitches(pitch: int, wide: int, slant: float) -> None:
    rows, columns = np.indices((533, 400))
    stripe = ((columns + slant * rows) % pitch) < wide
    picture = np.where(stripe[..., None], np.array(WHITE, np.uint8), cloth(NAVY))
    picture = cv2.GaussianBlur(picture, (0, 0), 0.7).astype(np.uint8)
    assert stitch_lines(picture, [(150.0, 100.0, 215.0, 400.0), (60.0, 200.0, 300.0, 260.0)]) == ()


def test_a_fold_and_its_shadow_are_no_stitches() -> None:
    picture = cloth((120, 120, 125)).astype(np.float32)
    across = np.abs(np.arange(400) - 200)[None, :, None]
    picture -= 40 * np.exp(-((across / 9.0) ** 2))
    step = np.where(np.arange(400)[None, :, None] > 120, 1.0, 0.8)
    folded = np.clip(picture * step, 0, 255).astype(np.uint8)
    assert stitch_lines(folded, [(90.0, 60.0, 150.0, 450.0), (170.0, 60.0, 230.0, 450.0)]) == ()


def test_nothing_is_seen_outside_the_mask() -> None:
    path = curve(120, 380)
    picture = sewn(cloth(NAVY), path, WHITE)
    mask = np.zeros((533, 400), bool)
    mask[:, :140] = True
    assert stitch_lines(picture, [box_around(path)], mask) == ()
    mask[:] = True
    assert len(stitch_lines(picture, [box_around(path)], mask)) == 1


def test_boxes_at_the_edge_and_outside_are_cut() -> None:
    path = curve(120, 380)
    picture = sewn(cloth(NAVY), path, WHITE)
    assert stitch_lines(picture, [(500.0, 500.0, 600.0, 600.0), (-50.0, -50.0, 1.0, 1.0)]) == ()
    left, top, right, bottom = box_around(path)
    assert len(stitch_lines(picture[: int(bottom) - 30], [(left, top, right, bottom)])) == 1
    assert stitch_lines(picture, []) == ()


def test_what_is_no_line_or_no_mask_is_refused() -> None:
    with pytest.raises(ValueError, match="two finite points"):
        StitchLine(((1.0, 2.0),), 3.0)
    with pytest.raises(ValueError, match="two finite points"):
        StitchLine(((1.0, 2.0), (float("nan"), 3.0)), 3.0)
    with pytest.raises(ValueError, match="contrast"):
        StitchLine(((1.0, 2.0), (2.0, 3.0)), 0.0)
    with pytest.raises(ValueError, match="size"):
        stitch_lines(cloth(NAVY), [], np.ones((10, 10), bool))


def test_a_line_is_written_to_a_tenth_of_a_pixel() -> None:
    assert StitchLine(((1.04, 2.0), (30.06, 4.55)), 3.0).to_json() == [[1.0, 2.0], [30.1, 4.5]]
