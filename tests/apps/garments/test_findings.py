"""What counts for a style: decisions of people over the analysis of its front photo."""

from typing import Any

import pytest

from apps.garments.decisions import decision_make, decision_take_back
from apps.garments.selectors import analysis_latest_for_user, findings_for_user, photos_with_work
from tests.apps.garments.factories import IVORY, NAVY, a_photo, a_style, an_analysis
from tests.apps.people import a_person

pytestmark = pytest.mark.django_db

DRESS = {"type": "dress", "confidence": 0.9, "alternatives": []}
REFUSED: dict[str, Any] = {
    "garment": None,
    "refused": "worn",
    "colours": [],
    "quality": {"score": 0.2, "issues": []},
}


def test_before_an_analysis_nothing_is_known() -> None:
    style = a_style()
    found = findings_for_user(style.created_by, style)
    assert (found.analysis, found.garment_type, found.quality, found.refused) == (None, None, None, "")
    assert not found.colours


def test_an_analysis_is_an_estimate() -> None:
    analysis = an_analysis()
    style = analysis.photo.style
    found = findings_for_user(style.created_by, style)
    assert (found.garment_type, found.garment_provenance, found.confidence) == ("t-shirt", "estimated", 0.86)
    assert [colour["hex"] for colour in found.colours] == [NAVY["hex"], IVORY["hex"]]
    assert found.colour_provenance == "estimated"
    assert found.alternatives == [{"type": "polo", "confidence": 0.08}]


def test_a_later_analysis_never_changes_a_decision() -> None:
    photo = a_photo()
    style, user = photo.style, photo.created_by
    an_analysis(photo)
    decision_make(user=user, style=style, field="garment_type", value="jumpsuit")
    decision_make(user=user, style=style, field="colours", value=[IVORY])
    newer = an_analysis(photo, garment=DRESS, colours=[NAVY])
    found = findings_for_user(user, style)
    assert found.analysis == newer
    assert (found.garment_type, found.garment_provenance) == ("jumpsuit", "typed")
    assert ([colour["name_ja"] for colour in found.colours], found.colour_provenance) == (
        ["アイボリー"],
        "typed",
    )
    assert found.alternatives == []


def test_a_decision_taken_back_returns_to_the_newest_estimate() -> None:
    photo = a_photo()
    style, user = photo.style, photo.created_by
    an_analysis(photo)
    decision_make(user=user, style=style, field="garment_type", value="jumpsuit")
    an_analysis(photo, garment=DRESS)
    decision_take_back(user=user, style=style, field="garment_type")
    found = findings_for_user(user, style)
    assert (found.garment_type, found.garment_provenance) == ("dress", "estimated")


def test_choosing_what_was_found_confirms_it() -> None:
    analysis = an_analysis()
    style = analysis.photo.style
    decision_make(user=style.created_by, style=style, field="garment_type", value="t-shirt")
    decision_make(user=style.created_by, style=style, field="colours", value=[NAVY, IVORY])
    found = findings_for_user(style.created_by, style)
    assert (found.garment_provenance, found.colour_provenance) == ("confirmed", "confirmed")


ATTRIBUTES = {"sleeve": {"value": "short", "confidence": 0.9}, "neck": {"value": "crew", "confidence": 0.7}}


def test_what_a_person_said_about_an_attribute_outlives_the_next_analysis() -> None:
    photo = an_analysis(attributes=ATTRIBUTES).photo
    user, style = photo.created_by, photo.style
    decision_make(user=user, style=style, field="sleeve", value="long")
    decision_make(user=user, style=style, field="neck", value="crew")
    an_analysis(photo, attributes={**ATTRIBUTES, "closure": {"value": "none", "confidence": 0.6}})
    found = {
        field: (one.value, one.confidence, one.provenance)
        for field, one in findings_for_user(user, style).attributes.items()
    }
    assert found == {
        "sleeve": ("long", None, "typed"),
        "neck": ("crew", 0.7, "confirmed"),
        "closure": ("none", 0.6, "estimated"),
    }
    decision_take_back(user=user, style=style, field="sleeve")
    assert findings_for_user(user, style).attributes["sleeve"].value == "short"


def test_an_analysis_from_before_attributes_were_found_knows_none() -> None:
    photo = an_analysis().photo
    found = findings_for_user(photo.created_by, photo.style)
    assert {(one.value, one.provenance) for one in found.attributes.values()} == {(None, "estimated")}
    assert found.advisories == []


def test_doubts_about_the_whole_garment_are_told() -> None:
    photo = an_analysis(advisories=[{"code": "hood_missing", "part": None}], view="front").photo
    found = findings_for_user(photo.created_by, photo.style)
    assert (found.advisories, found.view) == (["hood_missing"], "front")


def test_the_front_counts_more_than_what_came_later() -> None:
    style = a_style()
    front = an_analysis(a_photo(style))
    an_analysis(a_photo(style, view="back"), garment=DRESS)
    an_analysis(a_photo(style, view="detail"), garment=DRESS)
    assert findings_for_user(style.created_by, style).analysis == front


def test_a_refused_front_leaves_the_word_to_the_back() -> None:
    style = a_style()
    user = style.created_by
    an_analysis(a_photo(style), **REFUSED)
    assert findings_for_user(user, style).refused == "worn"
    assert findings_for_user(user, style).garment_type is None
    back = an_analysis(a_photo(style, view="back"), garment=DRESS)
    found = findings_for_user(user, style)
    assert (found.analysis, found.garment_type, found.refused) == (back, "dress", "")


def test_an_analysis_that_was_refused_later_does_not_lose_the_earlier_one() -> None:
    photo = a_photo()
    usable = an_analysis(photo)
    refused = an_analysis(photo, **REFUSED)
    assert findings_for_user(photo.created_by, photo.style).analysis == usable
    assert analysis_latest_for_user(photo.created_by, photo) == refused


def test_strangers_learn_nothing() -> None:
    analysis = an_analysis()
    decision_make(
        user=analysis.photo.created_by, style=analysis.photo.style, field="garment_type", value="dress"
    )
    found = findings_for_user(a_person(), analysis.photo.style)
    assert (found.analysis, found.garment_type) == (None, None)
    assert analysis_latest_for_user(a_person(), analysis.photo) is None
    assert photos_with_work(a_person(), analysis.photo.style) == []


def test_each_photo_comes_with_its_newest_analysis_and_task() -> None:
    style = a_style()
    first, second, third = (a_photo(style) for _ in range(3))
    an_analysis(first)
    newest = an_analysis(first)
    of_second = an_analysis(second)
    rows = photos_with_work(style.created_by, style)
    assert rows == [first, second, third]
    assert [row.latest_analysis for row in rows] == [newest, of_second, None]
    assert [row.latest_task for row in rows] == [newest.task, of_second.task, None]
