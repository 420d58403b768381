"""The parts of a photo: looked at by keyboard, corrected and added with the mouse, undone."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from apps.accounts.models import Membership
from apps.garments.models import Part, Photo
from apps.garments.parts import part_reject
from tests.apps.garments.factories import a_photo, a_style, an_analysis
from tests.apps.garments.measured import a_measured_photo
from tests.apps.people import a_member, a_person
from tests.browser.sign_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

ATTRIBUTES = {field: {"value": None, "confidence": None} for field in ("sleeve", "neck", "closure")}
FOUND = [
    {"kind": "neckline", "box": [140.0, 60.0, 220.0, 110.0], "confidence": 0.91},
    {"kind": "button", "box": [170.0, 150.0, 182.0, 162.0], "confidence": 0.72},
    {"kind": "button", "box": [170.0, 200.0, 182.0, 212.0], "confidence": 0.44},
]


@pytest.fixture
def photo() -> Photo:
    """A photo in which three parts were found: "Button 1", "Button 2", "Neckline" in the list's order."""
    return a_measured_photo(a_style(a_person(language="en")), parts=FOUND, attributes=ATTRIBUTES)


@pytest.fixture
def canvas(page: Page, live_site: str, photo: Photo) -> Locator:
    """The canvas with the parts over the photo, and the focus on it."""
    sign_in(page, live_site, photo.created_by)
    return opened(page, live_site, photo)


def opened(page: Page, site: str, photo: Photo) -> Locator:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{site}/styles/{photo.style_id}/review/#parts")
    expect(page.locator(".marks .part")).to_have_count(Part.objects.filter(photo=photo).count())
    panes = page.locator("flat-canvas .panes")
    panes.focus()
    return panes


def row(page: Page, name: str) -> Locator:
    return page.locator(".part-row").filter(has=page.get_by_text(name, exact=True))


def has_state(page: Page, name: str, state: str) -> None:
    expect(row(page, name)).to_have_class(re.compile(rf"\bstate-{state}\b"))


def drag(page: Page, start: tuple[float, float], by: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + by[0], start[1] + by[1], steps=4)
    page.mouse.up()


def middle(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_parts_are_looked_at_by_keyboard_alone(page: Page, canvas: Locator, photo: Photo):
    page.keyboard.press("j")
    expect(page.locator("[data-current] .part-words")).to_have_text("Button 1")
    page.keyboard.press("y")
    expect(page.locator("[data-current] .part-words")).to_have_text("Button 2")
    with page.expect_response(re.compile("/reject$")):
        page.keyboard.press("n")
    has_state(page, "Button 1", "accepted")
    has_state(page, "Button 2", "rejected")
    expect(page.get_by_text("2 of 3 looked at")).to_be_visible()
    assert list(Part.objects.filter(photo=photo).order_by("number").values_list("state", flat=True)) == [
        "open",
        "accepted",
        "rejected",
    ]
    with page.expect_response(re.compile("/undo$")):
        page.keyboard.press("Control+z")
    has_state(page, "Button 2", "open")
    page.reload()
    expect(page.get_by_text("1 of 3 looked at")).to_be_visible()


def test_dragging_a_corner_and_arrow_keys_correct_a_box(page: Page, canvas: Locator, photo: Photo):
    row(page, "Neckline").locator(".part-name").click()
    handle = page.locator(".marks .handle").nth(4)
    with page.expect_response(re.compile("/api/v1/parts/")):
        drag(page, middle(handle), (30, 20))
    has_state(page, "Neckline", "corrected")
    part = Part.objects.get(photo=photo, kind="neckline")
    assert part.box[:2] == FOUND[0]["box"][:2]
    assert part.box[2] > 220
    assert part.box[3] > 110
    canvas.focus()
    with page.expect_response(re.compile("/api/v1/parts/")):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
    moved = Part.objects.get(id=part.id)
    assert moved.box[0] > part.box[0]
    assert moved.box[2] - moved.box[0] == pytest.approx(part.box[2] - part.box[0], abs=0.2)
    assert moved.decisions.count() == 2


def test_the_kind_is_changed_and_the_focus_comes_back(page: Page, canvas: Locator, photo: Photo):
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.get_by_label("Kind")).to_be_focused()
    with page.expect_response(re.compile("/api/v1/parts/")):
        page.get_by_label("Kind").select_option("logo")
    expect(canvas).to_be_focused()
    expect(page.get_by_text("The analysis called it Button (72 %).")).to_be_visible()
    assert Part.objects.filter(photo=photo, kind="logo", state="corrected").exists()


def test_a_missing_part_is_drawn_and_taken_back(page: Page, canvas: Locator, photo: Photo):
    page.keyboard.press("a")
    page.get_by_label("Kind").select_option("pocket")
    pane = page.locator(".pane[data-pane=left]")
    x, y = middle(pane)
    with page.expect_response(re.compile("/parts$")):
        drag(page, (x, y), (60, 50))
    has_state(page, "Pocket", "added")
    assert Part.objects.get(photo=photo, kind="pocket").state == "added"
    canvas.focus()
    with page.expect_response(re.compile("/undo$")):
        page.keyboard.press("Control+z")
    expect(page.locator(".part-row")).to_have_count(3)


def test_the_rest_is_accepted_in_one_step(page: Page, canvas: Locator, photo: Photo):
    row(page, "Button 2").get_by_role("button", name="Reject Button 2").click()
    page.get_by_role("button", name="Accept the rest").click()
    expect(page.get_by_text("3 of 3 looked at")).to_be_visible()
    has_state(page, "Button 2", "rejected")
    has_state(page, "Neckline", "accepted")


def test_what_somebody_else_decided_is_shown_instead_of_overwritten(
    page: Page, canvas: Locator, photo: Photo
):
    part_reject(user=photo.created_by, part=Part.objects.get(photo=photo, kind="neckline"))
    row(page, "Neckline").get_by_role("button", name="Accept Neckline").click()
    expect(page.locator(".toast-warning")).to_contain_text("Somebody changed this in the meantime")
    has_state(page, "Neckline", "rejected")


def test_parts_that_cannot_be_loaded_can_be_tried_again(page: Page, live_site: str, photo: Photo):
    address = re.compile("/photos/[^/]+/parts$")
    page.route(address, lambda route: route.abort())
    sign_in(page, live_site, photo.created_by)
    page.goto(f"{live_site}/styles/{photo.style_id}/review/#parts")
    expect(page.get_by_text("This could not be loaded")).to_be_visible()
    page.unroute(address)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".part-row")).to_have_count(3)


def test_a_viewer_sees_parts_and_can_change_none(page: Page, live_site: str, photo: Photo):
    viewer = a_member(photo.workspace, Membership.Role.VIEWER)
    sign_in(page, live_site, viewer)
    opened(page, live_site, photo)
    page.keyboard.press("j")
    expect(page.locator("[data-current] .part-words")).to_have_text("Button 1")
    expect(page.get_by_role("button", name=re.compile("^(Accept|Reject|Add)"))).to_have_count(0)
    page.keyboard.press("y")
    expect(page.get_by_text("0 of 3 looked at")).to_be_visible()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "The photo was read by an earlier version."),
        ({"attributes": ATTRIBUTES}, "No parts were found in this photo."),
    ],
    ids=["before parts were found", "nothing found"],
)
def test_an_empty_list_says_why(page: Page, live_site: str, changes: dict[str, object], words: str):
    photo = a_photo(a_style(a_person(language="en")))
    an_analysis(photo, **changes)
    sign_in(page, live_site, photo.created_by)
    page.goto(f"{live_site}/styles/{photo.style_id}/review/#parts")
    expect(page.get_by_role("tabpanel", name="Parts").get_by_text(words)).to_be_visible()
