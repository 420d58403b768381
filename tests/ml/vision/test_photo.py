"""Opening photos: every format, orientation and colour space we accept, and a clear no to everything else."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from ml.errors import PhotoError
from ml.vision.photo import PHOTO_CODES, Photo, normalised_webp, open_photo, thumbnail_webp
from tests.ml import pictures

FORMATS = ("JPEG", "PNG", "WEBP", "HEIC")
QUARTERS = [pictures.RED, pictures.GREEN, pictures.BLUE, pictures.YELLOW]


# Pillow says aloud what it skips in a damaged EXIF block.
IGNORE_EXIF_WARNINGS = pytest.mark.filterwarnings("ignore:.*(EXIF data|File Read|Skipping tag)")


def assert_close(found: list[tuple[int, ...]], expected: list[tuple[int, int, int]], tolerance: int) -> None:
    difference = np.abs(np.array(found, int) - np.array(expected, int))
    assert difference.max() <= tolerance, f"{found} is not {expected}"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(form: str, orientation: int) -> None:
    upright = pictures.four_corners()
    # For HEIC the encoder writes the turn of the EXIF block into the file's own rotation boxes.
    stored = pictures.STORED_FOR_ORIENTATION[orientation](upright)
    photo = open_photo(pictures.file_bytes(stored, form, exif=pictures.exif_block(orientation)))
    assert (photo.width, photo.height) == (96, 64)
    assert_close(pictures.corner_colours(photo.pixels), QUARTERS, 12)
    assert photo.orientation == orientation
    assert photo.format == form.lower()


@pytest.mark.parametrize("value", [0, 9, 42])
@pytest.mark.parametrize("form", FORMATS)
def test_orientation_outside_the_standard_is_ignored(form: str, value: int) -> None:
    content = pictures.file_bytes(pictures.four_corners(), form, exif=pictures.exif_block(1))
    if form == "PNG":
        # Its chunks carry checksums, and it turns nothing when it is written.
        content = pictures.file_bytes(pictures.four_corners(), form, exif=pictures.exif_block(value))
    entry = b"\x01\x12\x00\x03\x00\x00\x00\x01\x00"
    strange = content.replace(entry + b"\x01", entry + bytes([value]))
    assert entry + bytes([value]) in strange
    photo = open_photo(strange)
    assert (photo.width, photo.height, photo.orientation) == (96, 64, 1)


@IGNORE_EXIF_WARNINGS
def test_damaged_exif_does_not_spoil_a_good_picture() -> None:
    exif = pictures.exif_block(6)[:14] + b"\xff" * 40
    photo = open_photo(pictures.file_bytes(pictures.four_corners(), "JPEG", exif=exif))
    assert_close(pictures.corner_colours(photo.pixels), QUARTERS, 12)


def test_type_is_told_by_content_not_by_name(tmp_path: Path) -> None:
    misnamed = tmp_path / "シャツ 正面.png"
    misnamed.write_bytes(pictures.file_bytes(pictures.four_corners(), "WEBP"))
    assert open_photo(misnamed).format == "webp"


def test_photo_carries_the_hash_of_the_file() -> None:
    content = pictures.file_bytes(pictures.four_corners(), "PNG")
    assert open_photo(content).sha256 == hashlib.sha256(content).hexdigest()


def grey_ramp_16() -> Image.Image:
    return Image.fromarray(np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (64, 1)))


def test_sixteen_bit_grey_is_scaled_not_cut() -> None:
    row = open_photo(pictures.file_bytes(grey_ramp_16(), "PNG")).pixels[32, :, 0]
    assert (row[0], row[-1]) == (0, 255)
    assert abs(int(row[32]) - 130) <= 1


MODES = [
    ("greyscale", Image.new("L", (32, 32), 90), "JPEG", (90, 90, 90), 2),
    ("bilevel", Image.new("1", (32, 32), 1), "PNG", (255, 255, 255), 0),
    ("palette", Image.new("RGB", (32, 32), (10, 120, 200)).quantize(4), "PNG", (10, 120, 200), 2),
    ("half transparent", Image.new("RGBA", (32, 32), (255, 0, 0, 128)), "PNG", (255, 127, 127), 1),
    ("transparent webp", Image.new("RGBA", (32, 32), (0, 0, 0, 0)), "WEBP", (255, 255, 255), 0),
    ("grey with alpha", Image.new("LA", (32, 32), (0, 255)), "PNG", (0, 0, 0), 0),
    ("CMYK", Image.new("CMYK", (32, 32), (0, 255, 255, 0)), "JPEG", (255, 0, 0), 4),
]


@pytest.mark.parametrize(
    ("name", "image", "form", "expected", "tolerance"), MODES, ids=[row[0] for row in MODES]
)
def test_every_mode_becomes_opaque_srgb(
    name: str, image: Image.Image, form: str, expected: tuple[int, int, int], tolerance: int
) -> None:
    photo = open_photo(pictures.file_bytes(image, form))
    assert photo.pixels.shape == (32, 32, 3)
    assert_close([tuple(photo.pixels[16, 16])], [expected], tolerance)


def test_transparent_palette_colour_becomes_white() -> None:
    image = Image.new("P", (32, 32), 1)
    image.putpalette([0, 0, 0, 200, 30, 30])
    photo = open_photo(pictures.file_bytes(image, "PNG", transparency=1))
    assert tuple(photo.pixels[0, 0]) == (255, 255, 255)


def wide_gamut_profile() -> bytes:
    """An RGB profile with the red and green primaries swapped against sRGB's: impossible to overlook."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    tags = {bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * profile[131], 12)}
    red, green = tags[b"rXYZ"], tags[b"gXYZ"]
    profile[red + 4 : red + 12], profile[green + 4 : green + 12] = (
        profile[green + 4 : green + 12],
        profile[red + 4 : red + 12],
    )
    return bytes(profile).replace(b"s\0R\0G\0B", b"t\0E\0S\0T").replace(b"sRGB built-in", b"swapped colour")


@pytest.mark.parametrize("form", FORMATS)
def test_colour_profile_is_applied(form: str) -> None:
    image = Image.new("RGB", (32, 32), (255, 0, 0))
    photo = open_photo(pictures.file_bytes(image, form, icc_profile=wide_gamut_profile()))
    assert_close([tuple(photo.pixels[16, 16])], [(0, 255, 0)], 4)


@pytest.mark.parametrize("profile", [b"not a profile", b"\0" * 200], ids=["text", "zeros"])
def test_unreadable_profile_counts_as_srgb(profile: bytes) -> None:
    image = Image.new("RGB", (32, 32), (200, 100, 50))
    photo = open_photo(pictures.file_bytes(image, "JPEG", icc_profile=profile))
    assert_close([tuple(photo.pixels[16, 16])], [(200, 100, 50)], 3)


def animation(form: str, **options: object) -> bytes:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=100, **options)
    return out.getvalue()


def shirt_heic_sequence() -> bytes:
    content = bytearray(pictures.file_bytes(pictures.four_corners(), "HEIC"))
    content[8:12] = b"hevc"
    return bytes(content)


GOOD_JPEG = pictures.file_bytes(pictures.four_corners(), "JPEG")
REFUSED = [
    ("empty file", b"", "empty"),
    ("text", b"front view of the shirt", "unsupported_format"),
    ("binary rubbish", bytes(range(256)), "unsupported_format"),
    ("SVG", b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "unsupported_format"),
    ("HTML", b"<!DOCTYPE html><html></html>", "unsupported_format"),
    ("PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "unsupported_format"),
    ("GIF", pictures.file_bytes(pictures.four_corners(), "GIF"), "unsupported_format"),
    ("BMP", pictures.file_bytes(pictures.four_corners(), "BMP"), "unsupported_format"),
    ("TIFF", pictures.file_bytes(pictures.four_corners(), "TIFF"), "unsupported_format"),
    ("AVIF brand", b"\0\0\0\x1cftypavif\0\0\0\0mif1miafMA1B", "unsupported_format"),
    ("video", b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "unsupported_format"),
    ("animated WebP", animation("WEBP"), "animated"),
    ("animated PNG", animation("PNG"), "animated"),
    ("HEIF sequence", shirt_heic_sequence(), "animated"),
    ("PNG bomb", pictures.bomb_png(50_000, 50_000), "too_many_pixels"),
    ("JPEG bomb", pictures.bomb_jpeg(65_000, 65_000), "too_many_pixels"),
    ("WebP bomb", pictures.bomb_webp(16_000, 16_000), "too_many_pixels"),
    ("PNG of no width", pictures.bomb_png(0, 40), "damaged"),
    ("icon", pictures.file_bytes(pictures.four_corners(8, 8), "PNG"), "too_small"),
    ("JPEG start only", b"\xff\xd8\xff\xe0", "damaged"),
    ("PNG signature only", b"\x89PNG\r\n\x1a\n", "damaged"),
    ("WebP start only", b"RIFF\x10\0\0\0WEBPVP8 ", "damaged"),
    ("HEIC brand only", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "damaged"),
    (
        "JPEG with a PNG's body",
        GOOD_JPEG[:20] + pictures.file_bytes(pictures.four_corners(), "PNG"),
        "damaged",
    ),
]


@pytest.mark.parametrize(("name", "content", "code"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_is_no_photo_is_refused_with_a_reason(name: str, content: bytes, code: str) -> None:
    with pytest.raises(PhotoError) as caught:
        open_photo(content)
    assert caught.value.code == code
    assert caught.value.code in PHOTO_CODES
    assert caught.value.text.endswith(".")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 0.8, 0.95])
def test_truncated_files_are_damaged_at_every_length(form: str, share: float) -> None:
    content = pictures.file_bytes(pictures.shirt_photo(120, 160), form)
    with pytest.raises(PhotoError) as caught:
        open_photo(content[: int(len(content) * share)])
    assert caught.value.code in ("damaged", "unsupported_format", "too_small")


@IGNORE_EXIF_WARNINGS
@pytest.mark.parametrize("form", FORMATS)
def test_mutated_files_open_or_raise_photo_errors_only(form: str) -> None:
    rng = np.random.default_rng(7)
    original = pictures.file_bytes(pictures.four_corners(), form, exif=pictures.exif_block(3))
    refused = 0
    for _ in range(150):
        content = bytearray(original)
        for _ in range(int(rng.integers(1, 12))):
            content[int(rng.integers(0, min(len(content), 400)))] = int(rng.integers(0, 256))
        try:
            open_photo(bytes(content), max_pixels=4_000_000)
        except PhotoError:
            refused += 1
    assert refused > 10


def test_limits_are_settings() -> None:
    content = pictures.file_bytes(pictures.four_corners(), "PNG")
    with pytest.raises(PhotoError, match="limit") as caught:
        open_photo(content, max_pixels=96 * 64 - 1)
    assert caught.value.code == "too_many_pixels"
    with pytest.raises(PhotoError) as caught:
        open_photo(content, max_bytes=len(content) - 1)
    assert caught.value.code == "too_large"


def test_paths_that_are_no_readable_file(tmp_path: Path) -> None:
    large = tmp_path / "large.jpg"
    large.write_bytes(GOOD_JPEG)
    for path, limit, code in [
        (tmp_path / "missing.jpg", 1000, "not_found"),
        (tmp_path, 1000, "not_found"),
        (large, 100, "too_large"),
    ]:
        with pytest.raises(PhotoError) as caught:
            open_photo(path, max_bytes=limit)
        assert caught.value.code == code


def test_first_picture_of_a_multi_picture_jpeg_is_the_photo() -> None:
    out = io.BytesIO()
    frames = [Image.fromarray(pictures.four_corners()), Image.new("RGB", (96, 64), "black")]
    frames[0].save(out, "MPO", save_all=True, append_images=frames[1:], quality=95)
    photo = open_photo(out.getvalue())
    assert photo.format == "jpeg"
    assert_close(pictures.corner_colours(photo.pixels), QUARTERS, 40)


@pytest.mark.parametrize("form", FORMATS)
def test_no_metadata_survives_in_derived_pictures(form: str) -> None:
    exif = pictures.exif_block(6, gps=True)
    content = pictures.file_bytes(pictures.shirt_photo(120, 160), form, exif=exif)
    assert b"Acme Phones" in content
    photo = open_photo(content)
    for derived in (normalised_webp(photo), thumbnail_webp(photo, 64)):
        image = Image.open(io.BytesIO(derived))
        assert not image.getexif()
        assert not {"exif", "xmp", "icc_profile"} & set(image.info)
        assert not any(word in derived for word in (b"Acme", b"EXIF", b"GPS"))


@pytest.mark.parametrize(("longest", "expected"), [(2560, (96, 64)), (48, (48, 32)), (1, (1, 1))])
def test_derived_pictures_shrink_and_never_grow(longest: int, expected: tuple[int, int]) -> None:
    photo = open_photo(pictures.file_bytes(pictures.four_corners(), "PNG"))
    assert Image.open(io.BytesIO(normalised_webp(photo, longest))).size == expected


def test_photo_pixels_are_read_only_and_checked() -> None:
    photo = open_photo(GOOD_JPEG)
    with pytest.raises(ValueError, match="read-only"):
        photo.pixels[0, 0] = 0
    with pytest.raises(ValueError, match="H×W×3"):
        Photo(np.zeros((4, 4), np.uint8), "png", 1, "0" * 64)
    with pytest.raises(ValueError, match="orientation"):
        Photo(np.zeros((4, 4, 3), np.uint8), "png", 9, "0" * 64)
