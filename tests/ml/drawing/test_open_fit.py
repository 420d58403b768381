"""Open lines as splines of few nodes."""

from itertools import pairwise

import numpy as np
import pytest

from ml.drawing.curves import flatten
from ml.drawing.open_fit import fit_open

ALONG = np.linspace(0, 1, 200)

LINES = {
    "straight": (np.stack([10 + 60 * ALONG, 20 + 30 * ALONG], axis=1), 2),
    "arc": (np.stack([40 * np.cos(2 * ALONG), 40 * np.sin(2 * ALONG)], axis=1), 4),
    "wave": (np.stack([80 * ALONG, 6 * np.sin(2 * np.pi * ALONG)], axis=1), 6),
    "corner": (np.array([[0.0, 0], [0, 30], [40, 30]]), 3),
    "pocket": (np.array([[0.0, 0], [0, 30], [12, 38], [24, 30], [24, 0]]), 5),
}


def dense(line: np.ndarray) -> np.ndarray:
    """The line at every half millimetre."""
    return np.concatenate([np.linspace(a, b, 2 + int(2 * np.hypot(*(b - a)))) for a, b in pairwise(line)])


def farthest(line: np.ndarray, other: np.ndarray) -> float:
    gaps = np.hypot(*np.moveaxis(dense(line)[:, None] - dense(other)[None], -1, 0))
    return float(gaps.min(axis=1).max())


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("backward", [False, True])
def test_lines_are_fitted_within_the_tolerance_by_few_nodes(name: str, backward: bool) -> None:
    points, most = LINES[name]
    points = points[::-1] if backward else points
    spline = fit_open(points, 0.45)
    assert not spline.closed
    assert len(spline.nodes) <= most
    assert spline.nodes[[0, -1]] == pytest.approx(points[[0, -1]], abs=0.001)
    curve, _ = flatten(spline)
    limit = 1.1 if name == "pocket" else 0.7
    assert farthest(points, curve) <= limit
    assert farthest(curve, points) <= limit


def test_corners_stay_corners_and_straight_runs_lines() -> None:
    spline = fit_open(LINES["corner"][0], 0.45)
    assert spline.corner.tolist() == [True, True, True]
    assert spline.line.tolist() == [True, True]
    assert spline.nodes[1] == pytest.approx((0, 30), abs=0.6)


def test_the_noise_of_pixels_adds_no_nodes() -> None:
    points = LINES["arc"][0] + np.random.default_rng(2).normal(0, 0.12, (200, 2))
    assert len(fit_open(points, 0.45).nodes) <= 5


def test_nodes_between_corners_are_smooth() -> None:
    spline = fit_open(LINES["wave"][0], 0.45)
    inner = ~spline.corner
    assert inner[1:-1].all()
    leaving = spline.after[1:-1] - spline.nodes[1:-1]
    arriving = spline.nodes[1:-1] - spline.before[1:-1]
    cosine = (leaving * arriving).sum(axis=1) / np.hypot(*leaving.T) / np.hypot(*arriving.T)
    assert (cosine > 0.999).all()
