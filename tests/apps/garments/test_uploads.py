"""Adding a photo: what is accepted, what is refused with which words, what is kept and what never leaves."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from threading import Barrier

import numpy as np
import pytest
from django.db import DatabaseError, connection
from django.db.models.fields.files import FieldFile
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.accounts.models import Membership
from apps.agents.models import AgentTask
from apps.garments.models import Photo, Style
from apps.garments.photo_problems import TEXTS
from apps.garments.services import photo_add, photo_delete, photo_set_view
from apps.problems import Conflict, Forbidden, NotFound, Problem
from ml.vision.photo import MAX_BYTES, PHOTO_CODES
from tests.apps.garments.factories import a_jpeg, a_photo, a_style, an_analysis
from tests.apps.people import a_member, a_person
from tests.pictures import (
    CAMERA,
    animated_gif,
    animated_webp,
    as_cmyk_jpeg,
    as_heic,
    as_jpeg,
    as_png,
    as_webp,
    garment_picture,
    png_bomb,
    truncated,
)

Role = Membership.Role
PIXELS = garment_picture("t-shirt", width=90, height=120).pixels
EVIL_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

ACCEPTED = {
    "JPEG": (as_jpeg(PIXELS), "jpeg"),
    "CMYK JPEG": (as_cmyk_jpeg(PIXELS), "jpeg"),
    "PNG": (as_png(PIXELS), "png"),
    "WebP": (as_webp(PIXELS), "webp"),
    "HEIC": (as_heic(PIXELS), "heic"),
}
REFUSED = {
    "nothing": (b"", "photo_empty", 422),
    "a transfer that broke off": (truncated(as_jpeg(PIXELS)), "photo_damaged", 422),
    "half a HEIC": (truncated(as_heic(PIXELS)), "photo_damaged", 422),
    "an animated WebP": (animated_webp(PIXELS), "photo_animated", 422),
    "an animated GIF": (animated_gif(PIXELS), "photo_unsupported_format", 415),
    "a decompression bomb": (png_bomb(), "photo_too_many_pixels", 422),
    "a preview": (as_jpeg(PIXELS[:10, :10].copy()), "photo_too_small", 422),
    "more than 20 MB": (as_jpeg(PIXELS) + bytes(MAX_BYTES), "photo_too_large", 413),
    "an SVG": (EVIL_SVG, "photo_unsupported_format", 415),
    "a web page": (b"<!doctype html><script>alert(1)</script>", "photo_unsupported_format", 415),
    "a PDF": (b"%PDF-1.7\n", "photo_unsupported_format", 415),
    "a program": (b"\x7fELF" + bytes(64), "photo_unsupported_format", 415),
}


def content_of(file: FieldFile) -> bytes:
    with file.open("rb") as stream:
        content: bytes = stream.read()
    return content


def opened(file: FieldFile) -> Image.Image:
    return Image.open(io.BytesIO(content_of(file)))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ACCEPTED)
def test_what_phones_and_print_shops_send(kind: str, stored: Callable[[], set[str]]) -> None:
    content, format_ = ACCEPTED[kind]
    photo = a_photo(upload=content, filename="whatever.gif")
    assert (photo.format, photo.width, photo.height) == (format_, 90, 120)
    assert (photo.size, photo.sha256) == (len(content), sha256(content).hexdigest())
    assert content_of(photo.original) == content
    assert _difference(photo) < 8
    assert len(stored()) == 3


@pytest.mark.django_db
@pytest.mark.parametrize("orientation", range(1, 9))
def test_photos_are_kept_upright(orientation: int, stored: Callable[[], set[str]]) -> None:
    photo = a_photo(upload=as_jpeg(PIXELS, orientation=orientation))
    assert (photo.width, photo.height) == (90, 120)
    assert _difference(photo) < 8


def _difference(photo: Photo) -> float:
    """Mean difference per channel between the served copy and the picture that was taken."""
    served = np.asarray(opened(photo.normalised).convert("RGB"), np.int16)
    return float(np.abs(served - PIXELS).mean())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [as_jpeg(PIXELS, gps=True), as_webp(PIXELS, gps=True), as_heic(PIXELS, gps=True)],
    ids=["JPEG", "WebP", "HEIC"],
)
def test_place_and_camera_stay_in_the_original(content: bytes, stored: Callable[[], set[str]]) -> None:
    assert CAMERA.encode() in content
    photo = a_photo(upload=content)
    for copy in (photo.normalised, photo.thumbnail):
        image = opened(copy)
        assert image.format == "WEBP"
        assert not image.getexif()
        assert not {"exif", "xmp", "icc_profile"} & set(image.info)
        assert CAMERA.encode() not in content_of(copy)


@pytest.mark.django_db
def test_a_thumbnail_is_small(stored: Callable[[], set[str]]) -> None:
    photo = a_photo(upload=as_jpeg(garment_picture("dress", width=900, height=1200).pixels))
    assert opened(photo.normalised).size == (900, 1200)
    assert opened(photo.thumbnail).size == (360, 480)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_refused_leaves_nothing(kind: str, stored: Callable[[], set[str]]) -> None:
    content, code, status = REFUSED[kind]
    style = a_style()
    with pytest.raises(Problem) as refused:
        photo_add(user=style.created_by, style=style, upload=content, filename="tee.jpg")
    assert (refused.value.code, refused.value.status) == (code, status)
    assert not stored()
    assert not Photo.objects.exists()
    assert not AgentTask.objects.exists()


def test_every_reason_to_refuse_a_photo_has_words() -> None:
    assert set(TEXTS) == set(PHOTO_CODES)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("IMG_0001.HEIC", "IMG_0001.HEIC"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\前.jpg", "前.jpg"),
        ("a\x00b\n\u202egpj.exe", "abgpj.exe"),
        ("", "photo"),
        ("長" * 300, "長" * 255),
    ],
)
def test_a_file_name_is_only_shown(sent: str, kept: str, stored: Callable[[], set[str]]) -> None:
    photo = a_photo(filename=sent)
    assert photo.filename == kept
    workspace, key = photo.workspace_id, photo.id
    assert stored() == {
        f"originals/{workspace}/{key}",
        f"photos/{workspace}/{key}.webp",
        f"photos/{workspace}/{key}.thumb.webp",
    }


@pytest.mark.django_db
def test_an_analysis_is_asked_for_with_the_photo() -> None:
    style = a_style()
    photo, task = photo_add(user=style.created_by, style=style, upload=a_jpeg(), filename="tee.jpg")
    assert task is not None
    assert (task.agent_type, task.status) == ("garment_analyzer", "queued")
    assert task.configuration == {"photo_id": str(photo.id), "reference": {}}
    assert task.subject == f"photo:{photo.id}"
    assert (task.workspace, task.created_by) == (style.workspace, style.created_by)


@pytest.mark.django_db
def test_the_same_photo_is_kept_once_in_a_style(stored: Callable[[], set[str]]) -> None:
    content = a_jpeg()
    photo = a_photo(upload=content)
    with pytest.raises(Conflict) as refused:
        a_photo(photo.style, upload=content, filename="copy.jpg", view="back")
    assert refused.value.code == "duplicate_photo"
    assert refused.value.extra == {"photo_id": str(photo.id)}
    assert len(stored()) == 3
    assert a_photo(a_style(photo.created_by), upload=content).id != photo.id


@pytest.mark.django_db(transaction=True)
def test_of_two_uploads_at_once_one_wins(stored: Callable[[], set[str]]) -> None:
    style, content, start = a_style(), a_jpeg(), Barrier(2)

    def upload() -> str:
        try:
            start.wait(10)
            photo_add(user=style.created_by, style=style, upload=content, filename="tee.jpg", analyse=False)
        except Conflict as conflict:
            return conflict.code
        finally:
            connection.close()
        return "stored"

    with ThreadPoolExecutor(2) as pool:
        outcomes = [future.result() for future in [pool.submit(upload), pool.submit(upload)]]
    assert sorted(outcomes) == ["duplicate_photo", "stored"]
    assert Photo.objects.count() == 1
    assert len(stored()) == 3


@pytest.mark.django_db
def test_files_go_when_the_row_cannot_be_written(stored: Callable[[], set[str]]) -> None:
    style = a_style()
    Style.objects.filter(id=style.id).delete()
    with pytest.raises(DatabaseError):
        photo_add(user=style.created_by, style=style, upload=a_jpeg(), filename="tee.jpg")
    assert not stored()


@pytest.mark.django_db
def test_a_view_is_front_back_or_detail() -> None:
    photo = a_photo(view="back")
    assert photo.view == "back"
    photo_set_view(user=photo.created_by, photo=photo, view="detail")
    photo.refresh_from_db()
    assert photo.view == "detail"
    for write in (
        lambda: a_photo(photo.style, view="inside"),
        lambda: photo_set_view(user=photo.created_by, photo=photo, view="inside"),
    ):
        with pytest.raises(Problem, match="unknown_view"):
            write()


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER])
def test_only_designers_add_and_remove(role: str, stored: Callable[[], set[str]]) -> None:
    photo = a_photo()
    before = stored()
    for user, error in ((a_member(photo.style.workspace, role), Forbidden), (a_person(), NotFound)):
        with pytest.raises(error):
            photo_add(user=user, style=photo.style, upload=a_jpeg(), filename="tee.jpg")
        with pytest.raises(error):
            photo_set_view(user=user, photo=photo, view="back")
        with pytest.raises(error):
            photo_delete(user=user, photo=photo)
    assert stored() == before


@pytest.mark.django_db
def test_a_removed_photo_takes_its_analyses_and_files_along(
    stored: Callable[[], set[str]], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    photo = a_photo()
    an_analysis(photo)
    before = stored()
    assert len(before) == 4
    with django_capture_on_commit_callbacks() as waiting:
        photo_delete(user=photo.created_by, photo=photo)
        photo_delete(user=photo.created_by, photo=photo)
    assert not Photo.objects.exists()
    assert stored() == before
    for remove in waiting:
        remove()
    assert not stored()
