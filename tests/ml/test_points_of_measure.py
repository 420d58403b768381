"""The POM table is complete and consistent."""

import pytest

from ml.garment_types import GARMENT_TYPES
from ml.points_of_measure import PointOfMeasure, points, points_for


@pytest.mark.parametrize("garment_type", GARMENT_TYPES)
def test_every_garment_type_has_a_set_without_repeats(garment_type):
    codes = [point.code for point in points_for(garment_type)]
    assert len(codes) == len(set(codes))
    assert codes or garment_type == "other"


@pytest.mark.parametrize(
    ("garment_type", "present", "absent"),
    [
        ("t-shirt", "T13", "P2"),
        ("polo", "P1", "N4"),
        ("shorts", "B06", "B09"),
        ("skirt", "S1", "B06"),
        ("vest", "T03", "T13"),
        ("hoodie", "H1", "B01"),
    ],
)
def test_sets_follow_the_trade(garment_type, present, absent):
    codes = {point.code for point in points_for(garment_type)}
    assert present in codes
    assert absent not in codes


def test_every_point_is_named_and_explained_in_both_languages():
    for point in points().values():
        assert all((point.name_en, point.name_ja, point.how_en, point.how_ja)), point.code


def test_tolerance_of_nothing_is_refused():
    with pytest.raises(ValueError, match="X01"):
        PointOfMeasure("X01", "a", "b", "c", "d", 0, 1)


def test_unknown_type_is_an_error():
    with pytest.raises(KeyError):
        points_for("spaceship")
