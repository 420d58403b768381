"""Uploads: what is taken, what is refused, what is served."""

import io
from typing import Any
from unittest import mock

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from PIL import Image

from apps.accounts.models import Membership
from apps.garments.models import Photo
from apps.garments.photo_problems import STATUS, TEXTS, photo_problem
from apps.garments.services import photo_add, photo_delete, photo_set_view
from apps.problems import Conflict, Forbidden, NotFound, Problem
from ml.errors import PhotoError
from ml.vision.photo import MAX_BYTES, PHOTO_CODES
from tests import pictures
from tests.apps.garments.garments import a_designer, a_photo, a_style, tshirt_jpeg
from tests.apps.people import a_member, a_person

pytestmark = pytest.mark.django_db


def body_of(response: Any) -> bytes:
    """All of a streamed file, which is closed; closing the response would end the test's connection."""
    body: bytes = response.getvalue()
    response.file_to_stream.close()
    return body


def stored_files() -> set[str]:
    """Every file in the storage."""
    found, folders = set(), [""]
    while folders:
        folder = folders.pop()
        if folder and not default_storage.exists(folder):
            continue
        try:
            names, files = default_storage.listdir(folder)
        except FileNotFoundError:
            continue
        folders += [f"{folder}/{name}".lstrip("/") for name in names]
        found |= {f"{folder}/{name}" for name in files}
    return found


@pytest.mark.parametrize(
    ("make", "format_"),
    [
        (pictures.as_jpeg, "jpeg"),
        (pictures.as_png, "png"),
        (pictures.as_webp, "webp"),
        (pictures.as_heic, "heic"),
        (pictures.as_cmyk_jpeg, "jpeg"),
    ],
)
def test_photos_of_every_kind_are_kept_and_served_as_webp(make, format_):
    user = a_designer()
    upload = make(pictures.garment_picture("t-shirt", width=300, height=400).pixels)
    photo = a_photo(user, a_style(user), upload)
    assert (photo.format, photo.width, photo.height, photo.size) == (format_, 300, 400, len(upload))
    with photo.original.open("rb") as original:
        assert original.read() == upload
    for file in (photo.normalised, photo.thumbnail):
        with file.open("rb") as served:
            assert Image.open(served).format == "WEBP"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_stored_upright(orientation):
    user = a_designer()
    pixels = pictures.garment_picture("t-shirt", width=300, height=400).pixels
    photo = a_photo(user, a_style(user), pictures.as_jpeg(pixels, orientation=orientation))
    assert (photo.width, photo.height) == (300, 400)
    with photo.normalised.open("rb") as served:
        assert Image.open(served).size == (300, 400)


def test_nothing_served_says_where_or_with_what_the_photo_was_taken(client: Client):
    user = a_designer()
    photo = a_photo(user, a_style(user))
    client.force_login(user)
    assert pictures.CAMERA.encode() in tshirt_jpeg()
    for name in ("photo_image", "photo_thumbnail"):
        body = body_of(client.get(reverse(name, args=[photo.id])))
        image = Image.open(io.BytesIO(body))
        assert not image.getexif()
        assert "exif" not in image.info
        assert pictures.CAMERA.encode() not in body


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        (lambda: b"", "photo_empty"),
        (lambda: b"%PDF-1.7 not a photo", "photo_unsupported_format"),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo_unsupported_format"),
        (lambda: pictures.truncated(tshirt_jpeg()), "photo_damaged"),
        (lambda: pictures.png_bomb(), "photo_too_many_pixels"),
        (lambda: pictures.animated_webp(pictures.floor_picture(width=80, height=80)), "photo_animated"),
        (lambda: b"\xff" * (MAX_BYTES + 1), "photo_too_large"),
    ],
)
def test_unusable_files_are_refused_with_a_reason_and_leave_nothing(upload, code):
    user = a_designer()
    style = a_style(user)
    before = stored_files()
    with pytest.raises(Problem) as problem:
        photo_add(user=user, style=style, upload=upload(), filename="photo.jpg")
    assert problem.value.code == code
    assert str(problem.value.text)
    assert not Photo.objects.exists()
    assert stored_files() == before


def test_every_photo_error_has_words_and_no_words_are_left_over():
    assert set(TEXTS) == set(PHOTO_CODES)
    assert set(STATUS) <= set(TEXTS)
    assert photo_problem(PhotoError("too_large", "x")).status == 413


def test_same_bytes_twice_in_a_style_name_the_first_photo():
    user = a_designer()
    style = a_style(user)
    first = a_photo(user, style)
    before = stored_files()
    with pytest.raises(Conflict) as conflict:
        a_photo(user, style)
    assert conflict.value.code == "duplicate_photo"
    assert conflict.value.extra == {"photo_id": str(first.id)}
    assert stored_files() == before
    assert a_photo(user, a_style(user, "TS-2")).sha256 == first.sha256


def test_failed_write_leaves_no_files():
    user = a_designer()
    style = a_style(user)
    before = stored_files()
    with (
        mock.patch.object(Photo, "save", side_effect=RuntimeError("database gone")),
        pytest.raises(RuntimeError),
    ):
        a_photo(user, style)
    assert stored_files() == before


@pytest.mark.parametrize(
    ("filename", "kept"),
    [
        ("IMG_1.JPG", "IMG_1.JPG"),
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\前身頃.heic", "前身頃.heic"),
        ("a\x00b\n.jpg", "ab.jpg"),
        ("", "photo"),
        ("長" * 400, "長" * 255),
    ],
)
def test_file_names_are_only_shown(filename, kept):
    user = a_designer()
    photo, _task = photo_add(
        user=user, style=a_style(user), upload=tshirt_jpeg(), filename=filename, analyse=False
    )
    assert photo.filename == kept
    assert "passwd" not in photo.original.name


def test_viewer_may_look_but_not_upload_or_delete():
    user = a_designer()
    style = a_style(user)
    photo = a_photo(user, style)
    viewer = a_member(style.workspace, Membership.Role.VIEWER)
    for action in (
        lambda: photo_add(user=viewer, style=style, upload=tshirt_jpeg(), filename="x"),
        lambda: photo_delete(user=viewer, photo=photo),
        lambda: photo_set_view(user=viewer, photo=photo, view="back"),
    ):
        with pytest.raises(Forbidden):
            action()


def test_stranger_finds_nothing_to_upload_to():
    user = a_designer()
    with pytest.raises(NotFound):
        photo_add(user=a_person(), style=a_style(user), upload=tshirt_jpeg(), filename="x")


def test_deleting_removes_row_and_files():
    user = a_designer()
    before = stored_files()
    photo = a_photo(user, a_style(user))
    photo_delete(user=user, photo=photo)
    assert not Photo.objects.exists()
    assert stored_files() == before


def test_browser_upload_answers_with_photo_and_task(client: Client):
    user = a_designer()
    style = a_style(user)
    client.force_login(user)
    upload = io.BytesIO(tshirt_jpeg())
    upload.name = "front.jpg"
    response = client.post(reverse("photo_upload", args=[style.id]), {"photo": upload, "view": "back"})
    assert response.status_code == 201
    assert response.json()["photo"]["view"] == "back"
    assert response.json()["task"]["status"] == "queued"


def test_browser_upload_of_rubbish_answers_with_a_problem(client: Client):
    user = a_designer()
    style = a_style(user)
    client.force_login(user)
    upload = io.BytesIO(b"not a photo")
    upload.name = "front.jpg"
    response = client.post(
        reverse("photo_upload", args=[style.id]), {"photo": upload}, headers={"accept": "application/json"}
    )
    assert response.status_code == 415
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "photo_unsupported_format"


def test_images_are_cached_by_the_viewer_alone(client: Client):
    user = a_designer()
    photo = a_photo(user, a_style(user))
    client.force_login(user)
    url = reverse("photo_image", args=[photo.id])
    first = client.get(url)
    assert "private" in first.headers["Cache-Control"]
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert body_of(first)
    assert client.get(url, headers={"if-none-match": first.headers["ETag"]}).status_code == 304
