"""Where a phone's camera stood, from the four corners of a thing of known size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.vision.measuring.frame import Points, project
from ml.vision.measuring.values import Matrix, ReferenceKind

# cm: A4 by ISO 216, ID-1 by ISO/IEC 7810; the long side first.
SIZES: dict[ReferenceKind, tuple[float, float]] = {"a4": (29.7, 21.0), "card": (8.56, 5.398)}
# Phones' main cameras: equivalent focal lengths of 23 to 30 mm against a diagonal of 43.3 mm; the longer side
# of a 4:3 picture is 0.8 diagonals. Cropped and zoomed photos look longer.
FOCAL, FOCAL_SPREAD = 0.78, 0.25  # of the picture's longer side; relative
TILT_SPREAD = float(np.radians(9.0))  # about each axis: garments are photographed from straight above
STARTS = ((0.0, 0.0), (0.14, 0.14), (0.14, -0.14), (-0.14, 0.14), (-0.14, -0.14))
ROUNDS = 8
PLAIN_COST = 4.0
STEP = 1e-4
Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pose:
    """The likeliest camera, and how likely.

    ``values``: tilt about x and y (rad), turn in the plane (rad), place (x, y, cm), log
    distance (cm), log focal length (longer sides). ``covariance``: 7×7, theirs. ``cost``: squared
    standard errors of corners, tilt and focal length together. ``misfit``: root mean square of the corners'
    distance, px. ``picture``: (height, width) px.
    """

    values: Values
    covariance: NDArray[np.float64]
    cost: float
    misfit: float
    picture: tuple[int, int]

    @cached_property
    def to_cm(self) -> Matrix:
        """3×3: upright pixels → cm of the plane."""
        return to_cm(self.values, self.picture)

    @property
    def tilt(self) -> float:
        """Degrees between the camera's axis and the plane's normal."""
        return float(np.degrees(np.hypot(*self.values[:2])))


def rectangle(kind: ReferenceKind) -> Points:
    """4×2 corners in cm around the middle, clockwise as seen, the first two ending a long side."""
    length, breadth = SIZES[kind]
    x, y = length / 2, breadth / 2
    return np.array(((-x, -y), (x, -y), (x, y), (-x, y)))


def to_cm(values: Values, picture: tuple[int, int]) -> Matrix:
    """3×3: upright pixels → cm, for a camera as in Pose."""
    return np.asarray(np.linalg.inv(_to_pixels(values, picture)), np.float64)


def fit_pose(
    corners: Points, kind: ReferenceKind, picture: tuple[int, int], corner_spread: float
) -> Pose | None:
    """The camera that sees a reference's corners at ``corners`` (4×2 px, clockwise, long side first).

    The optical centre is the picture's middle. Tilt and focal length have a prior, because a small card does
    not tell them: the fit is the maximum of the posterior (Levenberg-Marquardt from several tilts, since a
    tilt and its opposite look alike from afar), the covariance its Laplace approximation. None where no
    camera in front of the plane fits.
    """
    shape = rectangle(kind)
    best: tuple[float, Values] | None = None
    for tilt in STARTS:
        # Straight from above explains it well enough; other starts only matter where it does not.
        if best is not None and best[0] < PLAIN_COST:
            break
        values = _start(corners, shape, picture, tilt)
        found = _descended(values, corners, shape, picture, corner_spread)
        if found is not None and (best is None or found[0] < best[0] - 1e-6):
            best = found
    if best is None:
        return None
    cost, values = best
    jacobian = _jacobian(values, corners, shape, picture, corner_spread)
    covariance = np.linalg.pinv(jacobian.T @ jacobian)
    seen = project(_to_pixels(values, picture), shape)
    misfit = float(np.sqrt(np.mean(np.sum((seen - corners) ** 2, axis=1))))
    return Pose(values, np.asarray(covariance, np.float64), cost, misfit, picture)


def _to_pixels(values: Values, picture: tuple[int, int]) -> Matrix:
    """3×3: cm of the plane → upright pixels."""
    height, width = picture
    focal = float(np.exp(values[6])) * max(height, width)
    cosine, sine = float(np.cos(values[2])), float(np.sin(values[2]))
    tilted = cv2.Rodrigues(np.array((values[0], values[1], 0.0)))[0]
    turned = tilted @ np.array(((cosine, -sine, 0), (sine, cosine, 0), (0, 0, 1.0)))
    camera = np.array(((focal, 0, width / 2), (0, focal, height / 2), (0, 0, 1.0)))
    place = (values[3], values[4], float(np.exp(values[5])))
    return np.asarray(camera @ np.column_stack((turned[:, 0], turned[:, 1], place)), np.float64)


def _start(corners: Points, shape: Points, picture: tuple[int, int], tilt: tuple[float, float]) -> Values:
    """The camera of the best similarity between shape and corners, tilted a little."""
    middle = corners.mean(axis=0)
    away = corners - middle
    ratio = np.sum((away[:, 0] + 1j * away[:, 1]) * (shape[:, 0] - 1j * shape[:, 1])) / np.sum(shape**2)
    px_per_cm, turn = float(np.abs(ratio)), float(np.angle(ratio))
    height, width = picture
    distance = FOCAL * max(height, width) / px_per_cm
    place = (middle - (width / 2, height / 2)) / px_per_cm
    return np.array((*tilt, turn, place[0], place[1], np.log(distance), np.log(FOCAL)))


def _residuals(
    values: Values, corners: Points, shape: Points, picture: tuple[int, int], spread: float
) -> Values:
    """What is to be small: corners by their error, tilt and focal length by their priors."""
    seen = project(_to_pixels(values, picture), shape)
    priors = (*(values[:2] / TILT_SPREAD), (values[6] - np.log(FOCAL)) / FOCAL_SPREAD)
    return np.concatenate((((seen - corners) / spread).ravel(), priors))


def _jacobian(
    values: Values, corners: Points, shape: Points, picture: tuple[int, int], spread: float
) -> NDArray[np.float64]:
    columns = []
    behind = _residuals(values, corners, shape, picture, spread)
    for index in range(len(values)):
        step = np.zeros(len(values))
        step[index] = STEP * (float(np.exp(values[5])) if index in (3, 4) else 1.0)
        ahead = _residuals(values + step, corners, shape, picture, spread)
        columns.append((ahead - behind) / step[index])
    return np.column_stack(columns)


def _descended(
    values: Values, corners: Points, shape: Points, picture: tuple[int, int], spread: float
) -> tuple[float, Values] | None:
    """(cost, values) at the foot of the slope; None where the descent leaves the numbers."""
    damping = 1e-2
    residuals = _residuals(values, corners, shape, picture, spread)
    cost = float(residuals @ residuals)
    for _ in range(ROUNDS):
        jacobian = _jacobian(values, corners, shape, picture, spread)
        normal = jacobian.T @ jacobian
        try:
            step = np.linalg.solve(normal + damping * np.diag(np.diag(normal)), jacobian.T @ residuals)
        except np.linalg.LinAlgError:
            return None
        tried = values - step
        if not np.all(np.isfinite(tried)) or abs(tried[5] - values[5]) > 2:
            return None
        moved = _residuals(tried, corners, shape, picture, spread)
        lower = float(moved @ moved)
        if lower < cost:
            gain = cost - lower
            values, residuals, cost, damping = tried, moved, lower, damping / 5
            if gain < 1e-4 * cost + 1e-6:
                break
        else:
            damping *= 6
    return cost, values
