"""The whole road in a real browser, in both languages: sign in, upload, look, approve, download."""

import io
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from apps.accounts.models import User
from tests.apps.people import PASSWORD, a_person
from tests.pictures import as_jpeg, garment_picture

TASK_MS = 90_000
pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Words:
    """What the interface says in one language."""

    language: str
    new_style: str
    create: str
    in_review: str
    approved: str
    approve: str
    export: str
    colour_title: str


ENGLISH = Words(
    "en",
    "New style",
    "Create and add photos",
    "In review",
    "Approved",
    "Approve",
    "Export PDF and XLSX",
    "Colours",
)
JAPANESE = Words(
    "ja", "新しい品番", "作成して写真を追加", "確認中", "承認済み", "承認する", "PDFとXLSXを書き出す", "色"
)


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    return {**browser_context_args, "viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser's console complained about: scripts, the content security policy, missing files."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def sign_in(page: Page, site: str, user: User) -> None:
    page.goto(f"{site}/accounts/login/")
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/styles/$"))


def accessible(page: Page) -> None:
    """No violation of WCAG 2.2 A or AA that axe can see."""
    tags = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    results = Axe().run(page, options=tags)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("words", [ENGLISH, JAPANESE], ids=["en", "ja"])
def test_from_photo_to_tech_pack(page: Page, live_site: str, complaints, tmp_path: Path, words: Words):
    photo = tmp_path / "IMG_0001.jpg"
    photo.write_bytes(as_jpeg(garment_picture("t-shirt").pixels, orientation=6, gps=True))
    sign_in(page, live_site, a_person(language=words.language))
    expect(page.locator("html")).to_have_attribute("lang", words.language)

    page.get_by_role("link", name=words.new_style).first.click()
    page.fill("input[name=code]", "TS-2701")
    page.get_by_role("button", name=words.create).click()
    expect(page.get_by_role("heading", name="TS-2701")).to_be_visible()
    accessible(page)

    page.set_input_files("photo-drop input[type=file] >> nth=0", photo)
    expect(page.locator("#photos task-progress").first).to_be_visible()
    expect(page.locator("#style-head")).to_contain_text(words.in_review, timeout=TASK_MS)

    page.locator("#style-head a[href$='/review/']").click()
    expect(page.get_by_role("heading", name=words.colour_title)).to_be_visible()
    expect(page.locator("#type .type-name")).not_to_be_empty()
    expect(page.locator("#colours .swatch").first).to_be_visible()
    outline = page.locator("flat-canvas [data-part-kind=silhouette] path").first
    expect(outline).to_be_visible()
    accessible(page)

    page.get_by_role("button", name=words.approve, exact=True).click()
    expect(page.locator("#review-head")).to_contain_text(words.approved)
    expect(page.locator("#history")).to_contain_text("r1")

    with page.expect_download() as svg:
        page.locator("#flat a[href*='flat.svg']").click()
    assert b'data-part-kind="silhouette"' in Path(svg.value.path()).read_bytes()

    page.get_by_role("button", name=words.export).click()
    link = page.locator("#export a[href$='techpack.pdf']").first
    expect(link).to_be_visible(timeout=TASK_MS)
    with page.expect_download() as pdf:
        link.click()
    text = PdfReader(io.BytesIO(Path(pdf.value.path()).read_bytes())).pages[0].extract_text()
    assert "TS-2701" in text
    assert "承認 Approved" in text
    assert not complaints


def test_unusable_photo_is_explained_and_the_page_goes_on(page: Page, live_site: str, tmp_path: Path):
    rubbish = tmp_path / "photo.jpg"
    rubbish.write_bytes(b"\xff\xd8\xff\xe0 not really a photo")
    user = a_person(language="en")
    sign_in(page, live_site, user)
    page.get_by_role("link", name="New style").first.click()
    page.fill("input[name=code]", "TS-1")
    page.get_by_role("button", name="Create and add photos").click()
    page.set_input_files("photo-drop input[type=file] >> nth=0", rubbish)
    expect(page.locator("photo-drop")).to_contain_text("damaged or incomplete")
    expect(page.locator("#photos task-progress")).to_have_count(0)


def test_correction_of_the_type_survives_a_second_analysis(page: Page, live_site: str, tmp_path: Path):
    photo = tmp_path / "front.jpg"
    photo.write_bytes(as_jpeg(garment_picture("dress").pixels))
    sign_in(page, live_site, a_person(language="en"))
    page.get_by_role("link", name="New style").first.click()
    page.fill("input[name=code]", "OP-1")
    page.get_by_role("button", name="Create and add photos").click()
    page.set_input_files("photo-drop input[type=file] >> nth=0", photo)
    expect(page.locator("#style-head")).to_contain_text("In review", timeout=TASK_MS)
    page.locator("#style-head a[href$='/review/']").click()
    page.select_option("#type select", "jumpsuit")
    page.locator("#type form.row button").click()
    expect(page.locator("#type")).to_contain_text("Corrected")
    page.get_by_role("button", name="As photographed").click()
    expect(page.locator("#filmstrip")).to_contain_text("r2", timeout=TASK_MS)
    page.reload()
    expect(page.locator("#type .type-name")).to_contain_text("Jumpsuit")
