"""Rows of stitches in the topstitch layer: placed, cut, mirrored and merged."""

from typing import Any

import numpy as np
import pytest

from ml.drawing.document import Document, Part
from ml.drawing.errors import DrawingError
from ml.drawing.flat import draw_flat, draw_from_analysis
from ml.drawing.svg import serialise
from tests.ml.drawing.shapes import HEIGHT, WIDTH, t_shirt, trousers

Line = list[list[float]]
SHIRT = t_shirt()
AXIS = 240.0
"""The shirt's centre line in its picture."""

LEFT: Line = [[190.0, 300.0], [186.0, 380.0], [190.0, 460.0]]


def mirrored(line: Line, away: float = 0.0) -> Line:
    return [[2 * AXIS - x + away, y + away] for x, y in line]


def rows(document: Document) -> tuple[Part, ...]:
    (layer,) = (layer for layer in document.views[0].layers if layer.id == "topstitch")
    return layer.parts


def points(part: Part, number: int = 0) -> np.ndarray:
    values = [value for segment in part.paths[number].d for value in segment.points]
    return np.array(values).reshape(-1, 2)


def test_no_stitch_lines_is_an_empty_layer() -> None:
    assert rows(draw_flat(SHIRT.mask)) == ()


def test_a_faithful_row_lies_where_it_was_seen() -> None:
    document = draw_flat(SHIRT.mask, mirror=False, stitch_lines=[LEFT])
    (part,) = rows(document)
    assert (part.id, part.kind, part.provenance) == ("front-topstitch-1", "topstitch", "estimated")
    assert [path.role for path in part.paths] == ["topstitch"]
    assert not part.paths[0].closed
    assert len(part.paths[0].nodes) <= 4
    assert document.views[0].photo_to_drawing is not None
    a, b, c, d, e, f = document.views[0].photo_to_drawing
    ends = [(a * x + c * y + e, b * x + d * y + f) for x, y in (LEFT[0], LEFT[-1])]
    assert points(part)[[0, -1]] == pytest.approx(np.array(ends), abs=0.6)


def test_a_mirrored_row_is_drawn_on_both_sides() -> None:
    (part,) = rows(draw_flat(SHIRT.mask, stitch_lines=[LEFT]))
    left, right = points(part, 0), points(part, 1)
    assert [path.id for path in part.paths] == ["front-topstitch-1-left", "front-topstitch-1-right"]
    assert (left[:, 0] < 105).all()
    assert sorted(map(tuple, right.round(3))) == sorted((round(210 - x, 3), y) for x, y in left)


def test_the_better_seen_side_leads() -> None:
    short = mirrored(LEFT[:2], away=3)
    for lines in ([LEFT, short], [short, LEFT]):
        (part,) = rows(draw_flat(SHIRT.mask, stitch_lines=lines))
        (alone,) = rows(draw_flat(SHIRT.mask, stitch_lines=[LEFT]))
        assert points(part) == pytest.approx(points(alone), abs=0.01)


def test_the_right_side_leads_where_it_is_longer() -> None:
    (part,) = rows(draw_flat(SHIRT.mask, stitch_lines=[LEFT[:2], mirrored(LEFT)]))
    (alone,) = rows(draw_flat(SHIRT.mask, stitch_lines=[mirrored(LEFT)]))
    assert points(part) == pytest.approx(points(alone), abs=0.01)


def test_two_rows_of_a_seam_stay_two() -> None:
    second = [[x + 5, y] for x, y in LEFT]
    parts = rows(draw_flat(SHIRT.mask, stitch_lines=[LEFT, second, mirrored(LEFT[:2])]))
    assert len(parts) == 2
    assert all(len(part.paths) == 2 for part in parts)


def test_rows_of_different_seams_are_all_mirrored() -> None:
    pocket = [[200.0, 220.0], [225.0, 222.0], [215.0, 250.0]]
    parts = rows(draw_flat(SHIRT.mask, stitch_lines=[LEFT, mirrored(pocket)]))
    assert len(parts) == 2


def test_what_lies_on_the_centre_line_is_drawn_once() -> None:
    fly = [[250.0, 250.0], [252.0, 300.0], [243.0, 320.0]]
    (part,) = rows(draw_flat(SHIRT.mask, stitch_lines=[fly]))
    assert len(part.paths) == 1
    assert (points(part)[:, 0] > 104).all()


def test_a_hem_goes_across_as_one_symmetric_row() -> None:
    low = HEIGHT * 0.78
    hem = [[170.0, low], [240.0, low + 4], [310.0, low]]
    (part,) = rows(draw_flat(SHIRT.mask, stitch_lines=[hem]))
    (path,) = part.paths
    row = points(part)
    assert np.array(sorted(row.tolist())) == pytest.approx(
        np.array(sorted((row * (-1, 1) + (210, 0)).tolist())), abs=0.002
    )
    assert row[:, 0].min() < 90 < 120 < row[:, 0].max()
    assert len(path.nodes) <= 7


def test_what_lies_outside_the_garment_is_cut_off() -> None:
    across = [[5.0, 380.0], [470.0, 380.0]]
    (part,) = rows(draw_flat(SHIRT.mask, mirror=False, stitch_lines=[across]))
    inside = np.flatnonzero(SHIRT.mask[380])
    document = draw_flat(SHIRT.mask, mirror=False)
    assert document.views[0].photo_to_drawing is not None
    a, _, _, _, e, _ = document.views[0].photo_to_drawing
    ends = points(part)[[0, -1], 0]
    assert ends == pytest.approx([a * inside[0] + e, a * (inside[-1] + 1) + e], abs=1.5)
    assert rows(draw_flat(SHIRT.mask, stitch_lines=[[[5.0, 5.0], [8.0, 60.0]]])) == ()


def test_rows_are_numbered_from_top_to_bottom_whatever_their_order() -> None:
    lower = [[200.0, 400.0], [205.0, 470.0]]
    one = rows(draw_flat(trousers().mask, mirror=False, stitch_lines=[LEFT, lower]))
    other = rows(draw_flat(trousers().mask, mirror=False, stitch_lines=[lower, LEFT]))
    assert one == other


def test_the_svg_draws_rows_dashed() -> None:
    svg = serialise(draw_flat(SHIRT.mask, stitch_lines=[LEFT]))
    assert 'data-part-kind="topstitch"' in svg
    assert 'stroke-width="0.18"' in svg
    assert 'stroke-dasharray="1.2 0.8"' in svg


def test_a_document_with_rows_survives_json() -> None:
    document = draw_flat(SHIRT.mask, stitch_lines=[LEFT, mirrored(LEFT)])
    assert Document.from_json(document.to_json()) == document


def analysis(**changes: Any) -> dict[str, Any]:
    outline = SHIRT.polygon.tolist()
    return {"width": WIDTH, "height": HEIGHT, "mask": None, "outline": outline, "garment": None, **changes}


def test_an_analysis_brings_its_stitch_lines() -> None:
    assert len(rows(draw_from_analysis(analysis(stitch_lines=[LEFT])))) == 1
    assert rows(draw_from_analysis(analysis(stitch_lines=[]))) == ()
    assert rows(draw_from_analysis(analysis())) == ()


@pytest.mark.parametrize(
    "lines",
    [
        "none",
        5,
        None,
        [5],
        [[[1.0, 2.0]]],
        [[[1.0], [2.0]]],
        [[["a", 2.0], [3.0, 4.0]]],
        [[[1.0, float("nan")], [3.0, 4.0]]],
        [[[1.0, 2.0], [3.0, 4e9]]],
        [LEFT] * 121,
    ],
)
def test_damaged_stitch_lines_are_refused(lines: Any) -> None:
    with pytest.raises(DrawingError) as caught:
        draw_from_analysis(analysis(stitch_lines=lines))
    assert caught.value.code == "bad_analysis"
