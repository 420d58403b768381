"""The drawing document checks itself, and survives JSON unchanged."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from ml.drawing.document import Document, Layer, Name, Part, Path, Segment, View
from ml.drawing.errors import DocumentError
from ml.drawing.flat import draw_flat
from ml.drawing.profile import LAYERS, PROFILE
from tests.ml.drawing.shapes import camisole, t_shirt

Json = dict[str, Any]


def pocket() -> Document:
    """A small document with every kind of entry."""
    outline = Path(
        "front-silhouette-outline",
        "outline",
        (
            Segment("M", (10, 10)),
            Segment("C", (20, 5, 40, 5, 50, 10)),
            Segment("L", (50, 60)),
            Segment("L", (10, 60)),
            Segment("Z"),
        ),
        True,
        ("smooth", "corner", "corner", "corner"),
    )
    stitch = Path(
        "front-pocket-1-stitch",
        "topstitch",
        (Segment("M", (20, 30)), Segment("L", (20.12345, 40))),
        False,
        ("corner", "corner"),
    )
    shirt = Part("front-silhouette", "silhouette", Name("Shirt", "シャツ"), "estimated", (outline,))
    patch = Part(
        "front-pocket-1",
        "pocket",
        Name("Patch pocket", "貼りポケット"),
        "confirmed",
        (stitch,),
        term="patch-pocket",
        pom="K1",
        stitch="301",
    )
    layers = (Layer("silhouette", (shirt,)), Layer("details", (patch,)))
    view = View("front", Name("Front", "前"), False, 30, layers, (0.5, 0, 0, 0.5, 1 / 3, 2), 1.5, 0.98765)
    return Document(100, 80, (view,))


@pytest.mark.parametrize(
    "document",
    [pocket(), draw_flat(t_shirt().mask, garment_type="t-shirt"), draw_flat(camisole().mask, mirror=False)],
    ids=["pocket", "mirrored", "faithful"],
)
def test_json_round_trip(document: Document) -> None:
    text = json.dumps(document.to_json(), ensure_ascii=False, allow_nan=False)
    again = Document.from_json(json.loads(text))
    assert again == document
    assert json.dumps(again.to_json(), ensure_ascii=False) == text


def test_coordinates_are_held_to_a_thousandth_of_a_millimetre() -> None:
    path = pocket().views[0].layers[1].parts[0].paths[0]
    assert path.d[1].points == (20.123, 40.0)
    assert pocket().views[0].symmetry == 0.988


def test_whole_numbers_from_a_browser_are_read() -> None:
    data = json.loads(json.dumps(pocket().to_json()).replace(".0,", ",").replace(".0]", "]"))
    assert Document.from_json(data) == pocket()


def part(data: Json) -> Json:
    value: Json = data["views"][0]["layers"][0]["parts"][0]
    return value


def path(data: Json) -> Json:
    value: Json = part(data)["paths"][0]
    return value


WRONG: list[tuple[str, Callable[[Json], object], str, str]] = [
    ("an unknown key", lambda d: d.update(colour="red"), "unknown_key", ""),
    (
        "an unknown key of a path",
        lambda d: path(d).update(style="x"),
        "unknown_key",
        "views[0].layers[0].parts[0].paths[0]",
    ),
    ("a missing key", lambda d: d.pop("width"), "missing_key", ""),
    ("another version", lambda d: d.update(version=2), "unsupported_version", "version"),
    ("true as the version", lambda d: d.update(version=True), "unsupported_version", "version"),
    ("inches", lambda d: d.update(units="in"), "bad_units", "units"),
    ("no view", lambda d: d.update(views=[]), "no_view", ""),
    ("a view that is a text", lambda d: d.update(views=["front"]), "wrong_type", "views[0]"),
    ("views that are an object", lambda d: d.update(views={}), "wrong_type", "views"),
    ("a width that is a text", lambda d: d.update(width="210"), "wrong_type", "width"),
    ("a width of nothing", lambda d: d.update(width=0), "out_of_range", ""),
    (
        "not a number",
        lambda d: path(d)["d"][0].__setitem__(1, float("nan")),
        "not_finite",
        "views[0].layers[0].parts[0].paths[0].d[0]",
    ),
    (
        "infinity",
        lambda d: path(d)["d"][1].__setitem__(1, float("inf")),
        "not_finite",
        "views[0].layers[0].parts[0].paths[0].d[1]",
    ),
    (
        "a huge integer",
        lambda d: path(d)["d"][0].__setitem__(1, 10**400),
        "out_of_range",
        "views[0].layers[0].parts[0].paths[0].d[0]",
    ),
    (
        "far off the sheet",
        lambda d: path(d)["d"][0].__setitem__(1, 1e6),
        "out_of_range",
        "views[0].layers[0].parts[0].paths[0].d[0]",
    ),
    (
        "a relative command",
        lambda d: path(d)["d"][1].__setitem__(0, "c"),
        "bad_path",
        "views[0].layers[0].parts[0].paths[0].d[1]",
    ),
    (
        "a missing number",
        lambda d: path(d)["d"][1].pop(),
        "bad_path",
        "views[0].layers[0].parts[0].paths[0].d[1]",
    ),
    (
        "true as a number",
        lambda d: path(d)["d"][0].__setitem__(1, True),
        "wrong_type",
        "views[0].layers[0].parts[0].paths[0].d[0]",
    ),
    (
        "an empty segment",
        lambda d: path(d)["d"].__setitem__(0, []),
        "wrong_type",
        "views[0].layers[0].parts[0].paths[0].d[0]",
    ),
    (
        "a path that starts with L",
        lambda d: path(d)["d"].pop(0),
        "bad_path",
        "views[0].layers[0].parts[0].paths[0]",
    ),
    (
        "a path without segments",
        lambda d: path(d).update(d=[]),
        "bad_path",
        "views[0].layers[0].parts[0].paths[0]",
    ),
    (
        "a closed path without Z",
        lambda d: path(d)["d"].pop(),
        "bad_path",
        "views[0].layers[0].parts[0].paths[0]",
    ),
    (
        "Z in the middle",
        lambda d: path(d)["d"].insert(2, ["Z"]),
        "bad_path",
        "views[0].layers[0].parts[0].paths[0]",
    ),
    (
        "one node kind too few",
        lambda d: path(d)["nodes"].pop(),
        "bad_nodes",
        "views[0].layers[0].parts[0].paths[0]",
    ),
    (
        "an unknown node kind",
        lambda d: path(d)["nodes"].__setitem__(0, "cusp"),
        "bad_nodes",
        "views[0].layers[0].parts[0].paths[0]",
    ),
    (
        "an unknown role",
        lambda d: path(d).update(role="shadow"),
        "unknown_role",
        "views[0].layers[0].parts[0].paths[0]",
    ),
    (
        "an open silhouette",
        lambda d: (path(d)["d"].pop(), path(d).update(closed=False)),
        "silhouette_open",
        "views[0].layers[0]",
    ),
    (
        "an id with a space",
        lambda d: part(d).update(id="front silhouette"),
        "bad_id",
        "views[0].layers[0].parts[0]",
    ),
    (
        "an id that is markup",
        lambda d: part(d).update(id='x"><script>'),
        "bad_id",
        "views[0].layers[0].parts[0]",
    ),
    (
        "an id with a line break",
        lambda d: part(d).update(id="front\n"),
        "bad_id",
        "views[0].layers[0].parts[0]",
    ),
    ("an id used twice", lambda d: part(d).update(id="front-pocket-1"), "duplicate_id", ""),
    ("an id of a layer", lambda d: part(d).update(id="guides"), "duplicate_id", ""),
    (
        "a kind with capitals",
        lambda d: part(d).update(kind="Pocket"),
        "bad_kind",
        "views[0].layers[0].parts[0]",
    ),
    (
        "an unknown provenance",
        lambda d: part(d).update(provenance="guessed"),
        "bad_provenance",
        "views[0].layers[0].parts[0]",
    ),
    (
        "a POM that is markup",
        lambda d: part(d).update(pom='"onload="'),
        "bad_reference",
        "views[0].layers[0].parts[0]",
    ),
    ("an empty name", lambda d: part(d)["name"].update(ja=" "), "bad_name", "views[0].layers[0].parts[0]"),
    (
        "a name in one language",
        lambda d: part(d)["name"].pop("ja"),
        "missing_key",
        "views[0].layers[0].parts[0].name",
    ),
    (
        "an unknown layer",
        lambda d: d["views"][0]["layers"][0].update(id="shadow"),
        "unknown_layer",
        "views[0].layers[0]",
    ),
    ("layers out of order", lambda d: d["views"][0]["layers"].reverse(), "layer_order", "views[0]"),
    ("a map of five numbers", lambda d: d["views"][0]["photo_to_drawing"].pop(), "wrong_type", "views[0]"),
    (
        "a map that flattens",
        lambda d: d["views"][0].update(photo_to_drawing=[0] * 6),
        "out_of_range",
        "views[0]",
    ),
    (
        "a tilted axis of a mirrored view",
        lambda d: d["views"][0].update(mirrored=True),
        "out_of_range",
        "views[0]",
    ),
    ("mirrored as a number", lambda d: d["views"][0].update(mirrored=1), "wrong_type", "views[0].mirrored"),
    ("a symmetry above one", lambda d: d["views"][0].update(symmetry=1.5), "out_of_range", "views[0]"),
]


@pytest.mark.parametrize(
    ("change", "code", "where"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG]
)
def test_what_is_wrong_is_refused_with_its_place(
    change: Callable[[Json], object], code: str, where: str
) -> None:
    data = copy.deepcopy(pocket().to_json())
    change(data)
    with pytest.raises(DocumentError) as caught:
        Document.from_json(data)
    assert (caught.value.code, caught.value.where) == (code, where)
    assert caught.value.text.startswith(where)


@pytest.mark.parametrize("data", [None, [], "drawing", 3])
def test_a_document_is_an_object(data: object) -> None:
    with pytest.raises(DocumentError) as caught:
        Document.from_json(data)
    assert caught.value.code == "wrong_type"


def test_bounds_follow_the_curve_and_not_its_handles() -> None:
    left, top, right, bottom = pocket().bounds()
    assert (left, right, bottom) == (10, 50, 60)
    # Half-way along, a cubic between two nodes at 10 with both handles at 5 reaches 10 - 5 * 3 / 4.
    assert top == pytest.approx(6.25)


def test_the_profile_is_the_table_of_the_trade() -> None:
    weights = {layer.id: layer.stroke.width for layer in PROFILE.layers}
    assert list(LAYERS) == [
        "back-inside",
        "silhouette",
        "fabric",
        "panels",
        "details",
        "topstitch",
        "trims",
        "guides",
        "callouts",
        "measures",
    ]
    assert max(weights, key=weights.__getitem__) == "silhouette"
    assert (weights["silhouette"], weights["panels"], weights["details"], weights["topstitch"]) == (
        0.5,
        0.35,
        0.25,
        0.18,
    )
    assert LAYERS["topstitch"].stroke.dash == (1.2, 0.8)
    assert LAYERS["guides"].stroke.dash == (4, 1, 1, 1)
