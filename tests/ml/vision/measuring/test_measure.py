"""Lengths of drawn garments are read as a tape would read them, each with an honest doubt."""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from ml.points_of_measure import points
from ml.vision.landmarks import Landmark
from ml.vision.measuring.measure import measure
from ml.vision.measuring.readings import READINGS
from ml.vision.measuring.values import Scale
from tests.ml.vision.measuring.drawn import PX_PER_CM, Drawn, noisy, shirt, skirt, trousers

SCALE = Scale(1 / PX_PER_CM, 0.001, "typed")
DATA = Path(__file__).resolve().parents[5] / "shared" / "data"
SILHOUETTES = Path(__file__).resolve().parents[4] / "var" / "training" / "silhouettes"


def read(garment: Drawn, **options):
    return {found.pom: found for found in measure(garment.landmarks, garment.mask, **options)}


@pytest.mark.parametrize("degrees", [0, 20, -35])
@pytest.mark.parametrize("draw", [shirt, trousers, skirt])
def test_lengths_are_those_drawn_however_the_garment_lies(draw, degrees):
    garment = draw(degrees)
    # A turned garment is drawn smaller, so that a centimetre of offset is fewer pixels.
    scale = replace(SCALE, cm_per_px=SCALE.cm_per_px / (0.9 if degrees else 1.0))
    found = read(garment, scale=scale)
    for pom, centimetres in garment.lengths.items():
        assert found[pom].pixels == pytest.approx(centimetres * PX_PER_CM, rel=0.012), pom


def test_every_reading_is_a_point_of_measure():
    assert set(READINGS) <= set(points())


def test_a_line_is_where_the_length_was_read():
    garment = shirt()
    found = read(garment, scale=SCALE)
    for pom in ("T01", "T03", "T05", "T06", "T09", "T10"):
        start, stop = np.array(found[pom].line)
        assert np.hypot(*(stop - start)) == pytest.approx(found[pom].pixels, rel=0.01), pom
    level = found["T03"].line[0][1]
    assert level == pytest.approx(garment.landmarks["underarm_left"].y + 2.5 * PX_PER_CM, abs=3)


@pytest.mark.parametrize("draw", [shirt, trousers])
def test_snapping_makes_noisy_landmarks_better(draw):
    garment = draw()
    errors = {True: [], False: []}
    for seed in range(6):
        landmarks = noisy(garment, 12.0, seed)
        for snapped in errors:
            for found in measure(landmarks, garment.mask, scale=SCALE, snapped=snapped):
                if found.pom in garment.lengths:
                    true = garment.lengths[found.pom] * PX_PER_CM
                    errors[snapped].append(abs(found.pixels - true) / true)
    assert np.mean(errors[True]) < 0.7 * np.mean(errors[False])


@pytest.mark.parametrize("draw", [shirt, trousers, skirt])
def test_stated_intervals_hold_the_true_length(draw):
    garment = draw()
    inside = []
    for seed in range(10):
        for found in measure(noisy(garment, 10.0, seed), garment.mask, scale=SCALE):
            if found.pom in garment.lengths:
                error = abs(found.pixels - garment.lengths[found.pom] * PX_PER_CM)
                inside.append(error <= 1.96 * found.spread)
    assert np.mean(inside) >= 0.9


def test_doubt_grows_with_the_landmarks_doubt():
    garment = shirt()
    spreads = []
    for spread in (0.0, 6.0, 25.0):
        landmarks = {name: replace(found, spread=spread) for name, found in garment.landmarks.items()}
        spreads.append({found.pom: found.spread for found in measure(landmarks, garment.mask)})
    for pom in ("T06", "T09", "T12"):
        assert spreads[0][pom] < spreads[1][pom] < spreads[2][pom]


def test_doubt_grows_where_a_landmark_may_be_wrong():
    garment = shirt()
    spreads = []
    for confidence in (1.0, 0.5):
        landmarks = {
            name: replace(found, spread=5.0, confidence=confidence if name == "hps_left" else 1.0)
            for name, found in garment.landmarks.items()
        }
        spreads.append({found.pom: found.spread for found in measure(landmarks, garment.mask)})
    assert spreads[1]["T09"] > 1.5 * spreads[0]["T09"]
    assert spreads[1]["T05"] == spreads[0]["T05"]


def test_an_offset_in_centimetres_is_sure_only_with_a_scale():
    slanted = shirt()
    # A body that narrows quickly: the width depends on the level.
    moved = {side: slanted.landmarks[f"hem_{side}"] for side in ("left", "right")}
    landmarks = dict(slanted.landmarks)
    canvas = slanted.mask.copy().astype(np.uint8)
    for side, sign in (("left", 1), ("right", -1)):
        corner, arm = moved[side], landmarks[f"underarm_{side}"]
        landmarks[f"hem_{side}"] = replace(corner, x=corner.x + sign * 150)
        triangle = np.array(((arm.x, arm.y), (corner.x, corner.y + 5), (corner.x + sign * 150, corner.y + 5)))
        cv2.fillPoly(canvas, [np.round(triangle).astype(np.int32)], 0)
    mask = canvas.astype(np.bool_)
    known = {found.pom: found for found in measure(landmarks, mask, scale=SCALE)}["T03"]
    assumed = {found.pom: found for found in measure(landmarks, mask)}["T03"]
    assert assumed.spread > known.spread
    assert assumed.pixels == pytest.approx(known.pixels, rel=0.02)


def test_a_sleeve_lying_against_the_body_is_not_swallowed():
    garment = shirt()
    mask = garment.mask.copy()
    arm, inner = garment.landmarks["underarm_right"], garment.landmarks["cuff_inner_right"]
    gap = np.array(
        ((arm.x - 4, arm.y), (inner.x, inner.y), (inner.x, inner.y + 300), (arm.x - 4, arm.y + 300))
    )
    covered = mask.astype(np.uint8)
    cv2.fillPoly(covered, [np.round(gap).astype(np.int32)], 1)
    found = {one.pom: one for one in measure(garment.landmarks, covered.astype(np.bool_), scale=SCALE)}
    plain = read(garment, scale=SCALE)
    assert found["T03"].pixels == pytest.approx(520, rel=0.02)
    assert found["T03"].spread > plain["T03"].spread


def test_an_open_front_is_measured_across_the_gap():
    garment = shirt()
    mask = garment.mask.copy()
    mask[290:, 720:780] = False
    found = {one.pom: one for one in measure(garment.landmarks, mask, scale=SCALE)}
    assert found["T03"].pixels == pytest.approx(520, rel=0.01)


def test_what_has_no_landmarks_is_not_measured():
    garment = shirt()
    landmarks = {
        name: found
        for name, found in garment.landmarks.items()
        if not name.startswith(("shoulder", "hem_left"))
    }
    found = {one.pom for one in measure(landmarks, garment.mask)}
    assert {"T09", "T10", "T16"} <= found
    assert not {"T01", "T05", "T06", "T12", "T13", "B01"} & found


def test_one_side_is_enough_for_what_both_sides_have():
    garment = trousers()
    landmarks = {name: found for name, found in garment.landmarks.items() if name != "leg_inner_right"}
    found = {one.pom: one for one in measure(landmarks, garment.mask, scale=SCALE)}
    assert found["B10"].pixels == pytest.approx(222.4, rel=0.01)


def test_landmarks_on_nothing_measure_nothing():
    assert measure(shirt().landmarks, np.zeros((1300, 1500), np.bool_)) == ()
    assert measure({}, shirt().mask) == ()


def test_garments_cut_by_the_picture_are_read_where_they_are_seen():
    garment = shirt()
    mask = garment.mask[:, 500:1000]
    landmarks = {
        name: Landmark(name, found.x - 500, found.y, 2.0, 1.0)
        for name, found in garment.landmarks.items()
        if not name.startswith("cuff")
    }
    found = {one.pom: one for one in measure(landmarks, mask, scale=SCALE)}
    assert found["T05"].pixels == pytest.approx(500, rel=0.05)


def test_the_same_photo_gives_the_same_numbers():
    garment = shirt()
    landmarks = noisy(garment, 10.0, 1)
    assert measure(landmarks, garment.mask) == measure(landmarks, garment.mask)


@pytest.mark.skipif(not (DATA / "landmarks.json").is_file(), reason="the training data folder is not there")
@pytest.mark.skipif(not SILHOUETTES.is_dir(), reason="no silhouettes were made for training")
def test_intervals_hold_on_photos_with_hand_landmarks():
    places = json.loads((DATA / "landmarks.json").read_text())
    random = np.random.default_rng(2)
    inside, errors = [], []
    for image in sorted(places)[::14]:
        grey = cv2.imread(str(SILHOUETTES / f"{image}.png"), cv2.IMREAD_GRAYSCALE)
        if grey is None or not (grey > 127).any():
            continue
        mask = grey > 127
        height, width = mask.shape
        hand = {
            name: Landmark(name, x * width / 100, y * height / 100, 0.0, 1.0)
            for name, (x, y) in places[image].items()
        }
        spread = 0.012 * height
        found = {
            name: replace(
                one, x=one.x + random.normal(0, spread), y=one.y + random.normal(0, spread), spread=spread
            )
            for name, one in hand.items()
        }
        truth = {one.pom: one.pixels for one in measure(hand, mask, snapped=False)}
        for one in measure(found, mask):
            if one.pom in truth:
                errors.append(abs(one.pixels / truth[one.pom] - 1))
                inside.append(abs(one.pixels - truth[one.pom]) <= 1.96 * one.spread)
    assert len(inside) > 100
    assert np.mean(inside) >= 0.9
    assert np.median(errors) < 0.02


@pytest.mark.parametrize("beside", [0.0, 1e-7])
@pytest.mark.parametrize(
    ("draw", "moved", "onto", "width", "kept"),
    [(shirt, "cuff_outer", "shoulder", "T15", "T01"), (trousers, "leg_outer", "waist", "B08", "B01")],
)
def test_landmarks_in_one_place_make_no_sleeve_or_leg(draw, moved, onto, width, kept, beside):
    """Folded garments: the network may put two landmarks onto one pixel, which makes no line."""
    garment = draw()
    landmarks = dict(garment.landmarks)
    for side in ("left", "right"):
        there = replace(landmarks[f"{onto}_{side}"], spread=0.0)
        landmarks |= {
            there.name: there,
            f"{moved}_{side}": replace(there, name=f"{moved}_{side}", x=there.x + beside),
        }
    found = {reading.pom for reading in measure(landmarks, garment.mask, snapped=False)}
    assert kept in found
    assert width not in found or beside
