"""Following lines over gaps, and joining what belongs together."""

import numpy as np
from numpy.typing import NDArray

from ml.vision.line_field import LineField, line_field
from ml.vision.line_joining import join_traces
from ml.vision.line_tracing import Trace, follow_lines

EVERYWHERE = np.ones((120, 200), bool)


def field_of(*rows: tuple[int, int, int, float]) -> LineField:
    """Lines along x: (y, from, to, lightness) on lightness 40."""
    lightness = np.full((120, 200), 40, np.float32)
    for y, start, end, value in rows:
        lightness[y : y + 2, start:end] = value
    zero = np.zeros_like(lightness)
    return line_field(np.stack([lightness, zero, zero], axis=-1), EVERYWHERE)


def trace(points: NDArray[np.float64], lightness: float = 1.0) -> Trace:
    return Trace(points, np.full(len(points), 5.0), np.array((lightness, 0.0)), 2.0)


def along(start: float, end: float, y: float = 20.0) -> NDArray[np.float64]:
    x = np.arange(start, end, 1.5)
    return np.stack([x, np.full_like(x, y)], axis=1)


def test_a_line_is_followed_from_end_to_end() -> None:
    (found,) = follow_lines(field_of((60, 30, 170, 70)), EVERYWHERE, 4, 2)
    xs, ys = found.points.T
    assert abs(xs.min() - 30) <= 4
    assert abs(xs.max() - 169) <= 4
    assert np.abs(ys - 60.5).max() <= 1
    assert found.seen == 1
    assert 120 < found.length < 150
    assert found.extent <= found.length


def test_gaps_are_bridged_when_short() -> None:
    dashes = [(60, x, x + 9, 75) for x in range(20, 180, 14)]
    found = max(follow_lines(field_of(*dashes), EVERYWHERE, 4, 2), key=lambda one: one.length)
    assert found.length > 140
    two = follow_lines(field_of((60, 10, 70, 75), (60, 120, 190, 75)), EVERYWHERE, 4, 2)
    assert len([one for one in two if one.colour[0] > 0 and one.length > 40]) == 2


def test_rows_side_by_side_stay_apart() -> None:
    found = follow_lines(field_of((50, 20, 180, 75), (57, 20, 180, 75)), EVERYWHERE, 4, 2)
    light = [one for one in found if one.colour[0] > 0 and one.length > 100]
    assert sorted(round(float(np.median(one.points[:, 1]))) for one in light) in (
        [50, 57],
        [50, 58],
        [51, 58],
    )


def test_nothing_is_followed_where_it_is_not_allowed_or_too_weak() -> None:
    field = field_of((60, 30, 170, 70))
    assert follow_lines(field, ~EVERYWHERE, 4, 2) == []
    assert follow_lines(field, EVERYWHERE, 100, 50) == []


def test_ends_that_point_at_each_other_are_joined() -> None:
    first, second = trace(along(0, 40)), trace(along(55, 120))
    for pair in ([first, second], [second, first], [trace(first.points[::-1]), second]):
        (joined,) = join_traces(pair)
        assert joined.extent >= 118
        assert 0.8 < joined.seen < 1
        assert joined.contrast == 5


def test_what_does_not_go_on_stays_apart() -> None:
    first = trace(along(0, 40))
    upright = trace(along(0, 60)[:, ::-1] + (45, 20))
    for other in (trace(along(90, 130)), trace(along(50, 90, y=32)), trace(along(55, 90), -1.0), upright):
        assert len(join_traces([first, other])) == 2
