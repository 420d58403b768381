"""The halves of an outline are averaged where they agree; elsewhere one side leads."""

import numpy as np
import pytest

from ml.drawing.curves import polygon_intersections, resample
from ml.drawing.halves import half_outline
from tests.ml.drawing.shapes import square, t_shirt, trousers


def test_equal_halves_stay_as_they_are() -> None:
    ring = (trousers().polygon - (240, 0)) * 0.4
    half = half_outline(ring)
    assert half is not None
    left = resample(ring[ring[:, 0] <= 0], 0.2, closed=True)
    nearest = np.hypot(*np.moveaxis(half.points[:, None] - left[None], -1, 0)).min(axis=1)
    assert nearest.max() < 1.0
    assert half.points[[0, -1], 0] == pytest.approx([0, 0])
    assert (half.points[1:-1, 0] < 0).all()


def test_slightly_different_halves_are_averaged() -> None:
    box = np.array([[-40.0, 0], [44, 0], [44, 100], [-40, 100]])
    half = half_outline(resample(box, 0.5, closed=True))
    assert half is not None
    assert half.points[:, 0].min() == pytest.approx(-42, abs=0.2)


def test_the_side_with_the_sleeve_leads_where_the_other_is_folded() -> None:
    ring = (t_shirt(folded=True).polygon - (240, 0)) * 0.4
    half = half_outline(ring)
    assert half is not None
    assert half.side == -1
    assert half.points[:, 0].min() == pytest.approx(-80, abs=0.5)


def test_an_outline_beside_the_axis_has_no_halves() -> None:
    assert half_outline(square().polygon + 1000) is None


def test_a_leg_across_the_axis_still_gives_a_simple_outline() -> None:
    legs = np.array([[-60.0, 0], [60, 0], [70, 200], [30, 200], [0, 80], [25, 190], [-20, 205], [-60, 100]])
    half = half_outline(resample(legs, 0.5, closed=True))
    assert half is not None
    both = np.concatenate([half.points, half.points[-2:0:-1] * (-1, 1)])
    assert len(polygon_intersections(both)) == 0


def test_the_side_that_is_not_crumpled_leads() -> None:
    crumpled = [(40.0, 0.0), (44.0, 20.0), (34.0, 32.0), (46.0, 42.0), (33.0, 60.0), (42.0, 100.0)]
    ring = np.array([*crumpled, (-40.0, 100.0), (-40.0, 0.0)])
    half = half_outline(resample(ring, 0.5, closed=True))
    assert half is not None
    assert half.side == -1
