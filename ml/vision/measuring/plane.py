"""The garment's plane seen straight from above, from a reference object that lies in it."""

from __future__ import annotations

import numpy as np

from ml.vision.measuring.frame import Mask, Points, project
from ml.vision.measuring.pose import fit_pose, to_cm
from ml.vision.measuring.values import Matrix, ReferenceObject, Scale

DRAWS = 200
SEED = 4
# What remains: a sheet lies on top of or below cloth some millimetres thick, lenses bend lines.
THICKNESS = 0.004


def view_from_above(reference: ReferenceObject, mask: Mask) -> tuple[Matrix, Scale]:
    """A view of the reference's plane without perspective, and its scale.

    The matrix takes upright pixels to pixels of the view, which has as many pixels per cm as the photo has at
    the middle of the garment, and the photo's top up. The scale's error is that of lengths across the garment
    under the pose's covariance. Raises ValueError for an empty mask and for corners no camera sees.
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
    pose = fit_pose(corners, reference.kind, picture, reference.corner_spread)
    if pose is None:
        raise ValueError("reference: no camera sees it so")
    draws = np.random.default_rng(SEED).multivariate_normal(pose.values, pose.covariance, DRAWS)
    errors = np.abs([_lengths(to_cm(draw, picture), cross) / best - 1 for draw in draws])
    # By the 68 % quantile: a draw whose horizon cuts the garment has a senseless length.
    spread = float(np.hypot(np.quantile(errors, 0.683), THICKNESS))
    middle = np.array((across, down))
    near = project(reference.to_cm, middle + np.array(((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))))
    a, b = near[1] - near[0], near[2] - near[0]
    cm_per_px = float(np.sqrt(abs(a[0] * b[1] - a[1] * b[0])))
    angle = float(np.arctan2(a[1], a[0]))
    cosine, sine = np.cos(angle) / cm_per_px, np.sin(angle) / cm_per_px
    turned = np.array(((cosine, sine, 0.0), (-sine, cosine, 0.0), (0.0, 0.0, 1.0)))
    plane = turned @ reference.to_cm
    return np.asarray(plane, np.float64), Scale(cm_per_px, spread, reference.kind)


def _lengths(to_cm: Matrix, cross: Points) -> Points:
    """The lengths in cm of the two lines of a cross."""
    places = project(to_cm, cross)
    return np.asarray(np.hypot(*(places[1::2] - places[::2]).T), np.float64)
