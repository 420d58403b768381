"""The vertical axis of a garment."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

LARGEST_TILT = 35.0
"""Degrees to each side that the axis is searched in."""

SEARCH_SIDE = 150
"""Longest side in pixels of the mask that the axis is searched on."""

UPRIGHT_BONUS = 0.0004
"""Overlap that one degree of tilt must gain: decides for upright where the shape does not (a circle)."""


@dataclass(frozen=True)
class Axis:
    """A line in continuous pixels through ``(x, y)``, ``tilt`` degrees clockwise from upright on the
    screen.

    ``score`` is the overlap (IoU) of the mask with its mirror image about the line, 0 to 1.
    """

    x: float
    y: float
    tilt: float
    score: float

    def __post_init__(self) -> None:
        if not np.isfinite([self.x, self.y, self.tilt, self.score]).all() or not 0 <= self.score <= 1:
            raise ValueError("an axis has finite coordinates and a score from 0 to 1")

    def upright(self) -> FloatArray:
        """The rotation (2×3) that takes the axis to the line x = 0, ``(x, y)`` to the origin."""
        angle = np.radians(self.tilt)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        return np.column_stack([turn, -turn @ (self.x, self.y)])


def find_axis(mask: NDArray[np.bool_]) -> Axis:
    """The axis of greatest mirrored overlap, by a search over tilt that tries all offsets at once.

    For one tilt the overlap at every offset is the convolution of each row with itself (one FFT). One
    folded sleeve costs the true axis only the sleeve, and every other axis more, so that it is still
    found.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if len(rows) == 0:
        raise ValueError("the mask is empty")
    top, left = int(rows[0]), int(columns[0])
    crop = mask[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1].astype(np.float32)
    scale = min(1.0, SEARCH_SIDE / max(crop.shape))
    height, width = (max(1, round(side * scale)) for side in crop.shape)
    small = cv2.resize(crop, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    rise, run = np.indices(small.shape)
    total = float(small.sum())
    centre = np.array([((run + 0.5) * small).sum(), ((rise + 0.5) * small).sum()]) / total
    found: dict[float, tuple[float, float]] = {}

    def value(tilt: float) -> float:
        if tilt not in found:
            found[tilt] = _best_offset(small, centre, tilt)
        return found[tilt][0] - UPRIGHT_BONUS * abs(tilt)

    best, spacing = 0.0, 5.0
    grid = np.arange(-LARGEST_TILT, LARGEST_TILT + 0.1, spacing).tolist()
    while spacing > 0.2:
        best = max(grid, key=lambda tilt: (value(tilt), -abs(tilt)))
        spacing /= 2
        grid = [best - spacing, best, best + spacing]
    best = float(np.clip(best, -LARGEST_TILT, LARGEST_TILT))
    value(best)
    score, offset = found[best]
    angle = np.radians(best)
    point = centre + offset * np.array([np.cos(angle), np.sin(angle)])
    x, y = point * [crop.shape[1] / width, crop.shape[0] / height] + (left, top)
    return Axis(float(x), float(y), best, float(np.clip(score, 0, 1)))


def _best_offset(small: NDArray[np.float32], centre: FloatArray, tilt: float) -> tuple[float, float]:
    """Best overlap (IoU) over all axes of one tilt, and the axis' distance from the centre."""
    side = int(np.ceil(np.hypot(*small.shape))) + 4
    angle = np.radians(tilt)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    matrix = np.column_stack([turn, side / 2 - 0.5 - turn @ (centre - 0.5)])
    upright = cv2.warpAffine(small, matrix, (side, side), flags=cv2.INTER_LINEAR)
    size = 2 * side
    spectrum = np.fft.rfft(upright, size, axis=1)
    overlap = np.fft.irfft((spectrum * spectrum).sum(axis=0), size)
    # The products of soft edge pixels miss a little of the overlap; the squared mask misses the same.
    full = float((upright.astype(np.float64) ** 2).sum())
    peak = int(np.argmax(overlap[: 2 * side - 1]))
    before, here, after = overlap[peak - 1], overlap[peak], overlap[(peak + 1) % size]
    bend = before - 2 * here + after
    shift = float(np.clip((before - after) / (2 * bend), -0.5, 0.5)) if bend < 0 else 0.0
    shared = min(float(here), full)
    return shared / (2 * full - shared), (peak + shift) / 2 - (side / 2 - 0.5)
