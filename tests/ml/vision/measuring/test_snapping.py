"""Landmarks go to the corners, notches and edges that they are by definition."""

from dataclasses import replace

import numpy as np
import pytest

from ml.vision.measuring.snapping import KINDS, snap_to_silhouette
from tests.ml.vision.measuring.drawn import shirt, skirt, trousers

CASES = [
    (shirt, "hem_left"),
    (shirt, "hem_right"),
    (shirt, "cuff_outer_left"),
    (shirt, "cuff_inner_right"),
    (shirt, "underarm_left"),
    (trousers, "waist_right"),
    (trousers, "crotch"),
    (trousers, "leg_inner_left"),
    (trousers, "leg_outer_right"),
    (skirt, "hem_left"),
]


@pytest.mark.parametrize(("draw", "name"), CASES)
@pytest.mark.parametrize("away", [(9, 6), (-8, 7), (5, -9)])
def test_a_corner_is_found_again(draw, name, away):
    garment = draw()
    true = garment.landmarks[name]
    moved = {**garment.landmarks, name: replace(true, x=true.x + away[0], y=true.y + away[1], spread=8.0)}
    found = snap_to_silhouette(moved, garment.mask)[name]
    # The legs part so slowly that the gap is a pixel wide only some way below the crotch.
    assert np.hypot(found.x - true.x, found.y - true.y) < (10 if name == "crotch" else 6)


def test_a_shoulder_goes_to_the_edge():
    garment = shirt()
    true = garment.landmarks["shoulder_left"]
    moved = {**garment.landmarks, "shoulder_left": replace(true, x=true.x + 6, y=true.y + 10, spread=8.0)}
    found = snap_to_silhouette(moved, garment.mask)["shoulder_left"]
    assert np.hypot(found.x - true.x, found.y - true.y) < 10


def test_what_a_person_placed_stays():
    garment = shirt()
    moved = {name: replace(found, x=found.x + 7) for name, found in garment.landmarks.items()}
    assert snap_to_silhouette(moved, garment.mask) == moved


def test_a_hidden_underarm_stays():
    garment = shirt()
    inside = replace(garment.landmarks["underarm_left"], x=700.0, y=500.0, spread=8.0)
    found = snap_to_silhouette({**garment.landmarks, "underarm_left": inside}, garment.mask)
    assert (found["underarm_left"].x, found["underarm_left"].y) == pytest.approx((700, 500), abs=0.01)


def test_a_corner_out_of_reach_is_left_alone():
    garment = shirt()
    far = replace(garment.landmarks["hem_left"], x=700.0, y=600.0, spread=5.0)
    found = snap_to_silhouette({**garment.landmarks, "hem_left": far}, garment.mask)["hem_left"]
    assert (found.x, found.y) == pytest.approx((700, 600), abs=0.01)


def test_without_a_silhouette_nothing_moves():
    garment = shirt()
    assert snap_to_silhouette(garment.landmarks, np.zeros((1300, 1500), np.bool_)) == garment.landmarks


def test_the_front_of_the_neck_is_not_on_the_silhouette():
    assert "neck_front" not in KINDS
