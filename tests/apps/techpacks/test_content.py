"""What a pack prints, as data."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest

from apps.techpacks.content import Flat, LogEntry, PackSource, build_content
from apps.techpacks.labels import REASONS
from ml.vision.measuring.values import Reason

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
NAVY = {"hex": "#1f2a44", "lab": [17.2, 3.1, -17.5], "share": 0.8, "name_en": "navy", "name_ja": "紺"}
SOURCE = PackSource(
    style_no="TS-1024",
    name="リブ付きTシャツ",
    brand="",
    season="27SS",
    sample_size="M",
    size_range="S / M / L",
    fabric="天竺",
    designer="山田",
    issue=2,
    at=AT,
    state="approved",
    garment_type="t-shirt",
    garment_provenance="confirmed",
    colours=[NAVY],
    colour_provenance="estimated",
    measurements={},
    flats=[Flat("front", 3, "front.svg")],
    log=[
        LogEntry(3, AT, "山田", "approved", "OK"),
        LogEntry(1, AT.replace(hour=8), "山田", "mirrored"),
    ],
)


def test_header_speaks_both_languages_and_marks_where_the_item_comes_from():
    header = build_content(SOURCE)["header"]
    assert header["style_no"] == {"label": {"ja": "品番", "en": "Style no."}, "value": "TS-1024"}
    assert header["item"]["value"] == "Tシャツ T-shirt (C)"
    assert header["status"]["value"] == "承認 Approved"
    assert header["unit"]["value"] == "cm"


def test_revision_log_runs_in_time_order():
    assert [row["number"] for row in build_content(SOURCE)["revisions"]] == [1, 3]


def test_every_pom_of_the_item_is_listed_with_its_tolerance_and_an_empty_value():
    rows = build_content(SOURCE)["poms"]
    assert [row["code"] for row in rows][:3] == ["T01", "T03", "T05"]
    assert all(row["value"] is None and row["mark"] == "" and row["tolerance_plus"] > 0 for row in rows)


def test_known_measurement_is_printed_with_uncertainty_and_provenance():
    known = {"T03": {"value": 52.4, "unit": "cm", "uncertainty": 0.6, "provenance": "estimated"}}
    row = next(r for r in build_content(replace(SOURCE, measurements=known))["poms"] if r["code"] == "T03")
    assert (row["value"], row["uncertainty"], row["mark"]) == (52.4, 0.6, "E")


def not_reliable(reason: str) -> dict[str, object]:
    return {"value": None, "unit": "cm", "uncertainty": 1.4, "provenance": "estimated", "reason": reason}


def test_what_is_not_reliable_is_blank_with_a_mark_and_a_footnote_in_both_languages():
    known = {"T03": not_reliable("too_uncertain"), "N4": not_reliable("not_visible")}
    content = build_content(replace(SOURCE, measurements=known))
    rows = {row["code"]: row for row in content["poms"]}
    assert (rows["T03"]["value"], rows["T03"]["uncertainty"], rows["T03"]["mark"]) == (None, None, "")
    assert [rows[code]["blank"] for code in ("T03", "N4", "T05")] == ["※1", "※3", ""]
    assert [note["mark"] for note in content["footnotes"]] == ["※1", "※3"]
    first = content["footnotes"][0]["label"]
    assert "信頼できません" in first["ja"]
    assert "Not reliable" in first["en"]


def test_every_reason_has_a_footnote():
    assert set(REASONS) == set(get_args(Reason))


def test_what_was_typed_beyond_the_item_is_printed_after_its_points():
    known = {"B01": {"value": 38.0, "unit": "cm", "uncertainty": None, "provenance": "typed", "reason": None}}
    last = build_content(replace(SOURCE, measurements=known))["poms"][-1]
    assert (last["code"], last["value"], last["mark"]) == ("B01", 38.0, "T")


def test_pixels_are_never_printed_as_centimetres():
    pixels = {"T03": {"value": 812.0, "unit": "px", "uncertainty": 9.0, "provenance": "estimated"}}
    row = next(r for r in build_content(replace(SOURCE, measurements=pixels))["poms"] if r["code"] == "T03")
    assert row["value"] is None


def test_unknown_item_prints_no_poms_rather_than_wrong_ones():
    assert build_content(replace(SOURCE, garment_type=None))["poms"] == []


@pytest.mark.parametrize("field", ["garment_type", "state", "colour_provenance"])
def test_values_outside_the_lists_are_errors(field):
    with pytest.raises(KeyError):
        build_content(replace(SOURCE, **{field: "spaceship"}))
