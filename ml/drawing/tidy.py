"""Loose ends of a mask that a flat does not show: hanger loops, threads, the corner of a label that
sticks out.

Slits are left alone: the gap between sleeve and body ends as thin as a slit.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

BoolArray = NDArray[np.bool_]

RADIUS = 1.2
"""Millimetres on the sheet: features up to twice as wide are looked at."""

SHALLOW, DEEP = 3.0, 12.0
"""Reach in millimetres: what is shallower is a corner of the garment, what is deeper a strap or a belt.
"""

LARGEST = 0.004
"""Share of the garment's area that one loose end may have."""


def tidy(mask: BoolArray, millimetres_per_pixel: float) -> BoolArray:
    """The mask (bool, H×W, one garment) without its thin loose ends.

    ``millimetres_per_pixel`` is the scale at which it will be drawn. Straps and pointed corners stay.
    """
    radius = max(1, round(RADIUS / millimetres_per_pixel))
    margin = radius + 1
    padded = np.pad(mask, margin)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    opened = cv2.morphologyEx(padded.astype(np.uint8), cv2.MORPH_OPEN, disc)
    rest = padded & (opened == 0)
    reach = cv2.distanceTransform(1 - opened, cv2.DIST_L2, 5) * millimetres_per_pixel
    count, labels, stats, _ = cv2.connectedComponentsWithStats(rest.astype(np.uint8), connectivity=8)
    furthest = np.zeros(count)
    np.maximum.at(furthest, labels[rest], reach[rest])
    loose = (furthest >= SHALLOW) & (furthest <= DEEP) & (stats[:, cv2.CC_STAT_AREA] <= LARGEST * mask.sum())
    kept, pieces = padded, _pieces(padded)
    for label in np.flatnonzero(loose[1:]) + 1:
        without = kept & (labels != label)
        if _pieces(without) == pieces:
            kept = without
    return np.asarray(kept[margin:-margin, margin:-margin])


def _pieces(mask: BoolArray) -> tuple[int, int]:
    """Connected pieces of the mask and of its background: a strap that is cut through changes them."""
    inside = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)[0]
    outside = cv2.connectedComponents((~mask).astype(np.uint8), connectivity=4)[0]
    return inside, outside
