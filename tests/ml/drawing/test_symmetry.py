"""The axis of a garment is found at any tilt, folded sleeve or not."""

import numpy as np
import pytest

from ml.drawing.symmetry import Axis, find_axis
from tests.ml.drawing.shapes import Shape, circle, rasterise, square, t_shirt


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


def test_an_empty_mask_has_no_axis() -> None:
    with pytest.raises(ValueError, match="empty"):
        find_axis(rasterise([]))
