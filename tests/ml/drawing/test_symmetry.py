"""The axis of a garment, and halves that are merged."""

import numpy as np
import pytest

from ml.drawing.curves import polygon_intersections, resample
from ml.drawing.symmetry import Axis, find_axis, half_outline
from tests.ml.drawing.shapes import Shape, circle, rasterise, square, t_shirt, trousers


@pytest.mark.parametrize("tilt", [-30.0, -12.0, -3.0, 0.0, 5.0, 20.0, 33.0])
def test_the_axis_is_found_at_any_tilt(tilt: float) -> None:
    axis = find_axis(t_shirt(tilt=tilt).mask)
    assert axis.tilt == pytest.approx(tilt, abs=0.7)
    middle = np.array([240.0, 320.0])
    normal = np.array([np.cos(np.radians(tilt)), np.sin(np.radians(tilt))])
    assert abs(np.dot((axis.x, axis.y) - middle, normal)) < 2
    assert axis.score > 0.97


def test_a_folded_sleeve_does_not_move_the_axis() -> None:
    axis = find_axis(t_shirt(folded=True).mask)
    assert axis.tilt == pytest.approx(0, abs=1.5)
    assert axis.x == pytest.approx(240, abs=5)
    assert axis.score < 0.95


@pytest.mark.parametrize("shape", [circle(), square()], ids=str)
def test_shapes_without_a_direction_stay_upright(shape: Shape) -> None:
    axis = find_axis(shape.mask)
    assert axis.tilt == 0
    assert axis.x == pytest.approx(240, abs=1)


def test_the_upright_map_takes_the_axis_to_zero() -> None:
    axis = Axis(x=100, y=50, tilt=30, score=1)
    turn = axis.upright()
    along = np.array([100, 50]) + 40 * np.array([-np.sin(np.radians(30)), np.cos(np.radians(30))])
    assert turn @ [100, 50, 1] == pytest.approx([0, 0])
    assert turn @ [*along, 1] == pytest.approx([0, 40])


@pytest.mark.parametrize("change", [{"tilt": float("nan")}, {"score": 1.2}])
def test_an_axis_checks_its_values(change: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="axis"):
        Axis(**{"x": 0.0, "y": 0.0, "tilt": 0.0, "score": 1.0, **change})


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


def test_an_empty_mask_has_no_axis() -> None:
    with pytest.raises(ValueError, match="empty"):
        find_axis(rasterise([]))
