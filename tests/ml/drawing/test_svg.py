"""The SVG is a deterministic projection of the document in the profile that Inkscape and Illustrator open."""

from dataclasses import replace
from pathlib import Path as FilePath

import pytest
from lxml import etree

from ml.drawing.document import Document, Layer, Name, Text
from ml.drawing.flat import draw_flat
from ml.drawing.profile import LAYERS
from ml.drawing.svg import INKSCAPE, SVG, StyleHeader, serialise
from tests.ml.drawing.shapes import t_shirt
from tests.ml.drawing.test_document import pocket

GOLDEN = FilePath(__file__).parent / "golden" / "pocket.svg"
HEADER = StyleHeader("TS-001", "Pocket shirt", "front", 3, "Techpack Studio 0.1", "estimated from one photo")
ALLOWED = {"svg", "title", "metadata", "g", "path", "text"}


def tree(document: Document, header: StyleHeader | None = None) -> etree._Element:
    return etree.fromstring(serialise(document, header).encode())


def test_the_golden_file() -> None:
    assert serialise(pocket(), HEADER) == GOLDEN.read_text(encoding="utf-8")


def test_equal_documents_give_equal_bytes() -> None:
    one, two = (serialise(draw_flat(t_shirt().mask, garment_type="t-shirt")) for _ in range(2))
    assert one == two


def test_the_root_is_in_millimetres() -> None:
    root = tree(draw_flat(t_shirt().mask))
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("210mm", "297mm", "0 0 210 297")


def test_every_layer_is_a_layer_for_inkscape_and_has_a_name_for_illustrator() -> None:
    groups = tree(pocket()).findall(f"{{{SVG}}}g")
    assert [group.get("id") for group in groups] == list(LAYERS)
    for group in groups:
        assert group.get(f"{{{INKSCAPE}}}groupmode") == "layer"
        assert group.get(f"{{{INKSCAPE}}}label") == group.get("data-name")
        assert len((group.get("stroke-dasharray") or "").split()) <= 6


def test_parts_say_what_they_are() -> None:
    part = tree(pocket()).find(f".//{{{SVG}}}g[@id='front-pocket-1']")
    assert part is not None
    assert {str(name): str(value) for name, value in part.attrib.items()} == {
        "id": "front-pocket-1",
        "data-view": "front",
        "data-part-kind": "pocket",
        "data-term": "patch-pocket",
        "data-pom": "K1",
        "data-stitch": "301",
        "data-provenance": "confirmed",
    }
    assert part.findtext(f"{{{SVG}}}title") == "Patch pocket / 貼りポケット"


def test_a_stitch_in_another_layer_keeps_its_dashes() -> None:
    stitch = tree(pocket()).find(f".//{{{SVG}}}path[@id='front-pocket-1-stitch']")
    assert stitch is not None
    assert (stitch.get("stroke-width"), stitch.get("stroke-dasharray")) == ("0.18", "1.2 0.8")


HOSTILE = [
    "</title><script>alert(1)</script>",
    '"><image href="https://evil.example/x"/>',
    "]]><!ENTITY x SYSTEM 'file:///etc/passwd'>&x;",
    "bell \x07 null \x00 escape \x1b[31m",
    "turned \u202e round",
    "half a \ud83d pair",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    document = pocket()
    view = document.views[0]
    label = Text("front-label", 5, 5, 3, text)
    layers = tuple(
        Layer(layer.id, tuple(replace(part, name=Name(text, text), texts=(label,)) for part in layer.parts))
        for layer in view.layers[:1]
    )
    document = replace(document, views=(replace(view, title=Name(text, text), layers=layers),))
    svg = serialise(document, StyleHeader(text, text, text, 1, text, text))
    root = etree.fromstring(svg.encode("utf-8"), etree.XMLParser(resolve_entities=False))
    names = {
        etree.QName(element).localname for element in root.iter() if etree.QName(element).namespace == SVG
    }
    assert names <= ALLOWED
    attributes = {str(name) for element in root.iter() for name in element.attrib}
    assert not [name for name in attributes if "style" in name or name.startswith("on")]
    readable = "".join(sign for sign in text if sign.isprintable())
    assert root.findtext(f".//{{{SVG}}}text") == readable


def test_openings_are_cut_out_and_nodes_are_told_to_inkscape() -> None:
    path = tree(pocket()).find(f".//{{{SVG}}}path[@id='front-silhouette-outline']")
    assert path is not None
    assert path.get("fill-rule") == "evenodd"
    assert path.get("{http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd}nodetypes") == "scccs"


def test_revisions_count_from_one() -> None:
    with pytest.raises(ValueError, match="revisions"):
        StyleHeader(revision=0)
