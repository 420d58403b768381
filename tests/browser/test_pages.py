"""Every page in a real browser, light and dark: accessible, and nothing that its security policy forbids."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from apps.accounts.models import User
from apps.svg.models import Revision
from tests.apps.garments.factories import a_style
from tests.apps.garments.measured import a_measured_photo
from tests.apps.people import a_person
from tests.apps.svg.factories import a_revision, redrawn
from tests.browser.sign_in import sign_in
from tests.browser.test_parts import ATTRIBUTES, FOUND

pytestmark = pytest.mark.django_db(transaction=True)
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

OUTSIDE = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/no-such-page/"]
INSIDE = [
    "/styles/",
    "/styles/?q=nothing",
    "/styles/?archived=1",
    "/styles/new/",
    "/styles/{style}/",
    "/styles/{style}/edit/",
    "/styles/{style}/review/",
    "/styles/{style}/review/#parts",
    "/styles/{style}/review/#measure",
    "/styles/{style}/review/?revision=1",
    "/styles/{style}/techpack/",
    "/settings/",
    "/settings/members/",
    "/settings/api-keys/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/styles/00000000-0000-0000-0000-000000000000/",
]


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, object], theme: str) -> dict[str, object]:
    return {**browser_context_args, "color_scheme": theme, "reduced_motion": "reduce"}


def faults(page: Page, addresses: list[str], site: str) -> list[str]:
    """What the console and axe complain about, page by page."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda message: (
            found.append(f"{page.url}: {message.text}") if "Content Security Policy" in message.text else None
        ),
    )
    for address in addresses:
        page.goto(f"{site}{address}")
        for violation in Axe().run(page, options=WCAG).response["violations"]:
            places = [node["html"][:160] for node in violation["nodes"]]
            found.append(f"{address}: {violation['help']}: {places}")
    return found


def a_reviewed_style(user: User) -> Revision:
    """A style of the user's with a photo – parts, landmarks and attributes in it – and two revisions."""
    photo = a_measured_photo(a_style(user, name="Boxy tee"), parts=FOUND, attributes=ATTRIBUTES)
    return redrawn(a_revision(analysis=photo.analyses.get()))


def test_pages_before_signing_in(page: Page, live_site: str):
    assert faults(page, OUTSIDE, live_site) == []


def test_pages_of_a_designer(page: Page, live_site: str):
    user = a_person(language="ja")
    style = a_reviewed_style(user).drawing.style
    sign_in(page, live_site, user)
    assert faults(page, [address.format(style=style.id) for address in INSIDE], live_site) == []


def test_pages_of_a_newcomer(page: Page, live_site: str):
    sign_in(page, live_site, a_person(language="en"))
    assert faults(page, ["/styles/"], live_site) == []
    assert page.get_by_role("heading", name="From a photo to a tech pack").is_visible()
