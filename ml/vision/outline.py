"""The silhouette as one polygon of few points."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.vision.photo import shrink

Mask = NDArray[np.bool_]
Polygon = list[list[float]]

TRACED_LONGEST = 2048  # px: larger masks are traced on a copy of this size
MOST_POINTS = 200
LEAST = 0.75  # px: steps of the pixel grid are no shape
FINEST = 0.0008  # tolerance by the diagonal of the silhouette's box
COARSER = 1.4


def outline_polygon(mask: Mask, most_points: int = MOST_POINTS) -> Polygon:
    """[[x, y], …] around the largest piece of ``mask`` (H×W bool), in pixels; [] for an empty mask.

    The polygon is closed from its last point to its first, and follows the outline as closely as
    ``most_points`` allow (Douglas-Peucker).
    """
    small = shrink(mask.astype(np.uint8) * 255, TRACED_LONGEST) > 127
    contours, _ = cv2.findContours(small.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return []
    contour = max(contours, key=cv2.contourArea)
    _, _, width, height = cv2.boundingRect(contour)
    tolerance = max(LEAST, FINEST * float(np.hypot(width, height)))
    polygon = cv2.approxPolyDP(contour, tolerance, closed=True)
    while len(polygon) > most_points:
        tolerance *= COARSER
        polygon = cv2.approxPolyDP(contour, tolerance, closed=True)
    # The contour runs through pixel centres, which lie half a pixel from the picture's corner.
    scale = np.array((mask.shape[1] / small.shape[1], mask.shape[0] / small.shape[0]))
    points = np.round((polygon.reshape(-1, 2) + 0.5) * scale, 2)
    return [[float(x), float(y)] for x, y in points]
