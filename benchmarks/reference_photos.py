"""Photos with an A4 sheet or a card laid beside or on the garment, made from photos without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.vision.measuring.frame import project
from ml.vision.measuring.pose import SIZES, rectangle

Pixels = NDArray[np.uint8]
Kind = Literal["a4", "card"]

OVERSAMPLED = 4
MOST_TILT = 15.0  # degrees off the vertical
ROUNDING = 0.318  # cm: the corners of an ID-1 card
GARMENT_CM = (55.0, 110.0)  # longer side
TRIES = 60


@dataclass(frozen=True, eq=False)
class Composite:
    """A photo with a reference. ``to_cm``: upright pixels → cm of the plane; ``corners``: 4×2 px."""

    pixels: Pixels
    kind: Kind
    to_cm: NDArray[np.float64]
    corners: NDArray[np.float64]
    on_garment: bool


def with_reference(
    pixels: Pixels, mask: NDArray[np.bool_], kind: Kind, random: Generator, longest: int
) -> Composite | None:
    """``pixels`` enlarged to ``longest`` px with a reference on its floor; None where there is no room.

    The camera is a phone's (focal length 0.72–0.85 of the longer side), tilted by up to MOST_TILT about any
    axis; the sheet or card has a shadow, uneven light, the photo's blur, sensor noise and JPEG artefacts.
    """
    factor = longest / max(pixels.shape[:2])
    size = (round(pixels.shape[1] * factor), round(pixels.shape[0] * factor))
    photo = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    cloth = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST).astype(np.bool_)
    y, x = np.nonzero(cloth)
    if not len(x):
        return None
    garment = float(max(np.ptp(x), np.ptp(y)))
    cm_per_px = random.uniform(*GARMENT_CM) / garment
    to_pixels = _camera(size, cm_per_px, random)
    drawn = _drawing(kind, random)
    beside = random.random() < 0.7
    for attempt in range(TRIES):
        angle, place = random.uniform(0, 2 * np.pi), random.uniform((0, 0), size)
        corners = _corners(kind, to_pixels, place, angle)
        if corners.min() < 4 or (corners >= np.array(size) - 4).any():
            continue
        cover = np.zeros(cloth.shape, np.uint8)
        cv2.fillConvexPoly(cover, np.round(corners).astype(np.int32), 1)
        on = float(cloth[cover > 0].mean())
        # A sheet across the garment's outline is no good photo; late tries take any clear place.
        if (on < 0.02) if beside and attempt < TRIES // 2 else (on < 0.02 or on > 0.98):
            to_cm = np.asarray(np.linalg.inv(_placed(to_pixels, place, angle)), np.float64)
            return Composite(_pasted(photo, drawn, kind, corners, random), kind, to_cm, corners, on > 0.5)
    return None


def _camera(size: tuple[int, int], cm_per_px: float, random: Generator) -> NDArray[np.float64]:
    """3×3: cm of the plane → pixels, with the given scale in the picture's middle."""
    width, height = size
    focal = random.uniform(0.72, 0.85) * max(size)
    tilt, way = np.radians(random.uniform(0, MOST_TILT)), random.uniform(0, 2 * np.pi)
    rotation = cv2.Rodrigues(tilt * np.array((np.cos(way), np.sin(way), 0.0)))[0]
    camera = np.array(((focal, 0, width / 2), (0, focal, height / 2), (0, 0, 1.0)))
    place = (0.0, 0.0, focal * cm_per_px)
    return np.asarray(camera @ np.column_stack((rotation[:, 0], rotation[:, 1], place)), np.float64)


def _placed(to_pixels: NDArray[np.float64], place: NDArray[np.float64], angle: float) -> NDArray[np.float64]:
    """``to_pixels`` with the plane's origin at ``place`` (px) and its axes turned by ``angle``."""
    origin = project(np.asarray(np.linalg.inv(to_pixels), np.float64), place[None])[0]
    cosine, sine = np.cos(angle), np.sin(angle)
    move = np.array(((cosine, -sine, origin[0]), (sine, cosine, origin[1]), (0, 0, 1.0)))
    return np.asarray(to_pixels @ move, np.float64)


def _corners(
    kind: Kind, to_pixels: NDArray[np.float64], place: NDArray[np.float64], angle: float
) -> NDArray[np.float64]:
    return project(_placed(to_pixels, place, angle), rectangle(kind))


def _drawing(kind: Kind, random: Generator) -> Pixels:
    """H×W×4 uint8: the sheet or card straight from above, with its opacity."""
    length, breadth = SIZES[kind]
    unit = 40 if kind == "a4" else 130
    width, height = round(length * unit), round(breadth * unit)
    picture = np.full((height, width, 4), 255, np.uint8)
    if kind == "a4":
        picture[..., :3] = random.integers(238, 252)
        return picture
    base = random.integers(20, 236, 3)
    picture[..., :3] = base
    picture[round(height * 0.13) : round(height * 0.33), :, :3] = random.integers(10, 240, 3)
    chip = (round(width * 0.1), round(height * 0.45))
    cv2.rectangle(picture, chip, (chip[0] + unit, chip[1] + unit), (214, 190, 120, 255), cv2.FILLED)
    cv2.putText(picture, "1234 5678", (chip[0], round(height * 0.88)), 0, 3.2, (235, 235, 235, 255), 8)
    opacity = np.zeros((height, width), np.uint8)
    r = round(ROUNDING * unit)
    cv2.rectangle(opacity, (r, 0), (width - r, height), 255, cv2.FILLED)
    cv2.rectangle(opacity, (0, r), (width, height - r), 255, cv2.FILLED)
    for centre in ((r, r), (width - r, r), (r, height - r), (width - r, height - r)):
        cv2.circle(opacity, centre, r, 255, cv2.FILLED)
    picture[..., 3] = opacity
    return picture


def _pasted(
    photo: Pixels, drawn: Pixels, kind: Kind, corners: NDArray[np.float64], random: Generator
) -> Pixels:
    """``photo`` with ``drawn`` at ``corners``, lit and blurred as the photo, as a JPEG would be opened."""
    height, width = photo.shape[:2]
    source = np.array(((0, 0), (drawn.shape[1], 0), (drawn.shape[1], drawn.shape[0]), (0, drawn.shape[0])))
    low = np.maximum(np.floor(corners.min(axis=0)) - 12, 0).astype(int)
    high = np.minimum(np.ceil(corners.max(axis=0)) + 12, (width, height)).astype(int)
    fit = cv2.getPerspectiveTransform(
        source.astype(np.float32), ((corners - low) * OVERSAMPLED).astype(np.float32)
    )
    big = tuple(int(value) for value in (high - low) * OVERSAMPLED)
    premultiplied = drawn.astype(np.float32)
    premultiplied[..., :3] *= premultiplied[..., 3:] / 255
    warped = cv2.warpPerspective(premultiplied, fit, (big[0], big[1]), flags=cv2.INTER_AREA)
    warped = cv2.resize(warped, (big[0] // OVERSAMPLED, big[1] // OVERSAMPLED), interpolation=cv2.INTER_AREA)
    blur = random.uniform(0.4, 0.9) * max(1.0, max(photo.shape[:2]) / 1200)
    warped = cv2.GaussianBlur(warped, (0, 0), blur)
    out = photo.astype(np.float32)
    part = out[low[1] : high[1], low[0] : high[0]]
    opacity = warped[..., 3:] / 255
    depth = max(0.6, 0.004 * float(np.hypot(*(corners[1] - corners[0])))) * random.uniform(0.5, 2.0)
    shifted = cv2.warpAffine(
        opacity[..., 0], np.array(((1, 0, depth), (0, 1, depth)), np.float32), opacity.shape[1::-1]
    )
    part *= 1 - random.uniform(0.1, 0.35) * cv2.GaussianBlur(shifted, (0, 0), 2 * depth)[..., None]
    light = float(np.clip(np.percentile(photo, 97) / 255 + random.uniform(-0.08, 0.08), 0.6, 1.0))
    tint = np.array((1.0, random.uniform(0.95, 1.0), random.uniform(0.86, 1.0)))
    slope = random.uniform(-0.1, 0.1)
    ramp = 1 + slope * np.linspace(-1, 1, part.shape[1])[None, :, None]
    lit = warped[..., :3] * light * tint * ramp
    part[:] = lit + part * (1 - opacity)
    out += random.normal(0, random.uniform(1.0, 4.0), out.shape)
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(82, 95))]
    written = cv2.imencode(".jpg", np.clip(out, 0, 255).astype(np.uint8)[..., ::-1], quality)[1]
    opened = cv2.imdecode(written, cv2.IMREAD_COLOR)
    if opened is None:
        raise RuntimeError("a JPEG just written cannot be read")
    return np.ascontiguousarray(opened[..., ::-1], np.uint8)
