"""The garment stood upright: a small, sharp picture of its silhouette in which lengths are read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.vision.landmarks import Landmarks
from ml.vision.measuring.values import Matrix
from ml.vision.photo import shrink

Mask = NDArray[np.bool_]
Points = NDArray[np.float64]  # N×2, x right, y down

LONGEST = 640.0  # units of the garment's longer side in the frame
MARGIN = 24.0
REDUCED_LONGEST = 1100  # px: the mask's crop is averaged to this before it is turned
HALF = 127.5
STEP = 1.5  # units between points of the contour
SMALL_HOLE = 0.003  # of the garment's area: flaws of a silhouette; gaps beside the sleeves are larger
SMALL_PIECE = 0.02
PAIRS = ("hps", "shoulder", "underarm", "hem", "waist", "leg_outer")
TOPS = ("hps", "shoulder", "underarm", "waist")
ENDS = ("hem", "leg_outer", "leg_inner")


@dataclass(frozen=True, eq=False)
class Frame:
    """The silhouette turned so that the garment's axis is vertical, its longer side LONGEST units.

    ``soft``: H×W uint8, 255 inside, the edge where it crosses HALF. ``matrix``: 3×3, upright pixels → units,
    both continuous (the first pixel covers 0–1). ``units``: units in a pixel at the garment's middle.
    ``contour``: N×2 closed outline of the largest piece, at steps of STEP, interior on its right.
    """

    soft: NDArray[np.uint8]
    matrix: Matrix
    units: float
    contour: Points
    height: float

    @cached_property
    def inverse(self) -> Matrix:
        """3×3, units → upright pixels."""
        return np.asarray(np.linalg.inv(self.matrix), np.float64)

    def from_pixels(self, places: Points) -> Points:
        """N×2 upright pixels → units."""
        return project(self.matrix, places)

    def to_pixels(self, places: Points) -> Points:
        """N×2 units → upright pixels."""
        return project(self.inverse, places)


def project(matrix: Matrix, places: Points) -> Points:
    """N×2 ``places`` through a 3×3 homography."""
    mapped = np.column_stack((places, np.ones(len(places)))) @ matrix.T
    return np.asarray(mapped[:, :2] / mapped[:, 2:], np.float64)


def make_frame(landmarks: Landmarks, mask: Mask, plane: Matrix | None = None) -> Frame | None:
    """The frame of a garment; None for an empty ``mask`` (H×W bool, upright).

    ``plane``: 3×3 homography that takes upright pixels to a fronto-parallel view of the garment's plane.
    """
    grey = np.ascontiguousarray(mask).view(np.uint8)
    left, top, width, height = cv2.boundingRect(grey)
    if width < 2 or height < 2:
        return None
    # A border keeps the edge of a garment that touches the picture's side closed.
    crop = cv2.copyMakeBorder(
        grey[top : top + height, left : left + width] * np.uint8(255), 1, 1, 1, 1, cv2.BORDER_CONSTANT
    )
    small = shrink(np.asarray(crop, np.uint8), REDUCED_LONGEST)
    place = np.diag((crop.shape[1] / small.shape[1], crop.shape[0] / small.shape[0], 1.0))
    place[:2, 2] = (left - 1, top - 1)
    hull = _hull(small)
    plane = np.eye(3) if plane is None else plane
    flat = project(plane, project(place, hull))
    turn = _upright(_axis(landmarks, plane))
    turned = project(turn, flat)
    low, high = turned.min(axis=0), turned.max(axis=0)
    scale = LONGEST / float((high - low).max())
    fit = np.diag((scale, scale, 1.0))
    fit[:2, 2] = MARGIN - scale * low
    matrix = fit @ turn @ plane
    size = np.ceil((high - low) * scale + 2 * MARGIN).astype(int)
    centre = np.diag((1.0, 1.0, 1.0))
    centre[:2, 2] = 0.5
    sampled = np.linalg.inv(centre) @ matrix @ place @ centre
    soft = cv2.warpPerspective(small, sampled, (int(size[0]), int(size[1])), flags=cv2.INTER_AREA)
    soft = _mended(np.asarray(soft, np.uint8))
    contour = _contour(soft)
    if contour is None:
        return None
    middle = (project(place, hull).min(axis=0) + project(place, hull).max(axis=0)) / 2
    return Frame(soft, matrix, _magnification(matrix, middle), contour, float(size[1] - 2 * MARGIN))


def _hull(small: NDArray[np.uint8]) -> Points:
    """N×2 corners of the convex hull of a soft mask, its continuous pixels."""
    contours, _ = cv2.findContours((small > 0).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    hull = cv2.convexHull(np.vstack(contours)).reshape(-1, 2).astype(np.float64)
    corners = np.array(((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)))
    return np.asarray((hull[:, None, :] + corners).reshape(-1, 2), np.float64)


def _axis(landmarks: Landmarks, plane: Matrix) -> Points:
    """The unit vector from the garment's top to its end, in the plane: from pairs of landmarks and ends."""

    def place(name: str) -> Points:
        found = landmarks[name]
        return np.asarray(project(plane, np.array(((found.x, found.y),)))[0], np.float64)

    down = np.zeros(2)
    for stem in PAIRS:
        if f"{stem}_left" in landmarks and f"{stem}_right" in landmarks:
            across = place(f"{stem}_right") - place(f"{stem}_left")
            down += (-across[1], across[0])
    middles = []
    for stems in (TOPS, ENDS):
        pairs = [
            (place(f"{stem}_left") + place(f"{stem}_right")) / 2
            for stem in stems
            if f"{stem}_left" in landmarks and f"{stem}_right" in landmarks
        ]
        if pairs:
            middles.append(np.mean(pairs, axis=0))
    if len(middles) == 2:
        down += middles[1] - middles[0]
    length = float(np.hypot(*down))
    return np.array((0.0, 1.0)) if length == 0 else down / length


def _upright(axis: Points) -> Matrix:
    """3×3 rotation that takes ``axis`` to straight down."""
    x, y = float(axis[0]), float(axis[1])
    return np.array(((y, -x, 0.0), (x, y, 0.0), (0.0, 0.0, 1.0)))


def _mended(soft: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``soft`` without small holes and small pieces, which are flaws of a silhouette."""
    inside = (soft > HALF).astype(np.uint8)
    contours, tree = cv2.findContours(inside, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    area = float(inside.sum())
    for contour, (_, _, _, parent) in zip(contours, tree[0] if tree is not None else (), strict=True):
        size = cv2.contourArea(contour)
        if parent >= 0 and size < SMALL_HOLE * area:
            cv2.drawContours(soft, [contour], -1, 255, cv2.FILLED)
        elif parent < 0 and size < SMALL_PIECE * area:
            cv2.drawContours(soft, [contour], -1, 0, cv2.FILLED)
            cv2.drawContours(soft, [contour], -1, 0, 3)
    return soft


def _contour(soft: NDArray[np.uint8]) -> Points | None:
    """The outline of the largest piece, smoothed over the pixel grid, continuous units."""
    contours, _ = cv2.findContours((soft > HALF).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    pixels = max(contours, key=cv2.contourArea).reshape(-1, 2).astype(np.float64) + 0.5
    if len(pixels) < 16:
        return None
    kernel = np.array((1, 2, 3, 2, 1)) / 9
    looped = np.vstack((pixels[-2:], pixels, pixels[:2]))
    smooth = np.column_stack([np.convolve(looped[:, axis], kernel, "valid") for axis in (0, 1)])
    closed = np.vstack((smooth, smooth[:1]))
    along = np.concatenate(((0.0,), np.cumsum(np.hypot(*np.diff(closed, axis=0).T))))
    at = np.linspace(0, along[-1], max(16, round(along[-1] / STEP)), endpoint=False)
    even = np.column_stack([np.interp(at, along, closed[:, axis]) for axis in (0, 1)])
    x, y = even.T
    clockwise = float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) > 0
    return even if clockwise else even[::-1]


def _magnification(matrix: Matrix, middle: Points) -> float:
    """Units in a pixel at ``middle``: the square root of the area's magnification."""
    places = middle + np.array(((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)))
    origin, right, down = project(matrix, places)
    a, b = right - origin, down - origin
    return float(np.sqrt(abs(a[0] * b[1] - a[1] * b[0])))
