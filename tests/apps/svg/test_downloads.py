"""The files of a revision: what they are, what a browser may do with them, and what they are called."""

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import etree
from PIL import Image
from pypdf import PdfReader

from apps.garments.services import style_update
from apps.svg.export import PNG_LONGEST_PX, revision_pdf, revision_png
from apps.svg.models import Revision
from apps.svg.selectors import revision_svg
from ml.drawing.document import Document
from tests.apps.garments.factories import a_photo, a_style
from tests.apps.people import a_person
from tests.apps.svg.factories import a_document, a_revision

pytestmark = pytest.mark.django_db
A4_PT = (595.28, 841.89)


def got(client: Client, revision: Revision, extension: str, query: str = "", **headers: str) -> Any:
    client.force_login(revision.created_by)
    url = reverse(f"revision_{extension}", args=[revision.id])
    return client.get(url + query, headers=headers)


@pytest.mark.parametrize(
    ("extension", "content_type", "begins"),
    [
        ("svg", "image/svg+xml", b"<?xml"),
        ("png", "image/png", b"\x89PNG"),
        ("pdf", "application/pdf", b"%PDF"),
        ("json", "application/json", b"{"),
    ],
)
def test_every_format_is_private_and_stays_what_it_is(
    extension: str, content_type: str, begins: bytes, client: Client
) -> None:
    response = got(client, a_revision(), extension)
    assert response.content.startswith(begins)
    assert response.headers["Content-Type"] == content_type
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "private" in response.headers["Cache-Control"]
    assert "Content-Disposition" not in response.headers


def test_a_served_drawing_may_load_and_run_nothing(client: Client) -> None:
    response = got(client, a_revision(), "svg")
    assert response.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    )


def test_text_that_looks_like_code_stays_text(client: Client) -> None:
    style = a_style(code='"><script>alert(1)</script>', name="&xxe; ]]> <style>@import 'x'</style>")
    content = got(client, a_revision(a_photo(style)), "svg").content
    root = etree.fromstring(content)
    assert {etree.QName(element).localname for element in root.iter(etree.Element)}.isdisjoint(
        {"script", "style", "foreignObject", "image", "use"}
    )
    assert str(root.findtext("{http://www.w3.org/2000/svg}title")).startswith(style.code)


@pytest.mark.parametrize("extension", ["svg", "png", "pdf", "json"])
def test_a_download_is_named_after_style_view_and_revision(extension: str, client: Client) -> None:
    style = a_style(code='襟 "A"/1')
    response = got(client, a_revision(a_photo(style, view="back")), extension, "?download=1")
    assert response.headers["Content-Disposition"] == (
        f"attachment; filename*=utf-8''%E8%A5%9F%20%22A%22-1-back-r1.{extension}"
    )


def test_what_a_browser_has_is_not_sent_again_until_the_style_is_renamed(client: Client) -> None:
    revision = a_revision()
    style = revision.drawing.style
    etag = got(client, revision, "svg").headers["ETag"]
    again = got(client, revision, "svg", **{"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    style_update(user=style.created_by, style=style, name="Renamed")
    renamed = got(client, revision, "svg", **{"If-None-Match": etag})
    assert renamed.status_code == 200
    assert b"Renamed" in renamed.content
    client.force_login(a_person())
    stranger = client.get(
        reverse("revision_svg", args=[revision.id]), headers={"If-None-Match": renamed.headers["ETag"]}
    )
    assert stranger.status_code == 404


def test_the_json_is_the_document(client: Client) -> None:
    revision = a_revision()
    assert Document.from_json(got(client, revision, "json").json()).to_json() == a_document()


@pytest.mark.usefixtures("clean_cache")
def test_the_png_is_the_sheet_in_black_on_white() -> None:
    revision = a_revision()
    image = Image.open(io.BytesIO(revision_png(revision)))
    assert abs(image.height - 2000) <= 1
    assert abs(image.width - 2000 * 210 / 297) <= 1
    histogram = image.convert("L").histogram()
    assert image.convert("RGB").getpixel((2, 2)) == (255, 255, 255)
    assert histogram[0] > 1000
    big = Image.open(io.BytesIO(revision_png(revision, longest=100_000)))
    assert max(big.size) <= PNG_LONGEST_PX + 1


@pytest.mark.usefixtures("clean_cache")
def test_the_pdf_is_one_page_of_lines_at_full_size() -> None:
    pdf = PdfReader(io.BytesIO(revision_pdf(a_revision())))
    (page,) = pdf.pages
    assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(A4_PT, abs=0.5)
    assert not list(page.images)


def test_the_same_document_gives_the_same_svg() -> None:
    revision = a_revision()
    assert revision_svg(revision) == revision_svg(Revision.objects.get(id=revision.id))
