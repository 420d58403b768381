"""Evaluation, flattening and the intersection test."""

import numpy as np
import pytest

from ml.drawing.curves import (
    Spline,
    crossing_segments,
    flatten,
    polygon_intersections,
    polygons_cross,
    resample,
)

SQUARE = np.array([[0.0, 0], [10, 0], [10, 10], [0, 10]])


def closed_spline(nodes: np.ndarray, before: np.ndarray, after: np.ndarray) -> Spline:
    count = len(nodes)
    return Spline(nodes, before, after, np.ones(count, bool), np.zeros(count, bool), True)


def quarter_circles(radius: float) -> Spline:
    # The usual cubic for a quarter circle: handles of 0.5522847 radius, off by at most 0.027 % of it.
    nodes = np.array([[1.0, 0], [0, 1], [-1, 0], [0, -1]]) * radius
    handle = 0.5522847498 * np.stack([-nodes[:, 1], nodes[:, 0]], axis=1)
    return closed_spline(nodes, nodes - handle, nodes + handle)


@pytest.mark.parametrize("tolerance", [0.2, 0.02, 0.002])
def test_flattening_stays_within_its_tolerance(tolerance: float) -> None:
    polygon, owners = flatten(quarter_circles(50), tolerance)
    middle = (polygon + np.roll(polygon, -1, axis=0)) / 2
    assert np.abs(np.hypot(*middle.T) - 50).max() < tolerance + 50 * 0.00028
    assert set(owners.tolist()) == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("polygon", "pairs"),
    [
        (SQUARE, 0),
        (SQUARE[[0, 2, 1, 3]], 1),
        (np.array([[0.0, 0], [10, 0], [10, 10], [5, 0], [0, 10]]), 1),
        (np.array([[0.0, 0], [10, 0], [4, 0], [4, 5]]), 1),
    ],
    ids=["simple", "bow tie", "touches an edge", "runs back on itself"],
)
def test_intersections_of_a_polygon(polygon: np.ndarray, pairs: int) -> None:
    assert (len(polygon_intersections(polygon)) > 0) == (pairs > 0)


def test_an_open_polyline_may_end_where_it_began() -> None:
    assert len(polygon_intersections(np.array([[0.0, 0], [5, 0], [5, 5], [2, -3]]), closed=False)) == 1
    assert len(polygon_intersections(SQUARE, closed=False)) == 0


def test_polygons_cross_only_when_their_boundaries_do() -> None:
    assert polygons_cross(SQUARE, SQUARE + 5)
    assert not polygons_cross(SQUARE, SQUARE * 0.5 + 2)
    assert not polygons_cross(SQUARE, SQUARE + 20)


def test_a_loop_between_two_segments_is_found() -> None:
    assert crossing_segments(quarter_circles(50)) == []
    spline = quarter_circles(50)
    after = spline.after.copy()
    after[0] = (-90, 120)
    assert crossing_segments(closed_spline(spline.nodes, spline.before, after)) != []


@pytest.mark.parametrize("closed", [True, False])
def test_resampling_is_even_and_keeps_the_ends(closed: bool) -> None:
    samples = resample(SQUARE, 0.5, closed)
    steps = np.hypot(*np.diff(samples, axis=0).T)
    assert steps.max() == pytest.approx(0.5, abs=0.01)
    assert samples[0] == pytest.approx(SQUARE[0])
    if not closed:
        assert samples[-1] == pytest.approx(SQUARE[-1])


@pytest.mark.parametrize(
    "change",
    [
        {"nodes": np.zeros((1, 2))},
        {"before": np.zeros((3, 2))},
        {"line": np.zeros(3, bool)},
        {"nodes": np.full((4, 2), np.nan)},
    ],
)
def test_splines_check_their_shapes(change: dict[str, np.ndarray]) -> None:
    good = quarter_circles(1)
    values = {name: getattr(good, name) for name in ("nodes", "before", "after", "corner", "line", "closed")}
    with pytest.raises(ValueError, match=r"spline|nodes|corner"):
        Spline(**{**values, **change})
