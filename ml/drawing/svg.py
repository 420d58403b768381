"""The SVG of a drawing: a deterministic projection of the document.

The profile: root in millimetres with a matching viewBox, one group a layer that Inkscape and
Illustrator know as a layer, presentation attributes only (no style, no script), at most six dash
numbers, text as text. The tree is built by lxml, which escapes; characters that XML does not allow, or
that turn the direction of text, are removed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from ml.drawing.document import Document, Part, Path, Text, View
from ml.drawing.profile import PROFILE, LayerStyle, Name, Stroke

SVG = "http://www.w3.org/2000/svg"
INKSCAPE = "http://www.inkscape.org/namespaces/inkscape"
SODIPODI = "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
CC = "http://creativecommons.org/ns#"
DC = "http://purl.org/dc/elements/1.1/"
DCTERMS = "http://purl.org/dc/terms/"
TECHPACK = "urn:techpack-studio:drawing"
STILL_IMAGE = "http://purl.org/dc/dcmitype/StillImage"

_NAMESPACES: dict[Any, str] = {
    None: SVG,
    "inkscape": INKSCAPE,
    "sodipodi": SODIPODI,
    "rdf": RDF,
    "cc": CC,
    "dc": DC,
    "dcterms": DCTERMS,
    "techpack": TECHPACK,
}

# Controls, surrogates and non-characters, and the marks that reorder text (Unicode TR 9, "Trojan Source").
_REMOVED = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


@dataclass(frozen=True)
class StyleHeader:
    """What the metadata of an SVG says about the style it belongs to; empty values are left out."""

    style_number: str = ""
    name: str = ""
    view: str = ""
    revision: int | None = None
    generator: str = "Techpack Studio"
    provenance: str = ""

    def __post_init__(self) -> None:
        if self.revision is not None and self.revision < 1:
            raise ValueError("revisions count from 1")


def serialise(document: Document, header: StyleHeader | None = None) -> str:
    """The document as an SVG file (UTF-8 text with an XML declaration); equal input gives equal bytes."""
    root = etree.Element(_tag(SVG, "svg"), nsmap=_NAMESPACES)
    width, height = _number(document.width), _number(document.height)
    _set(root, version="1.1", width=f"{width}mm", height=f"{height}mm", viewBox=f"0 0 {width} {height}")
    titles = " · ".join(_both(view.title) for view in document.views)
    header = header or StyleHeader()
    named = " ".join(part for part in (header.style_number, header.name) if part)
    _child(root, "title").text = _clean(f"{named} – {titles}" if named else titles)
    root.append(_metadata(header, titles))
    for style in PROFILE.layers:
        group = _child(root, "g")
        label = _both(style.name)
        _set(group, id=style.id, data_name=label)
        group.set(_tag(INKSCAPE, "groupmode"), "layer")
        group.set(_tag(INKSCAPE, "label"), label)
        _set(group, fill="none", stroke=PROFILE.ink, **_stroke(style.stroke))
        _set(group, stroke_linejoin="round", stroke_linecap="round")
        for view in document.views:
            for layer in view.layers:
                if layer.id == style.id:
                    for part in layer.parts:
                        _draw_part(group, part, view, style)
    etree.indent(root, space=" ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + etree.tostring(root, encoding="unicode") + "\n"


def _draw_part(group: etree._Element, part: Part, view: View, style: LayerStyle) -> None:
    element = _child(group, "g")
    _set(element, id=part.id, data_view=view.id, data_part_kind=part.kind)
    for key, value in (("data_term", part.term), ("data_pom", part.pom), ("data_stitch", part.stitch)):
        if value is not None:
            _set(element, **{key: value})
    _set(element, data_provenance=part.provenance)
    _child(element, "title").text = _both(part.name)
    for path in part.paths:
        _draw_path(element, path, style)
    for text in part.texts:
        _draw_text(element, text)


def _draw_path(group: etree._Element, path: Path, style: LayerStyle) -> None:
    element = _child(group, "path")
    _set(element, id=path.id, data_role=path.role)
    if path.closed and style.fill:
        _set(element, fill=PROFILE.paper, fill_rule="evenodd")
    stroke = PROFILE.roles[path.role]
    if stroke is not None and stroke != style.stroke:
        _set(element, **_stroke(stroke))
        if style.stroke.dash and not stroke.dash:
            _set(element, stroke_dasharray="none")
    _set(element, d=path_data(path))
    element.set(_tag(SODIPODI, "nodetypes"), _node_types(path))


def path_data(path: Path) -> str:
    """The ``d`` attribute: absolute commands, numbers with at most three decimals."""
    return " ".join(" ".join([segment.command, *map(_number, segment.points)]) for segment in path.d)


def _node_types(path: Path) -> str:
    """Inkscape's node types; it repeats the first node of a ring at the ring's end."""
    kinds = [PROFILE.node_kinds[kind] for kind in path.nodes]
    if not path.closed:
        return "".join(kinds)
    result, start = "", 0
    for ring in path.rings():
        ends = [segment.end for segment in ring if segment.command != "Z"]
        count = len(ends) - (ends[-1] == ends[0])
        result += "".join([*kinds[start : start + count], kinds[start]])
        start += count
    return result


def _draw_text(group: etree._Element, text: Text) -> None:
    element = _child(group, "text")
    _set(element, id=text.id, x=_number(text.x), y=_number(text.y), font_family=PROFILE.font)
    _set(element, font_size=_number(text.size), text_anchor=text.anchor, fill=PROFILE.ink, stroke="none")
    element.text = _clean(text.text)


def _metadata(header: StyleHeader, titles: str) -> etree._Element:
    """The style as RDF with Dublin Core terms, in the form that Inkscape reads and writes."""
    metadata = etree.Element(_tag(SVG, "metadata"))
    work = etree.SubElement(etree.SubElement(metadata, _tag(RDF, "RDF")), _tag(CC, "Work"))
    work.set(_tag(RDF, "about"), "")
    etree.SubElement(work, _tag(DC, "format")).text = "image/svg+xml"
    etree.SubElement(work, _tag(DC, "type")).set(_tag(RDF, "resource"), STILL_IMAGE)
    entries = (
        (DC, "identifier", header.style_number),
        (DC, "title", header.name),
        (DC, "subject", header.view or titles),
        (TECHPACK, "revision", "" if header.revision is None else str(header.revision)),
        (DCTERMS, "provenance", header.provenance),
    )
    for namespace, name, value in entries:
        if value:
            etree.SubElement(work, _tag(namespace, name)).text = _clean(value)
    if header.generator:
        creator = etree.SubElement(work, _tag(DC, "creator"))
        agent = etree.SubElement(creator, _tag(CC, "Agent"))
        etree.SubElement(agent, _tag(DC, "title")).text = _clean(header.generator)
    return metadata


def _tag(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}"


def _child(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, _tag(SVG, name))


def _set(element: etree._Element, **attributes: str) -> None:
    for name, value in attributes.items():
        element.set(name.replace("_", "-"), _clean(value))


def _stroke(stroke: Stroke) -> dict[str, str]:
    attributes = {"stroke_width": _number(stroke.width)}
    if stroke.dash:
        attributes["stroke_dasharray"] = " ".join(map(_number, stroke.dash))
    return attributes


def _number(value: float) -> str:
    return f"{value:.{PROFILE.decimals}f}".rstrip("0").rstrip(".")


def _both(name: Name) -> str:
    return _clean(f"{name.en} / {name.ja}")


def _clean(text: str) -> str:
    return _REMOVED.sub("", text)
