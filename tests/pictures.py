"""Garment photographs drawn by code: cloth with folds and seams on a floor, in the files that phones make.

`garment_picture` gives the pixels and the true mask; the `as_…` functions and the spoilt files below
turn pixels into uploads. Everything is deterministic for the same arguments.
"""

import io
import struct
import zlib
from dataclasses import dataclass

import cv2
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
Point = tuple[float, float]

PLACE = (35.6586, 139.7454)
CAMERA = "Testcam 9"

# Right half of each outline from centre front down, in units of the picture's width; y runs down and
# starts at the garment's top. "c" marks a corner, "s" a smooth point.
OUTLINES: dict[str, list[tuple[float, float, str]]] = {
    "t-shirt": [
        (0.000, 0.085, "s"),
        (0.060, 0.060, "s"),
        (0.095, 0.000, "c"),
        (0.220, 0.045, "c"),
        (0.300, 0.110, "s"),
        (0.390, 0.260, "c"),
        (0.285, 0.325, "c"),
        (0.222, 0.245, "c"),
        (0.212, 0.450, "s"),
        (0.220, 0.740, "c"),
        (0.000, 0.750, "s"),
    ],
    "longsleeve": [
        (0.000, 0.080, "s"),
        (0.060, 0.055, "s"),
        (0.090, 0.000, "c"),
        (0.205, 0.040, "c"),
        (0.275, 0.120, "s"),
        (0.350, 0.380, "s"),
        (0.410, 0.640, "c"),
        (0.325, 0.665, "c"),
        (0.205, 0.270, "c"),
        (0.200, 0.480, "s"),
        (0.210, 0.760, "c"),
        (0.000, 0.770, "s"),
    ],
    "pants": [
        (0.000, 0.012, "s"),
        (0.155, 0.000, "c"),
        (0.190, 0.150, "s"),
        (0.215, 0.320, "s"),
        (0.205, 0.650, "s"),
        (0.200, 1.000, "c"),
        (0.075, 1.005, "c"),
        (0.045, 0.620, "s"),
        (0.012, 0.330, "c"),
        (0.000, 0.322, "c"),
    ],
    "dress": [
        (0.000, 0.120, "s"),
        (0.050, 0.095, "s"),
        (0.080, 0.000, "c"),
        (0.150, 0.018, "c"),
        (0.128, 0.120, "s"),
        (0.165, 0.215, "c"),
        (0.140, 0.330, "s"),
        (0.135, 0.420, "s"),
        (0.215, 0.700, "s"),
        (0.295, 1.020, "c"),
        (0.000, 1.050, "s"),
    ],
}
KINDS = tuple(OUTLINES)


@dataclass(frozen=True)
class Picture:
    """Pixels H×W×3 uint8 sRGB, the garment's true mask H×W bool, and the cloth's mean sRGB colour."""

    kind: str
    pixels: Pixels
    mask: NDArray[np.bool_]
    cloth: tuple[int, int, int]


def garment_picture(
    kind: str = "t-shirt",
    *,
    width: int = 900,
    height: int = 1200,
    cloth: tuple[int, int, int] = (42, 72, 128),
    floor: str = "wood",
    tilt: float = 0.0,
    exposure: float = 1.0,
    seed: int = 1,
) -> Picture:
    """One garment of KINDS seen from above on a "wood", "carpet" or "sheet" floor.

    tilt: degrees clockwise. exposure: 1 is well lit, 0.15 a dark room.
    """
    random = np.random.default_rng(seed)
    outline = _outline(kind, width, height, tilt)
    edge = _filled(outline, width, height)
    colour = _cloth(cloth, width, height, random)
    _draw_seams(colour, kind, outline, width)
    ground = _floor(floor, width, height, random) * _shadow(edge, width)[..., None]
    alpha = edge[..., None]
    light = _light(width, height)[..., None]
    scene = (colour * alpha + ground * (1 - alpha)) * light * exposure
    scene += random.normal(0, 1.8, scene.shape)
    pixels = np.clip(scene, 0, 255).astype(np.uint8)
    return Picture(kind, pixels, edge > 0.5, cloth)


def floor_picture(*, width: int = 900, height: int = 1200, floor: str = "wood", seed: int = 1) -> Pixels:
    """The floor alone: a photo in which there is no garment."""
    random = np.random.default_rng(seed)
    scene = _floor(floor, width, height, random) * _light(width, height)[..., None]
    return np.clip(scene, 0, 255).astype(np.uint8)


def _outline(kind: str, width: int, height: int, tilt: float) -> NDArray[np.float64]:
    """Closed outline N×2 in pixels: the half outline, smoothed, mirrored, centred and turned."""
    half = _smoothed(OUTLINES[kind])
    left = half[::-1] * (-1, 1)
    whole = np.concatenate([half, left[1:-1]])
    tall = whole[:, 1].max()
    scale = min(width * 1.08, height * 0.88 / tall)
    whole = (whole - (0, tall / 2)) * scale
    turn = np.deg2rad(tilt)
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return np.asarray(whole @ rotation + (width / 2, height / 2))


def _smoothed(points: list[tuple[float, float, str]]) -> NDArray[np.float64]:
    """Catmull–Rom through the smooth points, free at the corners, level where it crosses centre front."""
    at = np.array([(x, y) for x, y, _ in points])
    corner = [kind == "c" for *_, kind in points]
    pieces = [at[:1]]
    for i in range(len(at) - 1):
        before = at[i] if corner[i] else at[i - 1] if i else at[1] * (-1, 1)
        after = at[i + 1] if corner[i + 1] else at[i + 2] if i + 2 < len(at) else at[-2] * (-1, 1)
        first = at[i] + (at[i + 1] - before) / 6
        second = at[i + 1] - (after - at[i]) / 6
        t = np.linspace(0, 1, 24)[1:, None]
        pieces.append(
            at[i] * (1 - t) ** 3
            + 3 * first * t * (1 - t) ** 2
            + 3 * second * t**2 * (1 - t)
            + at[i + 1] * t**3
        )
    return np.concatenate(pieces)


def _filled(outline: NDArray[np.float64], width: int, height: int) -> NDArray[np.float64]:
    """Coverage 0–1 of each pixel."""
    canvas = np.zeros((height, width), np.uint8)
    cv2.fillPoly(canvas, [np.round(outline * 16).astype(np.int32)], 255, cv2.LINE_AA, shift=4)
    return canvas.astype(np.float64) / 255


def _clouds(width: int, height: int, cells: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Smooth noise of about ±1 with `cells` bumps across."""
    rows = max(2, round(cells * height / width))
    coarse = random.normal(0, 1, (rows, max(2, cells)))
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))


def _cloth(
    colour: tuple[int, int, int], width: int, height: int, random: np.random.Generator
) -> NDArray[np.float64]:
    """Woven cloth: a fine weave, melange, and soft folds that run mostly downwards."""
    y, x = np.mgrid[0:height, 0:width]
    weave = 0.02 * np.sin(x * 2.1) * np.sin(y * 2.1)
    melange = 0.02 * random.normal(0, 1, (height, width))
    bend = _clouds(width, height, 4, random)
    folds = 0.07 * np.sin(x / width * 26 + 1.7 * bend) * np.clip(_clouds(width, height, 3, random), -1, 1)
    dents = 0.05 * _clouds(width, height, 6, random)
    shade = 1 + weave + melange + folds + dents
    return np.asarray(np.array(colour, np.float64) * shade[..., None])


def _draw_seams(colour: NDArray[np.float64], kind: str, outline: NDArray[np.float64], width: int) -> None:
    """Darkens the hem, the neck or waist seam and the centre of trousers, as stitching does."""
    centre = outline.mean(axis=0)
    inner = centre + (outline - centre) * 0.955
    thick = max(1, width // 450)
    layer = np.zeros(colour.shape[:2], np.uint8)
    low = inner[:, 1] > inner[:, 1].max() - 0.045 * width
    for path in np.split(inner, np.flatnonzero(np.diff(low)) + 1):
        if path[:, 1].min() > inner[:, 1].max() - 0.045 * width:
            cv2.polylines(layer, [np.round(path).astype(np.int32)], False, 255, thick, cv2.LINE_AA)
    neck = outline[outline[:, 1] < np.quantile(outline[:, 1], 0.18)] + (0, 0.022 * width)
    order = neck[np.argsort(neck[:, 0])]
    cv2.polylines(layer, [np.round(order).astype(np.int32)], False, 255, thick, cv2.LINE_AA)
    if kind == "pants":
        top = int(outline[:, 1].min())
        cv2.line(
            layer, (int(centre[0]), top), (int(centre[0]), top + int(0.33 * width)), 255, thick, cv2.LINE_AA
        )
    colour *= 1 - 0.35 * (layer / 255)[..., None]


def _floor(name: str, width: int, height: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Wooden planks, a speckled carpet, or a light bed sheet with creases."""
    y, x = np.mgrid[0:height, 0:width]
    if name == "wood":
        plank = width / 6
        number = np.floor(x / plank).astype(int)
        tone = random.normal(1, 0.05, number.max() + 1)[number]
        grain = 0.04 * np.sin(x * 0.9 + 6 * _clouds(width, height, 5, random))
        gap = np.where(np.mod(x, plank) < max(1.5, width / 450), 0.6, 1.0)
        return np.asarray(np.array([176.0, 138, 96]) * (tone * (1 + grain) * gap)[..., None])
    if name == "carpet":
        speckle = cv2.GaussianBlur(random.normal(0, 1, (height, width)), (0, 0), 1.2) * 0.25
        return np.asarray(np.array([150.0, 148, 142]) * (1 + speckle)[..., None])
    if name == "sheet":
        creases = 0.03 * np.sin((x + y) / width * 30 + 3 * _clouds(width, height, 3, random))
        return np.asarray(np.array([226.0, 223, 216]) * (1 + creases)[..., None])
    raise ValueError(f"unknown floor {name!r}")


def _shadow(edge: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """The soft shadow that the garment throws on the floor: 1 is none."""
    offset = max(2, width // 150)
    moved = np.roll(edge, (offset, offset), (0, 1))
    return np.asarray(1 - 0.35 * cv2.GaussianBlur(moved, (0, 0), width / 110))


def _light(width: int, height: int) -> NDArray[np.float64]:
    """A window at the upper left and a little vignetting."""
    y, x = np.mgrid[0:height, 0:width]
    u, v = x / width - 0.5, y / height - 0.5
    return np.asarray(1.04 - 0.10 * u - 0.08 * v - 0.18 * (u**2 + v**2))


# Files


def stored_pixels(upright: Pixels, orientation: int) -> Pixels:
    """The pixels as a camera stores them when its EXIF orientation is `orientation` (CIPA DC-008)."""
    stored = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.transpose(1, 0, 2),
        6: lambda a: a[:, ::-1].transpose(1, 0, 2),
        7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
        8: lambda a: a[::-1].transpose(1, 0, 2),
    }[orientation](upright)
    return np.ascontiguousarray(stored)


def exif_block(orientation: int = 1, *, gps: bool = False) -> Image.Exif:
    """EXIF with a camera, an orientation and, where asked for, the place it was taken."""
    exif = Image.Exif()
    exif[0x0110] = CAMERA
    exif[0x0112] = orientation
    if gps:
        place = exif.get_ifd(0x8825)
        for reference, value, hemisphere, degrees in (
            (1, 2, "N", PLACE[0]),
            (3, 4, "E", PLACE[1]),
        ):
            place[reference] = hemisphere
            place[value] = (int(degrees), int(degrees * 60 % 60), round(degrees * 3600 % 60, 2))
    return exif


def as_jpeg(pixels: Pixels, *, orientation: int = 1, gps: bool = False, quality: int = 90) -> bytes:
    """A phone's JPEG whose EXIF turns it upright."""
    stored = Image.fromarray(stored_pixels(pixels, orientation))
    return _saved(stored, "JPEG", quality=quality, exif=exif_block(orientation, gps=gps))


def as_png(pixels: Pixels) -> bytes:
    return _saved(Image.fromarray(pixels), "PNG", compress_level=1)


def as_webp(pixels: Pixels, *, gps: bool = False) -> bytes:
    return _saved(Image.fromarray(pixels), "WEBP", quality=90, exif=exif_block(gps=gps))


def as_heic(pixels: Pixels, *, gps: bool = False) -> bytes:
    """A HEIC as an iPhone writes it."""
    out = io.BytesIO()
    heif = pillow_heif.from_pillow(Image.fromarray(pixels))
    heif.save(out, quality=80, exif=exif_block(gps=gps).tobytes())
    return out.getvalue()


def as_cmyk_jpeg(pixels: Pixels) -> bytes:
    """A print shop's JPEG."""
    return _saved(Image.fromarray(pixels).convert("CMYK"), "JPEG", quality=90)


def animated_webp(pixels: Pixels) -> bytes:
    frames = [Image.fromarray(pixels), Image.fromarray(pixels[::-1].copy())]
    return _saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=100)


def animated_gif(pixels: Pixels) -> bytes:
    frames = [Image.fromarray(pixels), Image.fromarray(pixels[::-1].copy())]
    return _saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)


def truncated(content: bytes, share: float = 0.4) -> bytes:
    """The first part of a file whose transfer broke off."""
    return content[: int(len(content) * share)]


def png_bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of a few kilobytes that claims to hold `width` × `height` pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
