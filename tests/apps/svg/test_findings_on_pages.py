"""What the pages say about parts, attributes, views and similar garments."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Membership
from apps.garments.models import Analysis, Photo, Style
from tests.apps.garments.factories import a_photo, a_style, an_analysis
from tests.apps.people import a_member, a_person, workspace_of
from tests.apps.svg.factories import a_revision

pytestmark = pytest.mark.django_db
ATTRIBUTES = {
    "sleeve": {"value": "long", "confidence": 0.9},
    "neck": {"value": "collared", "confidence": 0.8},
    "closure": {"value": None, "confidence": None},
}


def page_of(client: Client, style: Style, **query: str) -> str:
    """The review page as somebody of the style's workspace who is signed in sees it."""
    return client.get(reverse("review", args=[style.id]), query).content.decode()


@pytest.fixture
def photo(client: Client) -> Photo:
    user = a_person(language="en")
    client.force_login(user)
    return a_photo(a_style(user))


def source(page: str, name: str) -> str | None:
    """An attribute of <canvas-source>, which the browser's panels read."""
    element = re.search(r"<canvas-source.*?>", page, re.DOTALL)
    assert element
    found = re.search(rf'\b{name}="([^"]*)"', element[0])
    return " ".join(found[1].split()) if found else None


def test_the_panels_know_whether_parts_were_looked_for(client: Client, photo: Photo) -> None:
    assert source(page_of(client, photo.style), "analysed") is None
    an_analysis(photo)
    assert source(page_of(client, photo.style), "analysed") == "before"
    newest = an_analysis(photo, attributes=ATTRIBUTES)
    page = page_of(client, photo.style)
    assert (source(page, "analysed"), source(page, "analysis-id")) == ("yes", str(newest.id))
    assert source(page, "analyse") == reverse("photo_analyse", args=[photo.id])


def test_doubts_about_the_whole_garment_go_to_the_panel(client: Client, photo: Photo) -> None:
    doubts = [
        {"code": "collar_missing", "part": None},
        {"code": "button_out_of_row", "part": 0},
        {"code": "collar_and_hood", "part": None},
    ]
    part = {"kind": "button", "box": [10, 10, 20, 20], "confidence": 0.5}
    an_analysis(photo, parts=[part], advisories=doubts, attributes=ATTRIBUTES)
    assert source(page_of(client, photo.style), "doubts") == "collar_missing collar_and_hood"


def test_another_photo_is_not_laid_under_the_flat_of_the_first(client: Client, photo: Photo) -> None:
    a_revision(photo)
    other = a_photo(photo.style, filename="second.jpg")
    assert source(page_of(client, photo.style), "photo-id") == str(photo.id)
    page = page_of(client, photo.style, photo=str(other.id))
    assert (source(page, "photo-id"), source(page, "matrix")) == (str(other.id), None)
    assert f"photo={photo.id}" in page


def test_sleeve_neck_and_closure_are_confirmed_corrected_and_taken_back(client: Client, photo: Photo) -> None:
    an_analysis(photo, attributes=ATTRIBUTES)
    url = reverse("decision_make", args=[photo.style_id])

    def shown() -> str:
        section = re.search(r'<section id="attributes".*?</section>', page_of(client, photo.style), re.DOTALL)
        assert section
        return section[0]

    assert shown().count("Estimated") == 2
    client.post(url, {"field": "sleeve", "value": "long"})
    client.post(url, {"field": "neck", "value": "v"})
    assert (shown().count("Confirmed"), shown().count("Corrected")) == (1, 1)
    assert '<option value="v" selected>' in shown()
    client.post(url, {"field": "neck", "take_back": "1"})
    assert '<option value="collared" selected>' in shown()


def test_a_viewer_reads_attributes_as_text(client: Client, photo: Photo) -> None:
    an_analysis(photo, attributes=ATTRIBUTES)
    viewer = a_member(photo.workspace, Membership.Role.VIEWER)
    client.force_login(viewer)
    page = page_of(client, photo.style)
    section = page[page.index('<section id="attributes"') : page.index('<section id="colours"')]
    assert "<select" not in section
    assert source(page, "analyse") is None


@pytest.mark.parametrize(
    ("seen", "filed", "words"),
    [
        ("folded", "front", "The garment looks folded"),
        ("side", "front", "seen from the side"),
        ("back", "front", "This looks like the back"),
        ("front", "back", "This looks like the front"),
        ("detail", "front", "This looks like a detail"),
        ("front", "front", None),
        ("unclear", "front", None),
    ],
)
def test_a_view_that_does_not_fit_is_said(seen: str, filed: str, words: str | None, client: Client) -> None:
    user = a_person(language="en")
    client.force_login(user)
    photo = a_photo(a_style(user), view=filed)
    an_analysis(photo, view=seen, attributes=ATTRIBUTES)
    page = page_of(client, photo.style)
    section = page[page.index('id="photo-state"') : page.index('id="type"')]
    assert ("notice" in section) == (words is not None)
    assert words is None or words in section


def test_similar_garments_stand_on_the_page_of_a_style(client: Client, photo: Photo) -> None:
    def page() -> str:
        return client.get(reverse("style", args=[photo.style_id])).content.decode()

    def with_embedding(of: Photo, *values: float) -> None:
        analysis = an_analysis(of)
        vector = [*values, *[0.0] * (256 - len(values))]
        Analysis.objects.filter(id=analysis.id).update(embedding=vector, embedding_model="traits 1")

    with_embedding(photo, 1.0)
    assert re.search(r'<section id="similar"[^>]* hidden>', page())
    other = a_photo(a_style(photo.created_by, code="NEAR-1"))
    with_embedding(other, 0.8, 0.6)
    assert "NEAR-1" in page()
    assert "80 % alike" in page()
    assert not re.search(r'<section id="similar"[^>]* hidden>', page())


def test_only_an_owner_gets_the_switch_of_consent(client: Client) -> None:
    owner = a_person(language="en")
    viewer = a_member(workspace_of(owner), Membership.Role.VIEWER)
    pages = {}
    for name, user in (("owner", owner), ("viewer", viewer)):
        client.force_login(user)
        pages[name] = client.get(reverse("members")).content.decode()
    assert 'role="switch" aria-checked="false"' in pages["owner"]
    assert 'role="switch"' not in pages["viewer"]
    assert "An owner of the workspace decides." in pages["viewer"]
