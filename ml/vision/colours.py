"""The colours of a garment: few, as a designer would name them, with shares; shading makes no new colour.

K-means in CIELAB over the flat pixels of the silhouette finds shades (``ml.vision.shades``); shades are
joined when they are the same to the eye, or when one is a shadow of the other: same hue, and the brightness
runs on between them without a gap, where a stripe or a print leaves one. Colours are reported as seen: the
light of the room is not corrected.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.vision.colour_space import TEXTILE_LIGHTNESS, Lab, delta_e_2000, lab_to_hex, srgb_to_lab
from ml.vision.photo import Pixels, shrink
from ml.vision.shades import Shade, find_shades, join_shades, nearest_of

Mask = NDArray[np.bool_]

NAMES_FILE = Path(__file__).with_name("colour_names.json")
SAMPLE_SIDE = 320  # px; colour areas smaller than a pixel of this are no colour of a garment
EDGE_SHARE = 0.012  # of the sample's longer side: rim of the silhouette that mixes with the floor
FLAT_SHARE = 0.75  # of the pixels are flat enough at least, those with the smallest differences around them
FLAT_CHANGE = 24.0  # Sobel sum over L*, a*, b*: three units a pixel, as folds have them
MOST_COLOURS = 6
SMALL_SHARE = 0.03
DISTINCT_SHARE = 0.01
DISTINCT_DIFFERENCE = 22.0  # ΔE2000 (textile) from every larger colour


@dataclass(frozen=True)
class Colour:
    """A colour of the garment: sRGB ``hex``, ``lab`` (D65), ``share`` of the silhouette in (0, 1], names."""

    hex: str
    lab: tuple[float, float, float]
    share: float
    name_en: str
    name_ja: str

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise ValueError("colour: share must lie in (0, 1]")
        if not 0 <= self.lab[0] <= 100:
            raise ValueError("colour: L* must lie in 0 to 100")

    def to_json(self) -> dict[str, Any]:
        """The colour as results carry it."""
        return {
            "hex": self.hex,
            "lab": list(self.lab),
            "share": self.share,
            "name_en": self.name_en,
            "name_ja": self.name_ja,
        }


def find_colours(pixels: Pixels, mask: Mask) -> tuple[Colour, ...]:
    """The colours inside ``mask`` (H×W bool over H×W×3 uint8 sRGB), largest share first; shares sum to 1.

    Deterministic. Raises ValueError when the mask is empty or of another size.
    """
    if pixels.shape[:2] != mask.shape:
        raise ValueError("colours: the mask is not of the picture's size")
    if not mask.any():
        raise ValueError("colours: the mask is empty")
    lab, inside = _sample(pixels, mask)
    flat = _flattest(lab, inside)
    shades = join_shades(find_shades(lab[flat]))
    return _palette(shades, lab[inside])


def _sample(pixels: Pixels, mask: Mask) -> tuple[Lab, Mask]:
    """A small Lab copy of the garment's box and the silhouette in it without its rim."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    crop, cover = shrink(pixels[box], SAMPLE_SIDE), shrink(mask[box].astype(np.uint8) * 255, SAMPLE_SIDE)
    inside = cover >= min(250, int(cover.max()))
    padded = cv2.copyMakeBorder(inside.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    rim = max(1, round(EDGE_SHARE * max(inside.shape)))
    core = cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1] > rim
    return srgb_to_lab(crop), core if core.sum() > 0.2 * inside.sum() else inside


def _flattest(lab: Lab, inside: Mask) -> Mask:
    """Those of ``inside`` that differ least from their neighbours: no mixtures at the edges of a pattern."""
    smooth = cv2.GaussianBlur(lab, (0, 0), 0.8)
    across = np.abs(cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3)).sum(axis=2)
    down = np.abs(cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=3)).sum(axis=2)
    change = across + down
    limit = max(FLAT_CHANGE, float(np.quantile(change[inside], FLAT_SHARE)))
    return cast(Mask, inside & (change <= limit))


def _palette(shades: list[Shade], every: Lab) -> tuple[Colour, ...]:
    """Colours with shares over ``every`` pixel (N, 3), small ones left out unless they stand apart."""
    shares = _shares(shades, every)
    order = sorted(range(len(shades)), key=lambda index: -shares[index])
    kept: list[int] = []
    for index in order:
        lab = shades[index].lab
        apart = all(
            delta_e_2000(lab, shades[other].lab, TEXTILE_LIGHTNESS) >= DISTINCT_DIFFERENCE for other in kept
        )
        least = DISTINCT_SHARE if apart else SMALL_SHARE
        if not kept or (len(kept) < MOST_COLOURS and shares[index] >= least):
            kept.append(index)
    final = _shares([shades[index] for index in kept], every)
    whole = np.round(final, 4)
    whole[0] += 1 - whole.sum()
    pairs = sorted(zip(kept, whole, strict=True), key=lambda pair: -pair[1])
    return tuple(_colour(shades[index], float(share)) for index, share in pairs if share > 0)


def _shares(shades: list[Shade], every: Lab) -> NDArray[np.float64]:
    """Share of ``every`` that is nearest to each shade or to one of the shades joined in it."""
    centres = np.concatenate([shade.members for shade in shades])
    owner = np.repeat(np.arange(len(shades)), [len(shade.members) for shade in shades])
    return np.bincount(owner[nearest_of(every, centres)], minlength=len(shades)) / len(every)


def _colour(shade: Shade, share: float) -> Colour:
    name_en, name_ja = colour_name(shade.lab)
    lightness, a, b = (round(float(value), 2) for value in shade.lab)
    lab = (min(100.0, max(0.0, lightness)), a, b)
    return Colour(lab_to_hex(shade.lab), lab, round(share, 4), name_en, name_ja)


@cache
def _names() -> tuple[Lab, tuple[tuple[str, str], ...]]:
    """Lab values (N, 3) and the (English, Japanese) names of the table."""
    rows = json.loads(NAMES_FILE.read_text("utf-8"))
    rgb = np.array([[int(row["hex"][at : at + 2], 16) for at in (1, 3, 5)] for row in rows], np.uint8)
    return srgb_to_lab(rgb), tuple((row["en"], row["ja"]) for row in rows)


def colour_name(lab: Lab) -> tuple[str, str]:
    """The trade's (English, Japanese) name nearest to ``lab`` (3,) by CIEDE2000."""
    table, names = _names()
    return names[int(delta_e_2000(lab, table).argmin())]
