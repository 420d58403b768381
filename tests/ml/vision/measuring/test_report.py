"""A garment's measurements in centimetres, from a typed dimension or from a reference."""

import json

import cv2
import numpy as np
import pytest

from ml.vision.measuring.frame import project
from ml.vision.measuring.pose import fit_pose, rectangle
from ml.vision.measuring.report import measure_garment, poms_of
from ml.vision.measuring.values import ReferenceObject, pixel_measurement_from_json
from tests.ml.vision.measuring.drawn import SHIRT_LENGTHS, SIZE, noisy, seen_through, shirt, trousers


def test_one_typed_dimension_makes_the_rest_centimetres():
    garment = shirt()
    found = measure_garment(garment.landmarks, garment.mask, poms_of("longsleeve"), typed={"T01": 70.0})
    for one in found.measurements:
        if one.pom in SHIRT_LENGTHS:
            assert one.value == pytest.approx(SHIRT_LENGTHS[one.pom], rel=0.012), one.pom
            assert one.provenance == ("typed" if one.pom == "T01" else "estimated")
    assert found.scale.source == "typed"


def test_the_typed_chest_fixes_its_own_level():
    garment = shirt()
    found = measure_garment(garment.landmarks, garment.mask, ("T03", "T05"), typed={"T03": 52.0})
    chest = next(one for one in found.readings if one.pom == "T03")
    below = chest.line[0][1] - garment.landmarks["underarm_left"].y
    assert below * found.scale.cm_per_px == pytest.approx(2.5, abs=0.15)
    assert found.measurements[0].value == 52.0


def test_a_clear_dimension_is_reliable_and_a_small_one_is_not():
    garment = shirt()
    landmarks = noisy(garment, 4.0, 0)
    found = measure_garment(landmarks, garment.mask, ("T04", "T09", "T01"), typed={"T01": 70.0})
    reasons = {one.pom: one.reason for one in found.measurements}
    assert reasons["T09"] == "too_uncertain"
    assert reasons["T01"] is None


def test_without_anything_known_there_are_only_pixels():
    garment = trousers()
    found = measure_garment(garment.landmarks, garment.mask, poms_of("pants"))
    assert found.scale is None
    assert {one.reason for one in found.measurements} == {"no_scale", "not_visible"}
    lines = found.to_json()["measurements"]
    assert {line["unit"] for line in lines} == {"px"}
    assert "B11" not in {line["pom"] for line in lines}


def test_the_report_is_json_and_its_readings_come_back():
    garment = shirt()
    found = measure_garment(garment.landmarks, garment.mask, poms_of("longsleeve"), typed={"T03": 52.0})
    report = json.loads(json.dumps(found.to_json()))
    assert report["scale"]["source"] == "typed"
    back = [pixel_measurement_from_json(line) for line in report["measurements"]]
    stored = {one.pom: one.pixels for one in back if one is not None}
    for one in found.readings:
        if one.pom in stored:
            assert stored[one.pom] == pytest.approx(one.pixels, abs=0.01)


def test_poms_typed_beyond_the_set_are_reported_too():
    assert "T04" not in poms_of("t-shirt")
    assert poms_of("t-shirt", {"T04": 50.0, "T01": 70.0})[-1] == "T04"


def tilted(degrees):
    """Homography from the plane (cm, as drawn at 10 px a cm) to a picture taken at an angle."""
    height, width = SIZE
    focal = 0.78 * width
    turn = cv2.Rodrigues(np.radians((degrees, degrees / 2, 0.0)))[0]
    camera = np.array(((focal, 0, width / 2), (0, focal, height / 2), (0, 0, 1.0)))
    plane = np.array(((0.1, 0, -width / 20), (0, 0.1, -height / 20), (0, 0, 1.0)))
    return camera @ np.column_stack((turn[:, 0], turn[:, 1], (0.0, 0.0, focal / 8))) @ plane


def test_a_reference_corrects_the_perspective():
    to_picture = tilted(18)
    garment = seen_through(shirt(), to_picture)
    drawn = rectangle("a4") * 10 + (750, 1100)
    corners = project(to_picture, drawn)
    pose = fit_pose(corners, "a4", SIZE, 0.3)
    reference = ReferenceObject("a4", tuple(map(tuple, corners)), pose.to_cm, 0.3)
    found = measure_garment(
        garment.landmarks, garment.mask, ("T01", "T05", "T06", "T13"), reference=reference
    )
    assert found.scale.source == "a4"
    for one in found.measurements:
        assert one.value == pytest.approx(SHIRT_LENGTHS[one.pom], rel=0.012), one.pom
    plain = measure_garment(garment.landmarks, garment.mask, ("T01", "T05"), typed={"T06": 44.0})
    assert plain.measurements[0].value != pytest.approx(70.0, rel=0.03)


def test_a_typed_dimension_decides_over_a_reference_that_still_corrects():
    to_picture = tilted(15)
    garment = seen_through(shirt(), to_picture)
    corners = project(to_picture, rectangle("a4") * 10 + (750, 1100))
    pose = fit_pose(corners, "a4", SIZE, 0.3)
    reference = ReferenceObject("a4", tuple(map(tuple, corners)), pose.to_cm, 0.3)
    typed = {"T05": 104.0}
    found = measure_garment(garment.landmarks, garment.mask, ("T01", "T05"), typed=typed, reference=reference)
    assert found.scale.source == "typed"
    assert found.measurements[0].value == pytest.approx(140.0, rel=0.012)


def test_a_reference_without_a_garment_measures_nothing():
    corners = rectangle("a4") * 10 + (750, 1100)
    pose = fit_pose(corners, "a4", SIZE, 0.3)
    reference = ReferenceObject("a4", tuple(map(tuple, corners)), pose.to_cm, 0.3)
    found = measure_garment(shirt().landmarks, np.zeros(SIZE, np.bool_), ("T01",), reference=reference)
    assert found.scale is None
    assert [one.reason for one in found.measurements] == ["not_visible"]
