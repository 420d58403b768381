"""The one function that opens photos: bytes or a path in, upright sRGB pixels without any metadata out."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from ml.errors import PhotoError
from ml.vision.photo_colour import opaque_srgb, pixels_of
from ml.vision.photo_header import FORMATS, PhotoHeader, read_header

Pixels = NDArray[np.uint8]

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 80_000_000  # phones reach 50 MP; 80 MP decoded are 240 MB
MIN_SIDE = 16
NORMALISED_LONGEST = 2560
NORMALISED_QUALITY = 85

PHOTO_CODES = (
    "not_found",
    "unreadable",
    "empty",
    "too_large",
    "too_many_pixels",
    "too_small",
    "unsupported_format",
    "animated",
    "damaged",
)

ORIENTATION_TAG = 0x0112
ACCEPTED = "Use a JPEG, PNG, WebP or HEIC photo."

# What the decoders raise on bytes that are not what they claim to be (found by mutating files).
DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    RuntimeError,
    OverflowError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True, eq=False)
class Photo:
    """An upright photo.

    ``pixels``: H×W×3 uint8, sRGB, read-only. ``format``: "jpeg", "png", "webp" or "heic", by content.
    ``orientation``: the EXIF orientation (1–8) that the file had; ``pixels`` are already turned.
    ``sha256``: of the file's bytes. Nothing else of the file is kept: no place, no date, no camera.
    """

    pixels: Pixels
    format: str
    orientation: int
    sha256: str

    def __post_init__(self) -> None:
        if self.pixels.dtype != np.uint8 or self.pixels.ndim != 3 or self.pixels.shape[2] != 3:
            raise ValueError("photo: pixels must be H×W×3 uint8")
        if not self.pixels.size:
            raise ValueError("photo: no pixels")
        if self.format not in FORMATS:
            raise ValueError(f"photo: unknown format {self.format!r}")
        if self.orientation not in range(1, 9):
            raise ValueError("photo: orientation must be 1 to 8")
        if len(self.sha256) != 64:
            raise ValueError("photo: sha256 must have 64 hexadecimal digits")
        self.pixels.flags.writeable = False

    @property
    def width(self) -> int:
        """Width of the upright photo in pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Height of the upright photo in pixels."""
        return int(self.pixels.shape[0])


def open_photo(source: bytes | Path, *, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS) -> Photo:
    """The photo in ``source``, upright, in sRGB, alpha composited on white, metadata dropped.

    The type is told by content. Size limits are checked before anything is decoded. A colour profile that
    cannot be read counts as sRGB, as it does in browsers; a HEIC with several stills gives its primary one.
    Raises PhotoError with one of PHOTO_CODES.
    """
    content = source if isinstance(source, bytes) else _read_file(source, max_bytes)
    if not content:
        raise PhotoError("empty", "The file is empty. Copy the photo from the phone again.")
    if len(content) > max_bytes:
        raise _too_large(len(content), max_bytes)
    header = read_header(content)
    if not header.format:
        raise PhotoError("unsupported_format", f"This is {header.described}. {ACCEPTED}")
    if header.animated:
        raise PhotoError("animated", "This picture is animated. Use a still photo.")
    if header.canvas is not None:
        _check_size(header.canvas, max_pixels)
    try:
        image, orientation = _decode(content, header, max_pixels)
        stored = pixels_of(opaque_srgb(image))
        del image
        pixels = stored if header.format == "heic" else turn_upright(stored, orientation)
    except PhotoError:
        raise
    except MemoryError as error:
        raise PhotoError("too_many_pixels", "The photo needs too much memory. Use a smaller copy.") from error
    except DECODER_ERRORS as error:
        raise PhotoError(
            "damaged",
            f"This file begins like {header.described} but is damaged or incomplete. Export it again.",
        ) from error
    return Photo(pixels, header.format, orientation, hashlib.sha256(content).hexdigest())


def normalised_webp(
    photo: Photo, longest: int = NORMALISED_LONGEST, quality: int = NORMALISED_QUALITY
) -> bytes:
    """A WebP of the upright photo, its longer side at most ``longest`` px, free of metadata (sRGB)."""
    if longest < 1 or not 1 <= quality <= 100:
        raise ValueError("normalised photo: longest must be positive and quality 1 to 100")
    out = io.BytesIO()
    Image.fromarray(shrink(photo.pixels, longest)).save(out, "WEBP", quality=quality, method=4)
    return out.getvalue()


def thumbnail_webp(photo: Photo, longest: int) -> bytes:
    """A small WebP for lists, its longer side at most ``longest`` px, free of metadata."""
    return normalised_webp(photo, longest, quality=80)


def shrink(pixels: Pixels, longest: int) -> Pixels:
    """``pixels`` (H×W or H×W×3) area-averaged to a longer side of at most ``longest``; never enlarged."""
    height, width = pixels.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    whole = int(1 / scale)
    if whole >= 2 and scale * whole < 0.99:
        # Halving and the like is several times faster than averaging over fractions of pixels.
        pixels = cast(
            Pixels, cv2.resize(pixels, (width // whole, height // whole), interpolation=cv2.INTER_AREA)
        )
    return cast(Pixels, cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))


def _read_file(path: Path, max_bytes: int) -> bytes:
    """The bytes of a regular file no larger than ``max_bytes``."""
    try:
        if not path.is_file():
            problem = "is not a file" if path.exists() else "does not exist"
            raise PhotoError("not_found", f"{path.name or path} {problem}. Name a photo.")
        if path.stat().st_size > max_bytes:
            raise _too_large(path.stat().st_size, max_bytes)
        with path.open("rb") as file:
            return file.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        raise PhotoError("unreadable", f"{path.name} cannot be read. Check that you may open it.") from error


def _too_large(size: int, limit: int) -> PhotoError:
    mega = 1024 * 1024
    return PhotoError(
        "too_large",
        f"The file has {size / mega:.1f} MB; at most {limit / mega:.0f} MB are accepted. Use a smaller copy.",
    )


def _check_size(size: tuple[int, int], max_pixels: int) -> None:
    """Raises PhotoError for a picture with too many or hardly any pixels; ``size`` is (width, height)."""
    width, height = size
    if width * height > max_pixels:
        raise PhotoError(
            "too_many_pixels",
            f"The picture has {width} × {height} pixels; the limit is {max_pixels / 1e6:.0f} megapixels. "
            "Use a smaller copy.",
        )
    if width < 1 or height < 1:
        raise PhotoError("damaged", "The picture says that it has no pixels. Export or upload it again.")
    if min(width, height) < MIN_SIDE:
        raise PhotoError(
            "too_small",
            f"The picture has only {width} × {height} pixels. Use the original photo, not its preview.",
        )


def _decode(content: bytes, header: PhotoHeader, max_pixels: int) -> tuple[Image.Image, int]:
    """The decoded picture and the EXIF orientation of its file.

    A HEIC comes out upright already: its own rotation boxes are the valid ones (ISO/IEC 23008-12, 6.5.10).
    """
    image: Image.Image
    if header.format == "heic":
        heif = pillow_heif.open_heif(content)
        _check_size(heif.size, max_pixels)
        image = heif.to_pillow()
        return image, _valid_orientation(image.info.get("original_orientation"))
    stream = io.BytesIO(content)
    if header.format == "jpeg":
        image = JpegImagePlugin.JpegImageFile(stream)
    elif header.format == "png":
        image = PngImagePlugin.PngImageFile(stream)
    else:
        image = WebPImagePlugin.WebPImageFile(stream)
    _check_size(image.size, max_pixels)
    image.load()
    return image, _exif_orientation(image)


def _exif_orientation(image: Image.Image) -> int:
    """EXIF orientation 1–8; 1 where there is none or the EXIF block is damaged, as viewers do."""
    try:
        return _valid_orientation(image.getexif().get(ORIENTATION_TAG))
    except DECODER_ERRORS:
        return 1


def _valid_orientation(value: object) -> int:
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def turn_upright(pixels: Pixels, orientation: int) -> Pixels:
    """A stored H×W×3 picture turned and mirrored as its EXIF orientation (1–8) says (CIPA DC-008)."""
    if orientation == 2:
        turned = cv2.flip(pixels, 1)
    elif orientation == 3:
        turned = cv2.rotate(pixels, cv2.ROTATE_180)
    elif orientation == 4:
        turned = cv2.flip(pixels, 0)
    elif orientation == 5:
        turned = cv2.transpose(pixels)
    elif orientation == 6:
        turned = cv2.rotate(pixels, cv2.ROTATE_90_CLOCKWISE)
    elif orientation == 7:
        turned = cv2.rotate(cv2.transpose(pixels), cv2.ROTATE_180)
    elif orientation == 8:
        turned = cv2.rotate(pixels, cv2.ROTATE_90_COUNTERCLOCKWISE)
    else:
        return np.ascontiguousarray(pixels)
    return cast(Pixels, turned)
