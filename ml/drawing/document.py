"""The drawing document, the source of truth of every flat: views, layers and parts with stable ids.

All lengths are millimetres on the sheet, x to the right and y down, held to 0.001 mm. Every type checks
itself when it is made and raises ``DocumentError``. ``Document.from_json`` reads strictly, ``to_json``
writes the same values in the same order for equal documents.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ml.drawing import reading
from ml.drawing.errors import DocumentError
from ml.drawing.marks import LONGEST_TEXT, Box, Path, Segment, Text, check_id, millimetres
from ml.drawing.profile import LAYERS, PROFILE, Name

__all__ = ["Document", "Layer", "Name", "Part", "Path", "Segment", "Text", "View"]

VERSION = 1
UNITS = "mm"

_KIND = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}")


def _check_name(name: Name) -> None:
    for language, text in (("en", name.en), ("ja", name.ja)):
        if not text.strip() or len(text) > LONGEST_TEXT:
            raise DocumentError(
                "bad_name", f"the {language} name is empty or above {LONGEST_TEXT} characters"
            )


def _name_from_json(data: object) -> Name:
    fields = reading.fields(data, ("en", "ja"))
    return Name(*(reading.at(language, reading.text, fields[language]) for language in ("en", "ja")))


@dataclass(frozen=True)
class Part:
    """Something of the garment or of the drawing that has a name: silhouette, pocket, seam, centre
    line.

    ``term`` is a glossary concept, ``pom`` a point of measure, ``stitch`` an ISO 4915 stitch type.
    """

    id: str
    kind: str
    name: Name
    provenance: str
    paths: tuple[Path, ...] = ()
    texts: tuple[Text, ...] = ()
    term: str | None = None
    pom: str | None = None
    stitch: str | None = None

    def __post_init__(self) -> None:
        check_id(self.id)
        _check_name(self.name)
        if not _KIND.fullmatch(self.kind) or len(self.kind) > 64:
            raise DocumentError("bad_kind", f"{self.kind[:80]!r} is not a part kind: use lower_snake_case")
        if self.provenance not in PROFILE.provenances:
            raise DocumentError("bad_provenance", f"a provenance is one of {', '.join(PROFILE.provenances)}")
        for value in (self.term, self.pom, self.stitch):
            if value is not None and not _REFERENCE.fullmatch(value):
                raise DocumentError("bad_reference", f"{value[:80]!r} is no code of a term, POM or stitch")

    @property
    def marks(self) -> tuple[Path | Text, ...]:
        """The paths and texts of the part."""
        return *self.paths, *self.texts

    def to_json(self) -> dict[str, Any]:
        """The part as JSON values."""
        return {
            "id": self.id,
            "kind": self.kind,
            "name": {"en": self.name.en, "ja": self.name.ja},
            "provenance": self.provenance,
            "term": self.term,
            "pom": self.pom,
            "stitch": self.stitch,
            "paths": [path.to_json() for path in self.paths],
            "texts": [text.to_json() for text in self.texts],
        }

    @classmethod
    def from_json(cls, data: object) -> Part:
        """Read what ``to_json`` writes."""
        keys = ("id", "kind", "name", "provenance", "term", "pom", "stitch", "paths", "texts")
        fields = reading.fields(data, keys)
        return cls(
            id=reading.at("id", reading.text, fields["id"]),
            kind=reading.at("kind", reading.text, fields["kind"]),
            name=reading.at("name", _name_from_json, fields["name"]),
            provenance=reading.at("provenance", reading.text, fields["provenance"]),
            term=reading.at("term", reading.optional(reading.text), fields["term"]),
            pom=reading.at("pom", reading.optional(reading.text), fields["pom"]),
            stitch=reading.at("stitch", reading.optional(reading.text), fields["stitch"]),
            paths=reading.at("paths", reading.each(Path.from_json), fields["paths"]),
            texts=reading.at("texts", reading.each(Text.from_json), fields["texts"]),
        )


@dataclass(frozen=True)
class Layer:
    """One layer of the fixed table with its parts, lowest first."""

    id: str
    parts: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        if self.id not in LAYERS:
            raise DocumentError("unknown_layer", f"{self.id[:40]!r} is not one of {', '.join(LAYERS)}")
        if self.id == "silhouette":
            for path in (path for part in self.parts for path in part.paths):
                if path.role == "outline" and not path.closed:
                    raise DocumentError("silhouette_open", f"the silhouette {path.id!r} is not closed")

    def to_json(self) -> dict[str, Any]:
        """The layer as JSON values."""
        return {"id": self.id, "parts": [part.to_json() for part in self.parts]}

    @classmethod
    def from_json(cls, data: object) -> Layer:
        """Read what ``to_json`` writes."""
        fields = reading.fields(data, ("id", "parts"))
        return cls(
            id=reading.at("id", reading.text, fields["id"]),
            parts=reading.at("parts", reading.each(Part.from_json), fields["parts"]),
        )


@dataclass(frozen=True)
class View:
    """The garment from one side.

    ``photo_to_drawing`` (a, b, c, d, e, f) maps continuous pixels of the upright photo (a pixel is the
    square from (j, i) to (j + 1, i + 1)) to millimetres as in SVG: x' = a·x + c·y + e, y' = b·x + d·y +
    f. ``axis`` is the x of the centre line half-way down the garment, ``tilt`` its angle in degrees
    clockwise from upright (0 when mirrored), ``symmetry`` the overlap (IoU, 0 to 1) of the photographed
    garment with its mirror image.
    """

    id: str
    title: Name
    mirrored: bool
    axis: float
    layers: tuple[Layer, ...]
    photo_to_drawing: tuple[float, ...] | None = None
    tilt: float = 0.0
    symmetry: float | None = None

    def __post_init__(self) -> None:
        check_id(self.id)
        _check_name(self.title)
        object.__setattr__(self, "axis", millimetres(self.axis))
        object.__setattr__(self, "tilt", millimetres(self.tilt, -90, 90))
        if self.mirrored and self.tilt:
            raise DocumentError("out_of_range", "a mirrored view has an upright axis: its tilt is 0")
        if self.symmetry is not None:
            object.__setattr__(self, "symmetry", millimetres(self.symmetry, 0, 1))
        if self.photo_to_drawing is not None:
            object.__setattr__(self, "photo_to_drawing", _affine(self.photo_to_drawing))
        order = [list(LAYERS).index(layer.id) for layer in self.layers]
        if any(second <= first for first, second in pairwise(order)):
            raise DocumentError("layer_order", "layers come once each, in the order of the profile")

    def parts(self) -> Iterator[Part]:
        """All parts, layer by layer from the lowest."""
        for layer in self.layers:
            yield from layer.parts

    def to_json(self) -> dict[str, Any]:
        """The view as JSON values."""
        return {
            "id": self.id,
            "title": {"en": self.title.en, "ja": self.title.ja},
            "mirrored": self.mirrored,
            "axis": self.axis,
            "tilt": self.tilt,
            "symmetry": self.symmetry,
            "photo_to_drawing": None if self.photo_to_drawing is None else list(self.photo_to_drawing),
            "layers": [layer.to_json() for layer in self.layers],
        }

    @classmethod
    def from_json(cls, data: object) -> View:
        """Read what ``to_json`` writes."""
        keys = ("id", "title", "mirrored", "axis", "tilt", "symmetry", "photo_to_drawing", "layers")
        fields = reading.fields(data, keys)
        numbers = reading.optional(reading.each(reading.number))
        return cls(
            id=reading.at("id", reading.text, fields["id"]),
            title=reading.at("title", _name_from_json, fields["title"]),
            mirrored=reading.at("mirrored", reading.flag, fields["mirrored"]),
            axis=reading.at("axis", reading.number, fields["axis"]),
            tilt=reading.at("tilt", reading.number, fields["tilt"]),
            symmetry=reading.at("symmetry", reading.optional(reading.number), fields["symmetry"]),
            photo_to_drawing=reading.at("photo_to_drawing", numbers, fields["photo_to_drawing"]),
            layers=reading.at("layers", reading.each(Layer.from_json), fields["layers"]),
        )


def _affine(values: tuple[float, ...]) -> tuple[float, ...]:
    """Six numbers of an invertible map, rounded."""
    if len(values) != 6:
        raise DocumentError("wrong_type", "photo_to_drawing has six numbers")
    if not all(math.isfinite(value) for value in values):
        raise DocumentError("not_finite", "a number is infinite or not a number")
    a, b, c, d = values[:4]
    if abs(a * d - b * c) < 1e-12:
        raise DocumentError("out_of_range", "photo_to_drawing cannot be inverted")
    # Nine decimals: over a photo of 10,000 pixels that is a hundredth of a micrometre.
    return tuple(round(float(value), 9) + 0.0 for value in values)


@dataclass(frozen=True)
class Document:
    """A drawing: a sheet of ``width`` by ``height`` millimetres with one or more views."""

    width: float
    height: float
    views: tuple[View, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "width", millimetres(self.width, 10, 5000))
        object.__setattr__(self, "height", millimetres(self.height, 10, 5000))
        if not self.views:
            raise DocumentError("no_view", "a drawing has at least one view")
        # The SVG gives its layer groups the ids of the layers.
        _check_unique([*LAYERS, *self._ids()])

    def _ids(self) -> Iterator[str]:
        for view in self.views:
            yield view.id
            for part in view.parts():
                yield part.id
                yield from (mark.id for mark in part.marks)

    def bounds(self) -> Box:
        """The smallest box around all paths and texts (strokes not counted); the whole sheet without
        any.
        """
        boxes = [mark.bounds() for view in self.views for part in view.parts() for mark in part.marks]
        if not boxes:
            return 0.0, 0.0, self.width, self.height
        left, top, right, bottom = zip(*boxes, strict=True)
        return min(left), min(top), max(right), max(bottom)

    def to_json(self) -> dict[str, Any]:
        """The document as plain JSON values; equal documents give equal values in one order of keys."""
        return {
            "version": VERSION,
            "units": UNITS,
            "width": self.width,
            "height": self.height,
            "views": [view.to_json() for view in self.views],
        }

    @classmethod
    def from_json(cls, data: object) -> Document:
        """Read what ``to_json`` writes; anything else raises ``DocumentError`` with code, sentence and
        place.
        """
        fields = reading.fields(data, ("version", "units", "width", "height", "views"))
        if fields["version"] != VERSION or isinstance(fields["version"], bool):
            raise DocumentError("unsupported_version", f"only version {VERSION} is known", "version")
        if fields["units"] != UNITS:
            raise DocumentError("bad_units", "a drawing is in millimetres: units is 'mm'", "units")
        return cls(
            width=reading.at("width", reading.number, fields["width"]),
            height=reading.at("height", reading.number, fields["height"]),
            views=reading.at("views", reading.each(View.from_json), fields["views"]),
        )


def _check_unique(ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in ids:
        if value in seen:
            raise DocumentError("duplicate_id", f"the id {value!r} occurs twice")
        seen.add(value)
