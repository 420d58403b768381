"""Outlines become few Béziers: close to the mask, closed, tangent-continuous, never crossing themselves."""

import numpy as np
import pytest

from ml.drawing.bezier_fit import fit_closed, fit_mirrored
from ml.drawing.curves import Spline, crossing_segments, flatten, polygon_intersections
from ml.drawing.outline import find_outline
from tests.ml.drawing.shapes import SHAPES, Shape, camisole, circle, rasterise, square, t_shirt, trousers

MM = 0.4
TOLERANCE = 0.5


def fitted(shape: Shape, tolerance: float = TOLERANCE) -> Spline:
    return fit_closed(find_outline(shape.mask).outer * MM, tolerance)


@pytest.mark.parametrize(
    ("shape", "most_nodes"),
    [
        (t_shirt(), 16),
        (t_shirt(tilt=-7), 16),
        (trousers(), 9),
        (square(), 4),
        (circle(), 6),
        (camisole(), 18),
    ],
    ids=str,
)
def test_few_nodes_cover_the_mask(shape: Shape, most_nodes: int) -> None:
    spline = fitted(shape)
    assert len(spline.nodes) <= most_nodes
    drawn = rasterise([flatten(spline)[0] / MM])
    wanted = rasterise([find_outline(shape.mask).outer])
    assert (drawn & wanted).sum() / (drawn | wanted).sum() > 0.99


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_curve_never_crosses_itself(shape: Shape) -> None:
    spline = fitted(shape)
    assert spline.closed
    assert len(polygon_intersections(flatten(spline, 0.005)[0])) == 0


@pytest.mark.parametrize("shape", [t_shirt(), trousers(), square()], ids=str)
def test_corners_are_kept_crisp(shape: Shape) -> None:
    spline = fitted(shape)
    corners = spline.nodes[spline.corner]
    for corner in shape.corners * MM:
        assert np.hypot(*(corners - corner).T).min() < 0.8, f"the corner at {corner} is blunt"


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_smooth_nodes_are_tangent_continuous(shape: Shape) -> None:
    spline = fitted(shape)
    incoming, outgoing = spline.nodes - spline.before, spline.after - spline.nodes
    cross = incoming[:, 0] * outgoing[:, 1] - incoming[:, 1] * outgoing[:, 0]
    angle = np.degrees(np.arctan2(np.abs(cross), (incoming * outgoing).sum(axis=1)))
    assert angle[~spline.corner].max(initial=0) < 0.5


def test_no_staircase_is_left_on_the_sides() -> None:
    polygon = flatten(fitted(t_shirt()), 0.02)[0]
    steps = np.roll(polygon, -1, axis=0) - polygon
    directions = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
    turning = np.abs(np.diff(directions))
    # Ten corners turn sharply; everything else bends by the few degrees between two steps of a smooth curve.
    assert np.sort(turning)[::-1][12] < np.radians(12)
    # A staircase turns to and fro at every pixel: a full turn and the corners explain less than four turns.
    assert turning.sum() < 4 * 2 * np.pi


def test_a_straight_side_between_corners_is_a_line() -> None:
    spline = fitted(square())
    assert spline.line.all()
    assert spline.corner.all()


def test_looser_tolerance_needs_no_more_nodes() -> None:
    rng = np.random.default_rng(3)
    angle = np.linspace(0, 2 * np.pi, 600, endpoint=False)
    waves = sum(rng.normal(0, 1.2) * np.cos(k * angle + rng.uniform(0, 6)) for k in range(5, 14))
    ring = np.stack([(60 + waves) * np.cos(angle), (60 + waves) * np.sin(angle)], axis=1)
    counts = [len(fit_closed(ring, tolerance).nodes) for tolerance in (0.2, 0.5, 1.5)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


def test_sides_of_a_thin_strap_do_not_cross() -> None:
    along = np.linspace(0, 6, 200)
    upper = np.stack([along * 25, 8 * np.sin(along * 2) - 0.35], axis=1)
    lower = np.stack([along * 25, 8 * np.sin(along * 2) + 0.35], axis=1)[::-1]
    spline = fit_closed(np.concatenate([upper, lower]), 0.8)
    assert crossing_segments(spline) == []


def test_the_same_outline_gives_the_same_curve() -> None:
    one, two = fitted(t_shirt()), fitted(t_shirt())
    assert (one.nodes == two.nodes).all()
    assert (one.after == two.after).all()


def test_coordinates_are_rounded() -> None:
    nodes = fitted(t_shirt()).nodes
    assert (np.round(nodes, 3) == nodes).all()


@pytest.mark.parametrize(
    ("half", "corner_on_axis"),
    [
        (np.array([[0.0, 0], [-40, 0], [-40, 80], [0, 80]]), (False, False)),
        (np.array([[0.0, 30], [-40, 0], [-40, 80], [0, 80]]), (True, False)),
        (np.array([[0.0, 0], [-40, 0], [-45, 120], [-15, 120], [0, 50]]), (False, True)),
    ],
    ids=["box", "V-neck", "trousers"],
)
def test_mirrored_curves_are_symmetric_to_the_last_digit(
    half: np.ndarray, corner_on_axis: tuple[bool, bool]
) -> None:
    spline = fit_mirrored(half, 0.8)
    mirrored = {tuple(point) for point in (spline.nodes * (-1, 1) + 0.0).tolist()}
    assert mirrored == {tuple(point) for point in spline.nodes.tolist()}
    on_axis = np.flatnonzero(spline.nodes[:, 0] == 0)
    assert len(on_axis) == 2
    top, bottom = sorted(on_axis, key=lambda node: spline.nodes[node, 1])
    assert (bool(spline.corner[top]), bool(spline.corner[bottom])) == corner_on_axis
    for node in on_axis:
        if not spline.corner[node]:
            assert spline.before[node, 1] == spline.nodes[node, 1] == spline.after[node, 1]
    assert crossing_segments(spline) == []


def test_a_blunt_crotch_is_sharpened_on_the_axis() -> None:
    side = [(0.0, -104.6), (-36.2, -104.6), (-48.8, -76.8), (-53.9, -40.9), (-55.8, -4.7), (-56.1, 31.5)]
    side += [(-56.7, 67.7), (-57.7, 103.9), (-42.3, 127.1), (-24.6, 106.6), (-23.2, 70.5), (-20.0, 34.5)]
    crotch = [(-12.0, -0.8), (-4.7, -27.0), (-4.5, -28.2), (-4.3, -29.3), (-4.0, -30.5), (-3.7, -31.7)]
    crotch += [(-3.6, -32.9), (-3.3, -34.1), (-3.0, -35.2), (-2.7, -35.8), (-2.5, -36.3), (-2.0, -37.4)]
    crotch += [(-1.3, -38.4), (-0.5, -39.3), (0.0, -39.6)]
    spline = fit_mirrored(np.array(side + crotch), 0.8)
    on_axis = spline.nodes[spline.nodes[:, 0] == 0]
    assert len(on_axis) == 2
    assert on_axis[:, 1].min() == pytest.approx(-104.6, abs=0.5)
    assert -42.1 < on_axis[:, 1].max() < -39.6
    points = np.concatenate([spline.nodes, spline.before, spline.after]) + 0.0
    assert {(-x + 0.0, y) for x, y in points.tolist()} == {(x, y) for x, y in points.tolist()}
