"""What lies beside a line: whether it is one of many stripes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Lab = NDArray[np.float32]

REACH = 40  # px to each side
EVEN = 4  # points to each side over which the line's direction is averaged
ALIKE = 0.45  # height of a stripe by that of the line in the middle
FOOT = 7  # px to each side that a stripe stands out from
LEAST_RISE = 0.5  # ΔE: even cloth has no line
NEAR = 2  # px around the middle in which the line itself is looked for
STRIPES = ((5, 20), (3, 45))  # lines alike and px they reach across: rows of stitches are fewer and closer


def across(lab: Lab, cloth: NDArray[np.bool_], points: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Mean colour (2·REACH + 1 × 3) at each distance beside a line, and where it is known.

    ``lab`` h×w×3 and ``cloth`` h×w share the pixels of ``points`` (N×2); a distance is known where half of
    the line has cloth beside it.
    """
    padded = np.pad(points, ((EVEN, EVEN), (0, 0)), mode="edge")
    kernel = np.ones(2 * EVEN + 1) / (2 * EVEN + 1)
    course = np.stack([np.convolve(padded[:, axis], kernel, mode="valid") for axis in (0, 1)], axis=1)
    along = np.gradient(course, axis=0)
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    offsets = np.arange(-REACH, REACH + 1)
    x = (points[:, :1] - along[:, 1:] * offsets).astype(np.float32)
    y = (points[:, 1:] + along[:, :1] * offsets).astype(np.float32)
    colours = cv2.remap(lab, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    known = cv2.remap(cloth.astype(np.uint8), x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT) > 0
    counts = known.sum(axis=0)
    mean = np.where(known[..., None], colours, 0).sum(axis=0) / np.maximum(counts, 1)[:, None]
    return np.asarray(mean, dtype=np.float64), np.asarray(2 * counts >= len(points))


def is_stripe(profile: Floats, known: NDArray[np.bool_]) -> bool:
    """Whether the line in the middle of a profile (as ``across`` gives it) is one of many alike."""
    middle = REACH
    if not known[middle - FOOT : middle + FOOT + 1].any():
        return False
    sides = (profile[middle - 5] + profile[middle + 5]) / 2
    direction = profile[middle] - sides
    heights = (profile - profile[middle]) @ (direction / max(float(np.linalg.norm(direction)), 1e-9))
    places, rises = _crests(heights, known)
    own = [rise for place, rise in zip(places, rises, strict=True) if abs(place) <= NEAR]
    if not own or max(own) <= LEAST_RISE:
        return False
    alike = [place for place, rise in zip(places, rises, strict=True) if rise >= ALIKE * max(own)]
    return any(len(alike) >= count and max(alike) - min(alike) >= reach for count, reach in STRIPES)


def _crests(heights: Floats, known: NDArray[np.bool_]) -> tuple[list[int], list[float]]:
    """Distances from the middle of the profile's maxima, and how far each rises over its higher foot."""
    places, rises = [], []
    for at in range(2, len(heights) - 2):
        if not known[at] or heights[at] < heights[at - 2 : at + 3].max():
            continue
        before = heights[max(0, at - FOOT) : at][known[max(0, at - FOOT) : at]]
        after = heights[at + 1 : at + 1 + FOOT][known[at + 1 : at + 1 + FOOT]]
        if len(before) and len(after):
            places.append(at - REACH)
            rises.append(float(heights[at] - max(before.min(), after.min())))
    return places, rises
