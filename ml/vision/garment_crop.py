"""The part of the photo that the detailed networks look at: the garment's box with a margin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.vision.photo import Pixels

MARGIN = 0.06  # of the longer side of the garment's box, on every side
MULTIPLE = 32


@dataclass(frozen=True)
class Crop:
    """A window of the upright photo in its pixels: left, top, right, bottom (right and bottom outside)."""

    left: int
    top: int
    right: int
    bottom: int

    def __post_init__(self) -> None:
        if not (0 <= self.left < self.right and 0 <= self.top < self.bottom):
            raise ValueError("crop: left, top, right, bottom must enclose pixels of the photo")

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top


def garment_crop(mask: NDArray[np.bool_]) -> Crop:
    """The box of ``mask`` (H×W bool) with its margin; the whole photo where the mask is empty."""
    height, width = mask.shape
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return Crop(0, 0, width, height)
    return boxed(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1, width, height)


def boxed(left: int, top: int, right: int, bottom: int, width: int, height: int) -> Crop:
    """The crop round a garment's box in a photo of ``width`` × ``height``."""
    margin = round(MARGIN * max(right - left, bottom - top))
    return Crop(
        max(0, left - margin), max(0, top - margin), min(width, right + margin), min(height, bottom + margin)
    )


def canvas_size(aspect: float, area: int) -> tuple[int, int]:
    """(height, width), multiples of 32, of about ``area`` pixels and ``aspect`` (width / height)."""
    width = max(2, round((area * aspect) ** 0.5 / MULTIPLE)) * MULTIPLE
    height = max(2, round((area / aspect) ** 0.5 / MULTIPLE)) * MULTIPLE
    return height, width


def crop_input(pixels: Pixels, crop: Crop, area: int) -> NDArray[np.float32]:
    """The crop stretched to a network's input of about ``area`` pixels, 1×3×h×w float32 RGB 0–255."""
    cut = pixels[crop.top : crop.bottom, crop.left : crop.right]
    height, width = canvas_size(crop.width / crop.height, area)
    smaller = crop.height >= height and crop.width >= width
    resized = cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
    return cast(NDArray[np.float32], np.ascontiguousarray(resized.transpose(2, 0, 1)[None], np.float32))
