"""A tech pack as plain data: what the PDF and the workbook both print. Pure: no database, no clock."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.techpacks.labels import CHANGES, HEADER, PAGES, PROVENANCE, REASONS, STATES, VIEWS, Label, label
from ml.garment_types import NAMES
from ml.points_of_measure import PointOfMeasure, points, points_for


@dataclass(frozen=True)
class Flat:
    """One drawn view: its code, the revision number and the name of the SVG file beside the content."""

    view: str
    revision: int
    file: str


@dataclass(frozen=True)
class LogEntry:
    """One line of the revision log; `change` is a key of labels.CHANGES."""

    number: int
    at: datetime
    author: str
    change: str
    comment: str = ""


@dataclass(frozen=True)
class PackSource:
    """All that goes into a pack.

    `measurements` maps POM code → {value, unit, uncertainty, provenance, reason}: the rows of
    garments.measurement_selectors. What is not reliable has a reason and is printed blank.
    """

    style_no: str
    name: str
    brand: str
    season: str
    sample_size: str
    size_range: str
    fabric: str
    designer: str
    issue: int
    at: datetime
    state: str
    garment_type: str | None
    garment_provenance: str
    colours: Sequence[Mapping[str, Any]]
    colour_provenance: str
    measurements: Mapping[str, Mapping[str, Any]]
    flats: Sequence[Flat]
    log: Sequence[LogEntry]


def build_content(source: PackSource) -> dict[str, Any]:
    """The pack as JSON-ready data. KeyError for a type, state or provenance outside the lists."""
    poms = _poms(source)
    return {
        "header": _header(source),
        "labels": PAGES,
        "provenance": [{"mark": mark, "label": text} for mark, text in PROVENANCE.values()],
        "views": [
            {"view": flat.view, "label": VIEWS[flat.view], "revision": flat.revision, "file": flat.file}
            for flat in source.flats
        ],
        "colours": [
            {
                **{key: colour[key] for key in ("hex", "lab", "share", "name_en", "name_ja")},
                "provenance": source.colour_provenance,
                "mark": PROVENANCE[source.colour_provenance][0],
            }
            for colour in source.colours
        ],
        "poms": poms,
        "footnotes": _footnotes(poms),
        "revisions": [
            {
                "number": entry.number,
                "date": f"{entry.at:%Y-%m-%d %H:%M}",
                "author": entry.author,
                "change": CHANGES[entry.change],
                "comment": entry.comment,
            }
            for entry in sorted(source.log, key=lambda entry: entry.at)
        ],
    }


def _both(text: Label) -> str:
    return f"{text['ja']} {text['en']}"


def _header(source: PackSource) -> dict[str, Any]:
    item = ""
    if source.garment_type:
        names = NAMES[source.garment_type]
        mark = PROVENANCE[source.garment_provenance][0]
        item = f"{_both(label(names.ja, names.en))} ({mark})"
    values = {
        "style_no": source.style_no,
        "name": source.name,
        "brand": source.brand,
        "season": source.season,
        "item": item,
        "sample_size": source.sample_size,
        "size_range": source.size_range,
        "fabric": source.fabric,
        "designer": source.designer,
        "date": f"{source.at:%Y-%m-%d}",
        "issue": str(source.issue),
        "status": _both(STATES[source.state]),
        "unit": "cm",
    }
    return {key: {"label": HEADER[key], "value": value} for key, value in values.items()}


def _poms(source: PackSource) -> list[dict[str, Any]]:
    """The POM set of the item, then what was typed beyond it."""
    if not source.garment_type:
        return []
    own = points_for(source.garment_type)
    codes = {point.code for point in own}
    beyond = [points()[code] for code in source.measurements if code not in codes]
    return [_pom(point, source.measurements.get(point.code)) for point in (*own, *beyond)]


def _pom(point: PointOfMeasure, known: Mapping[str, Any] | None) -> dict[str, Any]:
    """One line; `blank` is the mark that stands in the place of a value that is not reliable."""
    row: dict[str, Any] = dataclasses.asdict(point)
    blank: dict[str, Any] = dict.fromkeys(("value", "uncertainty", "provenance", "reason", "note"))
    row |= blank | {"mark": "", "blank": ""}
    if known is None or known["unit"] != "cm":
        return row
    if reason := known.get("reason"):
        mark, note = REASONS[reason]
        return row | {"reason": reason, "blank": mark, "note": note}
    if known["value"] is None:
        return row
    shown = {key: known.get(key) for key in ("value", "uncertainty", "provenance")}
    return row | shown | {"mark": PROVENANCE[known["provenance"]][0]}


def _footnotes(poms: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the marks of blank values mean; only those that are printed."""
    marks = {row["blank"] for row in poms}
    return [{"mark": mark, "label": text} for mark, text in REASONS.values() if mark in marks]
