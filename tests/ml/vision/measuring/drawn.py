"""Garments drawn by code, whose every length is known."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.vision.landmarks import Landmark

PX_PER_CM = 10.0
SIZE = (1300, 1500)  # height, width
MIDDLE = (750.0, 200.0)

SLEEVE = np.array((np.sin(np.radians(60)), np.cos(np.radians(60))))
ACROSS = np.array((-SLEEVE[1], SLEEVE[0]))  # from the sleeve's fold to its inner edge
SHOULDER = np.array((22.0, 4.5))
UNDERARM = SHOULDER + 22 * ACROSS + SLEEVE * (26 - (SHOULDER + 22 * ACROSS)[0]) / SLEEVE[0]
CUFF = SHOULDER + 60 * SLEEVE

# The right half, cm from the middle of the neck line: x outward, y down.
SHIRT = {
    "hps": (8.0, 0.0),
    "shoulder": tuple(SHOULDER),
    "cuff_outer": tuple(CUFF),
    "cuff_inner": tuple(CUFF + 22 * ACROSS),
    "underarm": tuple(UNDERARM),
    "hem": (26.0, 70.0),
}
SHIRT_LENGTHS = {
    "T01": 70.0,
    "T03": 52.0,
    "T05": 52.0,
    "T06": 44.0,
    "T09": 16.0,
    "T10": 9.0,
    "T12": float(np.hypot(*(UNDERARM - SHOULDER))),
    "T13": 60.0,
    "T15": 22.0,
    "T16": 22.0,
}
# Legs whose edges are parallel, 4.6° off the vertical.
TROUSERS = {"waist": (20.0, 0.0), "leg_outer": (28.0, 100.0), "leg_inner": (5.76, 100.0)}
CROTCH = 28.0
_LEAN = float(np.cos(np.arctan(0.08)))
TROUSER_LENGTHS = {
    "B01": 40.0,
    "B03": 2 * (20 + 0.08 * 21),
    "B04": 28.0,
    "B06": float(np.hypot(5.76, 72)),
    "B07": float(np.hypot(8, 100)),
    "B08": 22.24 * _LEAN,
    "B09": 22.24 * _LEAN,
    "B10": 22.24,
}
SKIRT = {"waist": (18.0, 0.0), "hem": (30.0, 60.0)}
SKIRT_LENGTHS = {"B01": 36.0, "B03": 44.0, "S1": 60.0, "S2": 60.0}


@dataclass(frozen=True, eq=False)
class Drawn:
    """A garment in a picture: H×W bool, landmarks without error, and its lengths in cm."""

    mask: NDArray[np.bool_]
    landmarks: dict[str, Landmark]
    lengths: dict[str, float]


def shirt(degrees: float = 0.0) -> Drawn:
    """A long-sleeved shirt, turned clockwise."""
    outline = [SHIRT[name] for name in ("hps", "shoulder", "cuff_outer", "cuff_inner", "underarm", "hem")]
    return _drawn(outline, {**_sided(SHIRT), "neck_front": (0.0, 9.0)}, SHIRT_LENGTHS, degrees, neck=True)


def trousers(degrees: float = 0.0) -> Drawn:
    """Trousers with straight legs."""
    outline = [*TROUSERS.values(), (0.0, CROTCH)]
    return _drawn(outline, {**_sided(TROUSERS), "crotch": (0.0, CROTCH)}, TROUSER_LENGTHS, degrees)


def skirt(degrees: float = 0.0) -> Drawn:
    """A flared skirt."""
    return _drawn(list(SKIRT.values()), _sided(SKIRT), SKIRT_LENGTHS, degrees)


def noisy(garment: Drawn, spread: float, seed: int) -> dict[str, Landmark]:
    """Its landmarks with normal errors of ``spread`` px along each axis, saying so."""
    random = np.random.default_rng(seed)
    return {
        name: Landmark(
            name, found.x + random.normal(0, spread), found.y + random.normal(0, spread), spread, 1.0
        )
        for name, found in garment.landmarks.items()
    }


def seen_through(garment: Drawn, homography: NDArray[np.float64]) -> Drawn:
    """The garment in a picture taken at an angle."""
    mask = cv2.warpPerspective(
        garment.mask.astype(np.uint8) * 255, homography, (SIZE[1], SIZE[0]), flags=cv2.INTER_LINEAR
    )
    landmarks = {}
    for name, found in garment.landmarks.items():
        x, y, w = homography @ (found.x, found.y, 1.0)
        landmarks[name] = Landmark(name, x / w, y / w, found.spread, found.confidence)
    return Drawn(mask > 127, landmarks, garment.lengths)


def _sided(half: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    both = {f"{name}_left": (-x, y) for name, (x, y) in half.items()}
    return both | {f"{name}_right": place for name, place in half.items()}


def _drawn(
    half: list[tuple[float, float]],
    places: dict[str, tuple[float, float]],
    lengths: dict[str, float],
    degrees: float,
    *,
    neck: bool = False,
) -> Drawn:
    """``half``: the right side from the top round to the hem; mirrored for the left."""
    outline = np.array([*half, *((-x, y) for x, y in reversed(half))])
    if neck:
        outline = np.vstack((outline, ((0.0, 9.0),)))
    turn = cv2.getRotationMatrix2D((SIZE[1] / 2, SIZE[0] / 2), -degrees, 0.9 if degrees else 1.0)

    def pixels(centimetres: NDArray[np.float64]) -> NDArray[np.float64]:
        upright = centimetres * PX_PER_CM + MIDDLE
        return np.asarray(upright @ turn[:, :2].T + turn[:, 2])

    canvas = np.zeros(SIZE, np.uint8)
    # Sub-pixel corners: pixel centres lie half a pixel from the picture's corner.
    cv2.fillPoly(canvas, [np.round((pixels(outline) - 0.5) * 16).astype(np.int32)], 1, shift=4)
    factor = 0.9 if degrees else 1.0
    landmarks = {}
    for name, place in places.items():
        x, y = pixels(np.array(place))
        landmarks[name] = Landmark(name, float(x), float(y), 0.0, 1.0)
    return Drawn(canvas.astype(np.bool_), landmarks, {pom: cm * factor for pom, cm in lengths.items()})
