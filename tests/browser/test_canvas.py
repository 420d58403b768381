"""Photo and flat on the canvas of the review page, by mouse and by keyboard."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from apps.svg.models import Revision
from tests.apps.garments.factories import a_photo, a_style
from tests.apps.people import a_person
from tests.apps.svg.factories import a_revision, redrawn
from tests.browser.sign_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def revision() -> Revision:
    """The second revision of a drawing."""
    return redrawn(a_revision(a_photo(a_style(a_person(language="en")))))


@pytest.fixture
def canvas(page: Page, live_site: str, revision: Revision) -> Locator:
    """The open review page's canvas, with the flat mounted and the focus on it."""
    sign_in(page, live_site, revision.drawing.style.created_by)
    page.goto(f"{live_site}/styles/{revision.drawing.style_id}/review/")
    expect(page.locator("flat-sheet [data-part-kind=silhouette]").first).to_be_visible()
    panes = page.locator("flat-canvas .panes")
    panes.focus()
    return panes


def world(page: Page, pane: str) -> str:
    transform: str = page.locator(f".pane[data-pane={pane}] .world").evaluate(
        "element => element.style.transform"
    )
    return transform


def scale(page: Page, pane: str) -> float:
    return float(re.findall(r"[-\d.]+", world(page, pane))[0])


def test_both_panes_move_as_one(page: Page, canvas: Locator):
    before = scale(page, "right")
    box = page.locator(".pane[data-pane=left]").bounding_box()
    assert box
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.wheel(0, -240)
    expect(page.locator(".zoom-percent")).not_to_have_text("")
    assert scale(page, "left") > before * 1.3
    assert world(page, "left") == world(page, "right")
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 130)
    page.mouse.up()
    assert world(page, "left") == world(page, "right")
    page.keyboard.press("0")
    assert scale(page, "left") == pytest.approx(before)


def test_keys_choose_what_is_shown(page: Page, canvas: Locator):
    for key, panes in (("2", ["left"]), ("3", ["left"]), ("4", ["right"]), ("1", ["left", "right"])):
        page.keyboard.press(key)
        expect(page.locator(".pane")).to_have_count(len(panes))
        for pane in panes:
            expect(page.locator(f".pane[data-pane={pane}]")).to_be_visible()
    page.keyboard.press("2")
    slider = page.get_by_role("slider", name="Opacity of the flat")
    slider.fill("20")
    expect(page.locator("flat-sheet.pane-over")).to_have_css("opacity", "0.2")


def test_keys_do_nothing_while_somebody_writes(page: Page, canvas: Locator):
    page.locator("#verdict-comment").focus()
    page.keyboard.type("2 4 0 ?")
    expect(page.locator("#verdict-comment")).to_have_value("2 4 0 ?")
    expect(page.locator(".pane")).to_have_count(2)
    expect(page.locator("dialog.help")).not_to_be_visible()


def test_mode_and_zoom_come_back(page: Page, canvas: Locator):
    page.keyboard.press("4")
    page.keyboard.press("+")
    shown = world(page, "right")
    page.reload()
    expect(page.locator("flat-sheet [data-part-kind=silhouette]").first).to_be_visible()
    expect(page.locator(".pane")).to_have_count(1)
    assert world(page, "right") == shown


def test_help_lists_the_keys_and_gives_the_focus_back(page: Page, canvas: Locator):
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys and gestures")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(canvas).to_be_focused()


def test_two_revisions_side_by_side(page: Page, canvas: Locator):
    button = page.get_by_role("button", name="Compare with r1")
    button.click()
    expect(page.locator(".pane-label")).to_have_text(["Flat r1", "Flat r2"])
    button.click()
    expect(page.locator(".pane-label")).to_have_text(["Photo", "Flat r2"])


def test_comment_survives_a_verdict_on_an_outdated_page(page: Page, canvas: Locator, revision: Revision):
    redrawn(revision, mirrored=True)
    page.locator("#verdict-comment").fill("Left sleeve is too wide.")
    page.get_by_role("button", name="Request changes").click()
    expect(page.locator(".toast-error")).to_be_visible()
    expect(page.locator("#verdict-comment")).to_have_value("Left sleeve is too wide.")


def test_the_chosen_theme_stays(page: Page, canvas: Locator):
    page.get_by_label("Appearance").first.click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_css("color-scheme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_css("color-scheme", "dark")
