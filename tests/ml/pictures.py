"""Pictures and photo files drawn by code, for the tests of the vision package."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import cv2
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]

RED, GREEN, BLUE, YELLOW = (220, 40, 40), (40, 160, 60), (40, 60, 200), (240, 220, 60)

# How a picture must be stored so that the given EXIF orientation turns it upright again.
STORED_FOR_ORIENTATION = {
    1: lambda upright: upright,
    2: lambda upright: upright[:, ::-1],
    3: lambda upright: upright[::-1, ::-1],
    4: lambda upright: upright[::-1],
    5: lambda upright: upright.transpose(1, 0, 2),
    6: lambda upright: np.rot90(upright, 1),
    7: lambda upright: np.rot90(upright, 2).transpose(1, 0, 2),
    8: lambda upright: np.rot90(upright, -1),
}


SHIRT_OUTLINE = (
    *((0.36, 0.16), (0.44, 0.2), (0.56, 0.2), (0.64, 0.16), (0.9, 0.32), (0.82, 0.46), (0.7, 0.4)),
    *((0.7, 0.86), (0.3, 0.86), (0.3, 0.4), (0.18, 0.46), (0.1, 0.32)),
)


def four_corners(width: int = 96, height: int = 64) -> Pixels:
    """H×W×3: red, green, blue and yellow quarters (left to right, top to bottom)."""
    picture = np.empty((height, width, 3), np.uint8)
    picture[: height // 2, : width // 2] = RED
    picture[: height // 2, width // 2 :] = GREEN
    picture[height // 2 :, : width // 2] = BLUE
    picture[height // 2 :, width // 2 :] = YELLOW
    return picture


def corner_colours(pixels: Pixels) -> list[tuple[int, ...]]:
    """The colours in the middle of the four quarters, in reading order."""
    height, width = pixels.shape[:2]
    places = [(height // 4, width // 4), (height // 4, width * 3 // 4)]
    places += [(height * 3 // 4, width // 4), (height * 3 // 4, width * 3 // 4)]
    return [tuple(int(value) for value in pixels[place]) for place in places]


def file_bytes(picture: Pixels | Image.Image, form: str, **options: Any) -> bytes:
    """``picture`` written as "JPEG", "PNG", "WEBP", "HEIC", "GIF", "BMP" or "TIFF"."""
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(np.ascontiguousarray(picture))
    out = io.BytesIO()
    if form == "HEIC":
        pillow_heif.from_pillow(image).save(out, quality=95, **options)
    else:
        if form == "JPEG":
            options = {"quality": 95, "subsampling": 0, **options}
        if form == "WEBP":
            options = {"lossless": True, **options}
        image.save(out, form, **options)
    return out.getvalue()


def exif_block(orientation: int = 1, *, gps: bool = False) -> bytes:
    """An EXIF block as a phone writes it: camera, date, orientation and, if asked for, the place."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Acme Phones"
    exif[0x0132] = "2026:04:01 12:00:00"
    if gps:
        exif.get_ifd(0x8825).update({1: "N", 2: (35.0, 41.0, 22.2), 3: "E", 4: (139.0, 41.0, 30.1)})
    return exif.tobytes()


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """One PNG chunk with its length and checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bomb_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header promises ``width`` × ``height`` pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(b"\0" * 64))
    return b"\x89PNG\r\n\x1a\n" + body + png_chunk(b"IEND", b"")


def bomb_jpeg(width: int, height: int) -> bytes:
    """A small JPEG whose frame header is rewritten to ``width`` × ``height``."""
    content = bytearray(file_bytes(four_corners(), "JPEG"))
    frame = content.index(b"\xff\xc0")
    content[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(content)


def bomb_webp(width: int, height: int) -> bytes:
    """A small WebP whose canvas is rewritten to ``width`` × ``height``."""
    picture = Image.fromarray(four_corners())
    content = bytearray(file_bytes(picture, "WEBP", exif=exif_block()))
    canvas = content.index(b"VP8X") + 12
    content[canvas : canvas + 6] = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes(content)


def shirt_mask(width: int = 480, height: int = 640) -> NDArray[np.bool_]:
    """H×W bool: a T-shirt shape in the middle of the picture."""
    outline = np.array(SHIRT_OUTLINE)
    canvas = np.zeros((height, width), np.uint8)
    cv2.fillPoly(canvas, [np.round(outline * (width, height)).astype(np.int32)], 1)
    return canvas.astype(np.bool_)


def shirt_photo(
    width: int = 480,
    height: int = 640,
    *,
    cloth: tuple[int, int, int] = (40, 60, 110),
    floor: tuple[int, int, int] = (205, 195, 180),
    noise: float = 4.0,
    seed: int = 1,
) -> Pixels:
    """H×W×3: a shirt lying on a floor, with weave, shading and sensor noise."""
    rng = np.random.default_rng(seed)
    mask = shirt_mask(width, height)
    picture = np.where(mask[..., None], np.array(cloth, np.float32), np.array(floor, np.float32))
    across = np.linspace(0.92, 1.06, width, dtype=np.float32)[None, :, None]
    weave = rng.normal(0, noise, (height, width, 1)).astype(np.float32)
    weave += cv2.GaussianBlur(weave, (0, 0), 3)[..., None] * 3
    return np.clip(picture * across + weave, 0, 255).astype(np.uint8)
