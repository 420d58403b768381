"""Photos over HTTP: uploading from a page, and the files that are served."""

import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Membership
from apps.garments.models import Photo
from ml.vision.photo import MAX_BYTES
from tests.apps.garments.factories import a_jpeg, a_photo, a_style, an_analysis
from tests.apps.people import a_member, a_person
from tests.pictures import CAMERA

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


def a_file(content: bytes, name: str = "front.jpg") -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def body_of(response: Any) -> bytes:
    """All of a streamed file."""
    body: bytes = response.getvalue()
    return body


def test_an_upload_answers_with_the_photo_and_the_task_to_follow(client: Client) -> None:
    style = a_style()
    client.force_login(style.created_by)
    url = reverse("photo_upload", args=[style.id])
    response = client.post(url, {"photo": a_file(a_jpeg(), "後ろ.jpg"), "view": "back"}, headers=JSON)
    assert response.status_code == 201
    photo = Photo.objects.get()
    sent = response.json()
    assert sent["photo"] == {
        "id": str(photo.id),
        "view": "back",
        "filename": "後ろ.jpg",
        "width": 90,
        "height": 120,
        "image": f"/photos/{photo.id}/image.webp",
        "thumbnail": f"/photos/{photo.id}/thumbnail.webp",
    }
    assert (sent["task"]["status"], sent["task"]["subject"]) == ("queued", f"photo:{photo.id}")


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({}, 422, "photo_missing"),
        ({"photo": "not a file"}, 422, "photo_missing"),
        ({"photo": b""}, 422, "photo_empty"),
        ({"photo": b"not a photo"}, 415, "photo_unsupported_format"),
        ({"photo": bytes(MAX_BYTES + 1)}, 413, "photo_too_large"),
        ({"photo": a_jpeg(), "view": "inside"}, 422, "unknown_view"),
    ],
)
def test_a_refused_upload_answers_with_a_problem(
    form: dict[str, Any], status: int, code: str, client: Client
) -> None:
    style = a_style()
    client.force_login(style.created_by)
    data = {key: a_file(value) if isinstance(value, bytes) else value for key, value in form.items()}
    response = client.post(reverse("photo_upload", args=[style.id]), data, headers=JSON)
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == code
    assert not Photo.objects.exists()


def test_a_duplicate_names_the_photo_that_is_there(client: Client) -> None:
    content = a_jpeg()
    photo = a_photo(upload=content)
    client.force_login(photo.created_by)
    response = client.post(
        reverse("photo_upload", args=[photo.style_id]), {"photo": a_file(content)}, headers=JSON
    )
    assert response.status_code == 409
    assert (response.json()["code"], response.json()["photo_id"]) == ("duplicate_photo", str(photo.id))


def test_an_upload_from_another_site_is_refused() -> None:
    style = a_style()
    client = Client(enforce_csrf_checks=True)
    client.force_login(style.created_by)
    response = client.post(reverse("photo_upload", args=[style.id]), {"photo": a_file(a_jpeg())})
    assert response.status_code == 403
    assert not Photo.objects.exists()


@pytest.mark.parametrize("name", ["photo_image", "photo_thumbnail"])
def test_what_is_served_is_private_upright_and_without_metadata(name: str, client: Client) -> None:
    photo = a_photo(upload=a_jpeg(orientation=6, gps=True))
    client.force_login(photo.created_by)
    response = client.get(reverse(name, args=[photo.id]))
    body = body_of(response)
    assert body[8:12] == b"WEBP"
    assert CAMERA.encode() not in body
    assert response.headers["Content-Type"] == "image/webp"
    assert "private" in response.headers["Cache-Control"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_mask_is_a_png(client: Client) -> None:
    analysis = an_analysis()
    client.force_login(analysis.photo.created_by)
    response = client.get(reverse("analysis_mask", args=[analysis.id]))
    assert response.headers["Content-Type"] == "image/png"
    assert body_of(response).startswith(b"\x89PNG")


def test_a_refused_photo_has_no_mask(client: Client) -> None:
    analysis = an_analysis(refused="not_a_garment", garment=None)
    client.force_login(analysis.photo.created_by)
    response = client.get(reverse("analysis_mask", args=[analysis.id]), headers=JSON)
    assert (response.status_code, response.json()["code"]) == (404, "mask_not_found")


def test_a_file_that_the_storage_lost_is_not_there(client: Client) -> None:
    photo = a_photo()
    default_storage.delete(str(photo.thumbnail.name))
    client.force_login(photo.created_by)
    response = client.get(reverse("photo_thumbnail", args=[photo.id]), headers=JSON)
    assert (response.status_code, response.json()["code"]) == (404, "photo_not_found")
    assert client.get(reverse("style", args=[photo.style_id])).status_code == 200


def test_a_browser_that_has_the_file_gets_no_second_copy(client: Client) -> None:
    photo = a_photo()
    client.force_login(photo.created_by)
    url = reverse("photo_thumbnail", args=[photo.id])
    first = client.get(url)
    body_of(first)
    again = client.get(url, headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    client.force_login(a_person())
    stranger = client.get(url, headers={"if-none-match": first.headers["ETag"]})
    assert stranger.status_code == 404


def test_a_viewer_looks_and_does_not_change(client: Client) -> None:
    photo = a_photo()
    client.force_login(a_member(photo.style.workspace, Membership.Role.VIEWER))
    assert body_of(client.get(reverse("photo_image", args=[photo.id])))
    for name, key in (
        ("photo_upload", photo.style_id),
        ("photo_delete", photo.id),
        ("photo_view", photo.id),
        ("photo_analyse", photo.id),
    ):
        data = {"photo": a_file(a_jpeg()), "view": "back"}
        assert client.post(reverse(name, args=[key]), data, headers=JSON).status_code == 403
    assert list(Photo.objects.values_list("view", flat=True)) == ["front"]


def test_forms_of_a_photo_lead_back_to_its_style(client: Client) -> None:
    photo = a_photo()
    client.force_login(photo.created_by)
    page = {"accept": "text/html"}
    style_page = reverse("style", args=[photo.style_id])
    changed = client.post(reverse("photo_view", args=[photo.id]), {"view": "back"}, headers=page)
    assert changed.headers["Location"] == style_page
    assert Photo.objects.get().view == "back"
    analysed = client.post(reverse("photo_analyse", args=[photo.id]), {"next": "/styles/"}, headers=page)
    assert analysed.headers["Location"] == "/styles/"
    deleted = client.post(
        reverse("photo_delete", args=[photo.id]), {"next": "https://elsewhere.example/"}, headers=page
    )
    assert deleted.headers["Location"] == style_page
    assert not Photo.objects.exists()


def test_a_photo_cannot_be_removed_by_following_a_link(client: Client) -> None:
    photo = a_photo()
    client.force_login(photo.created_by)
    assert client.get(reverse("photo_delete", args=[photo.id])).status_code == 405
    assert Photo.objects.exists()
