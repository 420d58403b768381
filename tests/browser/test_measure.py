"""Measuring in the browser: a typed dimension scales the others, points are moved, doubt is said."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from apps.garments.models import Photo
from tests.apps.garments.factories import a_style
from tests.apps.garments.measured import CHEST_TO_LENGTH, LANDMARKS, a_measured_photo
from tests.apps.people import a_person
from tests.browser.sign_in import sign_in
from tests.browser.test_parts import ATTRIBUTES, drag

pytestmark = pytest.mark.django_db(transaction=True)


def a_shirt(**changes: object) -> Photo:
    style = a_style(a_person(language="en"))
    return a_measured_photo(style, attributes=ATTRIBUTES, **changes)


def opened(page: Page, site: str, photo: Photo) -> None:
    page.emulate_media(reduced_motion="reduce")
    sign_in(page, site, photo.created_by)
    page.goto(f"{site}/styles/{photo.style_id}/review/#measure")
    expect(page.locator(".marks .landmark")).to_have_count(len(LANDMARKS))


def row(page: Page, pom: str) -> Locator:
    return page.locator(f".measure-row[data-pom={pom}]")


def test_one_typed_dimension_measures_the_rest(page: Page, live_site: str):
    photo = a_shirt()
    opened(page, live_site, photo)
    expect(page.get_by_text("No scale yet")).to_be_visible()
    page.get_by_role("button", name="Type a dimension").click()
    length = row(page, "T01").locator("input")
    expect(length).to_be_focused()
    expect(page.locator(".marks .measure-now")).to_have_count(1)
    length.fill("７４，８ｃｍ")
    page.keyboard.press("Enter")
    expect(length).to_have_value("74.8")
    expect(row(page, "T01")).to_contain_text("Typed")
    expect(row(page, "T03")).to_contain_text("Estimated")
    chest = float(row(page, "T03").locator("input").input_value())
    assert chest == pytest.approx(74.8 * CHEST_TO_LENGTH, rel=0.02)
    expect(page.get_by_text("Scale from what you typed")).to_be_visible()

    row(page, "T03").get_by_role("button", name="Confirm Chest 1/2").click()
    expect(row(page, "T03")).to_contain_text("Confirmed")
    row(page, "T01").get_by_role("button", name="Take Body length HPS back").click()
    expect(row(page, "T03").locator("input")).to_have_value(f"{chest:.1f}")


def test_what_is_no_length_is_refused_where_it_was_typed(page: Page, live_site: str):
    opened(page, live_site, a_shirt())
    length = row(page, "T01").locator("input")
    length.fill("long")
    page.keyboard.press("Tab")
    assert length.evaluate("element => element.validationMessage") == "Give centimetres, for instance 68.5."
    expect(page.get_by_text("No scale yet")).to_be_visible()


def test_a_doubtful_value_is_not_shown_but_explained(page: Page, live_site: str):
    spread = {name: {"spread": 12.0, "confidence": 0.5} for name in LANDMARKS}
    opened(page, live_site, a_shirt(landmark_details=spread))
    row(page, "T01").locator("input").fill("74.8")
    page.keyboard.press("Enter")
    expect(row(page, "T03")).to_contain_text("Not reliable")
    expect(row(page, "T03").locator("input")).to_have_value("")
    row(page, "T03").locator("input").focus()
    expect(row(page, "T03")).to_contain_text("more than the tolerance")


def test_a_point_is_dragged_and_put_back(page: Page, live_site: str):
    """Where the length begins elsewhere, a centimetre is more pixels, and no estimate stays as it was."""
    opened(page, live_site, a_shirt())
    row(page, "T01").locator("input").fill("74.8")
    page.keyboard.press("Enter")
    chest = row(page, "T03").locator("input")
    expect(chest).not_to_have_value("")
    before = chest.input_value()
    found = str(round(LANDMARKS["hps_left"][1]))
    page.get_by_text("Points on the garment").click()
    page.get_by_role("button", name="High point shoulder, left").click()
    top = page.get_by_label("High point shoulder, left, from the top, px")
    expect(top).to_have_value(found)
    box = page.locator(".marks .landmark.is-selected .dot").bounding_box()
    assert box
    with page.expect_response(re.compile("/landmarks/hps_left$")):
        drag(page, (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), (0, -60))
    expect(chest).not_to_have_value(before)
    assert int(top.input_value()) < int(found)
    page.locator("flat-canvas .panes").focus()
    page.keyboard.press("Control+z")
    expect(chest).to_have_value(before)
    expect(top).to_have_value(found)
