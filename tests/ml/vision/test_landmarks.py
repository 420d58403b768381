"""Landmarks are checked when they are made and survive JSON."""

import math

import pytest

from ml.vision.landmarks import (
    LANDMARKS,
    Landmark,
    landmark_details_json,
    landmarks_from_json,
    landmarks_json,
)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "elbow_left"}, "unknown"),
        ({"x": math.nan}, "finite"),
        ({"spread": -1.0}, "spread"),
        ({"confidence": 1.2}, "confidence"),
    ],
)
def test_bad_landmarks_are_refused(changes, said):
    good = {"name": "crotch", "x": 1.0, "y": 2.0, "spread": 1.0, "confidence": 0.5}
    Landmark(**good)
    with pytest.raises(ValueError, match=said):
        Landmark(**{**good, **changes})


def test_names_are_unique_and_both_sides_are_there():
    assert len(set(LANDMARKS)) == len(LANDMARKS) == 20
    assert {name.replace("left", "right") for name in LANDMARKS if name.endswith("left")} <= set(LANDMARKS)


def test_json_keeps_what_was_found_in_the_order_of_the_list():
    found = {
        "hem_left": Landmark("hem_left", 10.125, 200.0, 2.5, 0.75),
        "hps_left": Landmark("hps_left", 30.0, 20.5, 1.25, 0.9),
    }
    places, details = landmarks_json(found), landmark_details_json(found)
    assert list(places) == ["hps_left", "hem_left"]
    back = landmarks_from_json(places, details)
    assert back["hps_left"] == found["hps_left"]
    assert back["hem_left"].x == pytest.approx(10.125, abs=0.01)


def test_a_place_set_by_hand_is_certain():
    assert landmarks_from_json({"crotch": [5, 6]}, {})["crotch"] == Landmark("crotch", 5.0, 6.0, 0.0, 1.0)
