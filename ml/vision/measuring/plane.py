"""The garment's plane seen straight from above, from a reference object that lies in it."""

from __future__ import annotations

import cv2
import numpy as np

from ml.vision.measuring.frame import Mask, Points, project
from ml.vision.measuring.values import Matrix, ReferenceKind, ReferenceObject, Scale

# cm: A4 by ISO 216, ID-1 by ISO/IEC 7810; the long side first.
SIZES: dict[ReferenceKind, tuple[float, float]] = {"a4": (29.7, 21.0), "card": (8.56, 5.398)}
DRAWS = 64
SEED = 4
# Phones' main cameras: equivalent focal lengths of 23 to 30 mm against a diagonal of 43.3 mm; the longer side
# of a 4:3 picture is 0.8 diagonals. Cropped and zoomed photos look longer.
FOCAL, FOCAL_SPREAD = 0.78, 0.25  # of the picture's longer side; relative
# What remains: a sheet lies on top of or below cloth some millimetres thick, lenses bend lines.
THICKNESS = 0.004


def pose_to_cm(
    corners: Points, kind: ReferenceKind, picture: tuple[int, int], focal: float = FOCAL
) -> Matrix:
    """3×3 homography from upright pixels to cm in the reference's plane.

    ``corners``: 4×2 px, clockwise, the first two ending a long side. ``picture``: (height, width) px. The
    camera has its optical centre in the picture's middle and a focal length of ``focal`` longer sides: six
    unknowns instead of a homography's eight keep a small card from inventing a strong perspective. The fit is
    the least-squares pose (Levenberg-Marquardt). Raises ValueError where no pose fits.
    """
    height, width = picture
    length = focal * max(height, width)
    camera = np.array(((length, 0, width / 2), (0, length, height / 2), (0, 0, 1.0)))
    object_points = _rectangle(kind)
    found, turns, places = cv2.solvePnPGeneric(
        object_points, corners.reshape(4, 1, 2), camera, None, flags=cv2.SOLVEPNP_IPPE
    )[:3]
    if not found:
        raise ValueError("reference: no camera sees it so")
    turn, place = cv2.solvePnPRefineLM(
        object_points, corners.reshape(4, 1, 2), camera, None, turns[0], places[0]
    )
    rotation = cv2.Rodrigues(turn)[0]
    to_pixels = camera @ np.column_stack((rotation[:, 0], rotation[:, 1], place.reshape(3)))
    return np.asarray(np.linalg.inv(to_pixels), np.float64)


def view_from_above(reference: ReferenceObject, mask: Mask) -> tuple[Matrix, Scale]:
    """A view of the reference's plane without perspective, and its scale.

    The matrix takes upright pixels to pixels of the view, which has as many pixels per cm as the photo has at
    the middle of the garment, and the photo's top up. The scale's error is that of lengths across the garment under errors of the
    corners and of the assumed focal length.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        raise ValueError("reference: there is no garment")
    left, right = float(columns[0]), float(columns[-1] + 1)
    top, bottom = float(rows[0]), float(rows[-1] + 1)
    across, down = (left + right) / 2, (top + bottom) / 2
    cross = np.array(((across, top), (across, bottom), (left, down), (right, down)))
    picture = (int(mask.shape[0]), int(mask.shape[1]))
    corners = np.array(reference.corners, np.float64)
    best = _lengths(reference.to_cm, cross)
    random = np.random.default_rng(SEED)
    errors = []
    for _ in range(DRAWS):
        moved = corners + random.normal(0, reference.corner_spread, (4, 2))
        focal = FOCAL * float(np.exp(random.normal(0, FOCAL_SPREAD)))
        errors.append(_lengths(pose_to_cm(moved, reference.kind, picture, focal), cross) / best - 1)
    spread = float(np.sqrt(np.mean(np.square(errors)) + THICKNESS**2))
    middle = np.array((across, down))
    near = project(reference.to_cm, middle + np.array(((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))))
    a, b = near[1] - near[0], near[2] - near[0]
    cm_per_px = float(np.sqrt(abs(a[0] * b[1] - a[1] * b[0])))
    angle = float(np.arctan2(a[1], a[0]))
    cosine, sine = np.cos(angle) / cm_per_px, np.sin(angle) / cm_per_px
    turned = np.array(((cosine, sine, 0.0), (-sine, cosine, 0.0), (0.0, 0.0, 1.0)))
    plane = turned @ reference.to_cm
    return np.asarray(plane, np.float64), Scale(cm_per_px, spread, reference.kind)


def _rectangle(kind: ReferenceKind) -> Points:
    """4×3 corners of the reference in cm, in its own plane."""
    length, breadth = SIZES[kind]
    x, y = length / 2, breadth / 2
    return np.array(((-x, -y, 0.0), (x, -y, 0.0), (x, y, 0.0), (-x, y, 0.0)))


def _lengths(to_cm: Matrix, cross: Points) -> Points:
    """The lengths in cm of the two lines of a cross."""
    places = project(to_cm, cross)
    return np.asarray(np.hypot(*(places[1::2] - places[::2]).T), np.float64)
