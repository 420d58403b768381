"""From a mask, or the analysis of a photo, to the drawing document."""

import json
from pathlib import Path as FilePath
from typing import Any

import cv2
import numpy as np
import pytest

from ml.drawing.document import Document, Path
from ml.drawing.errors import DrawingError
from ml.drawing.flat import REFUSALS, draw_flat, draw_from_analysis
from ml.drawing.profile import PROFILE
from tests.ml.drawing.shapes import HEIGHT, SHAPES, WIDTH, Shape, camisole, square, t_shirt, trousers

Json = dict[str, Any]


def silhouette(document: Document) -> Path:
    (part,) = document.views[0].layers[1].parts
    return part.paths[0]


def control_points(path: Path) -> np.ndarray:
    return np.array([value for segment in path.d for value in segment.points]).reshape(-1, 2)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_mirrored_flats_are_symmetric_and_upright(shape: Shape) -> None:
    document = draw_flat(shape.mask)
    view = document.views[0]
    assert (view.mirrored, view.axis, view.tilt) == (True, 105, 0)
    points = {tuple(point) for point in control_points(silhouette(document)).round(3).tolist()}
    mirrored = {(round(210 - x, 3), y) for x, y in points}
    assert mirrored == points


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("mirror", [True, False])
def test_flats_stay_within_the_sheet(shape: Shape, mirror: bool) -> None:
    document = draw_flat(shape.mask, mirror=mirror)
    left, top, right, bottom = document.bounds()
    assert left >= 15
    assert top >= 15
    assert right <= 195
    assert bottom <= 282
    assert max(right - left, bottom - top) > 150


def test_the_faithful_flat_lies_over_the_photo() -> None:
    shape = t_shirt(tilt=10)
    view = draw_flat(shape.mask, mirror=False).views[0]
    assert view.photo_to_drawing is not None
    a, b, c, d, e, f = view.photo_to_drawing
    assert b == c == 0
    assert a == d
    assert view.tilt == pytest.approx(10, abs=0.7)
    nodes = control_points(silhouette(draw_flat(shape.mask, mirror=False)))
    for corner in shape.corners:
        assert np.hypot(*(nodes - (corner * a + (e, f))).T).min() < 1.0


def test_the_mirrored_flat_tells_where_the_photo_lies() -> None:
    shape = t_shirt(tilt=10)
    document = draw_flat(shape.mask)
    view = document.views[0]
    assert view.photo_to_drawing is not None
    a, b, c, d, e, f = view.photo_to_drawing
    nodes = control_points(silhouette(document))
    for x, y in shape.corners:
        placed = (a * x + c * y + e, b * x + d * y + f)
        assert np.hypot(*(nodes - placed).T).min() < 1.5


@pytest.mark.parametrize("mirror", [True, False])
def test_a_large_mask_is_drawn_like_a_small_one(mirror: bool) -> None:
    small = draw_flat(t_shirt().mask, mirror=mirror)
    large = draw_flat(np.kron(t_shirt().mask, np.ones((6, 6), dtype=bool)), mirror=mirror)
    assert large.bounds() == pytest.approx(small.bounds(), abs=0.6)
    maps = [np.array(document.views[0].photo_to_drawing) for document in (small, large)]
    assert maps[1][:4] * 6 == pytest.approx(maps[0][:4], abs=0.003)
    assert maps[1][4:] == pytest.approx(maps[0][4:], abs=0.6)


def test_parts_have_stable_names() -> None:
    document = draw_flat(t_shirt().mask, garment_type="t-shirt", view="back")
    parts = {part.id: part for part in document.views[0].parts()}
    assert list(parts) == ["back-silhouette", "back-cb"]
    assert parts["back-silhouette"].name.ja == "Tシャツのシルエット"
    assert (parts["back-cb"].kind, parts["back-cb"].texts[0].text) == ("centre_back", "CB")
    assert [layer.id for layer in document.views[0].layers] == [layer.id for layer in PROFILE.layers]


def test_the_centre_line_runs_from_above_the_neck_to_below_the_hem() -> None:
    document = draw_flat(trousers().mask)
    line = control_points(document.views[0].layers[7].parts[0].paths[0])
    nodes = control_points(silhouette(document))
    on_axis = nodes[nodes[:, 0] == 105]
    assert line[:, 0].tolist() == [105, 105]
    assert line[:, 1] == pytest.approx([on_axis[:, 1].min() - 6, on_axis[:, 1].max() + 6], abs=0.002)


@pytest.mark.parametrize("mirror", [True, False])
def test_straps_leave_two_openings(mirror: bool) -> None:
    path = silhouette(draw_flat(camisole().mask, mirror=mirror))
    assert len(path.rings()) == 3
    assert len(path.nodes) < 40


def test_the_score_tells_a_garment_that_is_not_symmetric() -> None:
    whole = draw_flat(t_shirt().mask).views[0].symmetry
    folded = draw_flat(t_shirt(folded=True).mask).views[0].symmetry
    assert whole is not None
    assert folded is not None
    assert folded < 0.95 < whole


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"view": "top"}, "unknown_view"),
        ({"garment_type": "kilt"}, "unknown_garment"),
        ({"mask": np.zeros((90, 90), dtype=bool)}, "mask_empty"),
        ({"mask": np.eye(6, dtype=bool)}, "mask_too_small"),
    ],
)
def test_what_cannot_be_drawn_is_refused(values: Json, code: str) -> None:
    arguments: Json = {"mask": square().mask, **values}
    with pytest.raises(DrawingError) as caught:
        draw_flat(arguments.pop("mask"), **arguments)
    assert caught.value.code == code


def analysis(**changes: object) -> Json:
    """An analysis as the command line prints it."""
    values: Json = {
        "photo": "shirt.jpg",
        "width": WIDTH,
        "height": HEIGHT,
        "garment": {"type": "t-shirt", "confidence": 0.9, "alternatives": []},
        "view": "front",
        "mask": "shirt.mask.png",
        "outline": t_shirt().polygon.tolist(),
        "refused": None,
    }
    read: Json = json.loads(json.dumps({**values, **changes}))
    return read


def test_an_analysis_is_drawn_from_its_mask_beside_the_json(tmp_path: FilePath) -> None:
    cv2.imwrite(str(tmp_path / "shirt.mask.png"), trousers().mask.astype(np.uint8) * 255)
    drawn = draw_from_analysis(analysis(), mirror=True, base=tmp_path)
    assert silhouette(drawn) == silhouette(draw_flat(trousers().mask))


def test_without_the_mask_the_outline_is_drawn() -> None:
    drawn = silhouette(draw_from_analysis(analysis(), mirror=False))
    wanted = silhouette(draw_flat(t_shirt().mask, mirror=False))
    assert drawn.bounds() == pytest.approx(wanted.bounds(), abs=0.4)


@pytest.mark.parametrize("view", [None, "unclear"])
def test_a_view_that_could_not_be_told_is_the_front(view: str | None) -> None:
    assert draw_from_analysis(analysis(view=view), mirror=True).views[0].id == "front"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        *[({"refused": reason, "garment": None}, reason) for reason in REFUSALS],
        ({"refused": "too_dark"}, "too_dark"),
        ({"error": "truncated file"}, "analysis_failed"),
        ({"error": {"code": "truncated", "text": "The file is truncated."}}, "analysis_failed"),
        ({"outline": [], "mask": None}, "no_outline"),
        ({"outline": None}, "no_outline"),
        ({"outline": [[1, 2], [3]]}, "bad_analysis"),
        ({"outline": "M0 0"}, "bad_analysis"),
        ({"outline": [[1, 2], [3, 4]]}, "bad_analysis"),
        ({"width": None}, "bad_analysis"),
        ({"height": -3}, "bad_analysis"),
        ({"width": True}, "bad_analysis"),
        ({"garment": "t-shirt"}, "bad_analysis"),
        ({"garment": {"type": 3}}, "bad_analysis"),
        ({"garment": {"type": "kilt"}}, "unknown_garment"),
        ({"view": "top"}, "unknown_view"),
        ({"view": 1}, "bad_analysis"),
        ({"mask": 5}, "bad_analysis"),
    ],
)
def test_an_analysis_that_cannot_be_drawn_says_why(changes: Json, code: str) -> None:
    with pytest.raises(DrawingError) as caught:
        draw_from_analysis(analysis(**changes), mirror=True)
    assert caught.value.code == code
    assert caught.value.text.endswith(".")


@pytest.mark.parametrize("content", [b"no picture", b""])
def test_a_damaged_mask_is_refused(tmp_path: FilePath, content: bytes) -> None:
    (tmp_path / "shirt.mask.png").write_bytes(content)
    with pytest.raises(DrawingError) as caught:
        draw_from_analysis(analysis(), mirror=True, base=tmp_path)
    assert caught.value.code == "bad_mask"


def test_a_mask_of_another_photo_is_refused(tmp_path: FilePath) -> None:
    cv2.imwrite(str(tmp_path / "shirt.mask.png"), np.zeros((20, 20), np.uint8))
    with pytest.raises(DrawingError) as caught:
        draw_from_analysis(analysis(), mirror=True, base=tmp_path)
    assert caught.value.code == "bad_mask"
