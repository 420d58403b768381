"""Scales from typed dimensions, and when a value is refused."""

import math

import pytest

from ml.vision.measuring.scale import TILT, in_centimetres, scale_from_typed
from ml.vision.measuring.values import Measurement, PixelMeasurement, Scale, scale_from_json

LINE = ((0.0, 0.0), (1.0, 0.0))


def reading(pom, pixels, relative=0.01):
    return PixelMeasurement(pom, pixels, pixels * relative, LINE)


READINGS = (reading("T01", 700.0), reading("T03", 520.0), reading("T09", 160.0, 0.05))


def test_one_typed_dimension_gives_the_scale():
    scale = scale_from_typed({"T03": 52.0}, READINGS)
    assert scale.cm_per_px == pytest.approx(0.1)
    assert scale.source == "typed"
    # The reading's error, 2 mm of tape on 52 cm, and the tilt of a hand-held camera.
    assert scale.spread_relative == pytest.approx(math.sqrt(0.01**2 + (0.2 / 52) ** 2 + TILT**2))


def test_agreeing_dimensions_make_it_surer():
    one = scale_from_typed({"T03": 52.0}, READINGS)
    two = scale_from_typed({"T03": 52.0, "T01": 70.0}, READINGS)
    assert two.cm_per_px == pytest.approx(0.1)
    assert two.spread_relative < one.spread_relative


def test_contradicting_dimensions_make_it_less_sure():
    agreeing = scale_from_typed({"T03": 52.0, "T01": 70.0}, READINGS)
    contradicting = scale_from_typed({"T03": 52.0, "T01": 80.0}, READINGS)
    assert contradicting.spread_relative > 3 * agreeing.spread_relative
    assert 0.1 < contradicting.cm_per_px < 80 / 700


def test_the_surer_reading_counts_more():
    readings = (reading("T01", 700.0, 0.005), reading("T09", 160.0, 0.05))
    scale = scale_from_typed({"T01": 70.0, "T09": 17.6}, readings)
    assert scale.cm_per_px == pytest.approx(0.1, rel=0.005)


def test_a_corrected_view_has_no_tilt():
    plain = scale_from_typed({"T01": 70.0}, READINGS)
    assert scale_from_typed({"T01": 70.0}, READINGS, corrected=True).spread_relative < plain.spread_relative


def test_a_dimension_that_was_not_read_gives_no_scale():
    assert scale_from_typed({"B01": 40.0}, READINGS) is None
    assert scale_from_typed({}, READINGS) is None


@pytest.mark.parametrize("centimetres", [0.0, -3.0, math.nan, math.inf])
def test_a_typed_dimension_is_a_length(centimetres):
    with pytest.raises(ValueError, match="T03"):
        scale_from_typed({"T03": centimetres}, READINGS)


def test_values_come_in_the_order_asked_with_their_reasons():
    scale = Scale(0.1, 0.001, "a4")
    found = in_centimetres(READINGS, scale, ("T09", "T01", "T02", "T03"), {"T03": 51.5})
    assert [one.pom for one in found] == ["T09", "T01", "T02", "T03"]
    neck, length, back, chest = found
    assert neck.value == pytest.approx(16.0)
    assert neck.reason == "too_uncertain"  # 1.96 × 0.8 cm against 0.5 cm
    assert not neck.reliable
    assert length.reason == "too_uncertain"
    assert (back.value, back.reason) == (None, "not_visible")
    assert (chest.value, chest.provenance, chest.uncertainty, chest.reliable) == (51.5, "typed", 0.0, True)


@pytest.mark.parametrize(("relative", "reliable"), [(0.006, True), (0.0075, False)])
def test_a_value_is_refused_when_its_doubt_exceeds_the_tolerance(relative, reliable):
    # T01: ±1.0 cm on 70 cm, so 0.73 % at 1.96 standard errors.
    (found,) = in_centimetres((reading("T01", 700.0, relative),), Scale(0.1, 0.0, "typed"), ("T01",))
    assert found.reliable is reliable
    assert found.uncertainty == pytest.approx(1.96 * 70 * relative)


def test_without_a_scale_there_are_pixels():
    (found,) = in_centimetres(READINGS, None, ("T01",))
    assert (found.value, found.reason, found.pixels) == (None, "no_scale", 700.0)
    line = found.to_json()
    assert (line["value"], line["unit"], line["reliable"]) == (700.0, "px", False)
    assert line["uncertainty"] == pytest.approx(13.72)


def test_scales_survive_json():
    scale = Scale(0.123456789, 0.0123, "card")
    back = scale_from_json(scale.to_json())
    assert back.cm_per_px == pytest.approx(scale.cm_per_px, rel=1e-5)
    assert (back.spread_relative, back.source) == (0.0123, "card")


@pytest.mark.parametrize(
    "make",
    [
        lambda: PixelMeasurement("X9", 1.0, 0.1, LINE),
        lambda: PixelMeasurement("T01", 0.0, 0.1, LINE),
        lambda: PixelMeasurement("T01", 1.0, -0.1, LINE),
        lambda: PixelMeasurement("T01", 1.0, 0.1, LINE[:1]),
        lambda: Scale(0.0, 0.1, "typed"),
        lambda: Scale(0.1, 0.1, "ruler"),
        lambda: Measurement("T01", None, None, "estimated", True, None),
        lambda: Measurement("T01", 1.0, 0.1, "estimated", False, None),
    ],
)
def test_nonsense_is_refused_where_it_is_made(make):
    with pytest.raises(ValueError, match=r"."):
        make()
