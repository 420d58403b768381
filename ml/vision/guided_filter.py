"""Edge-preserving smoothing of a mask under the guidance of a colour picture."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.vision.photo import Pixels

Plane = NDArray[np.float32]


def guided_filter(guide: Pixels, plane: Plane, radius: int, epsilon: float) -> Plane:
    """``plane`` (H×W float32) as a locally linear function of ``guide`` (H×W×3 uint8).

    ``radius`` of the windows in px; ``epsilon`` is the colour variance (of values 0–1) below which a
    window counts as flat. The coefficients are found on a copy smaller by a third of the radius.
    Source: He, Sun, Tang: Guided Image Filtering, PAMI 35 (2013), equations 19–21; He, Sun: Fast Guided
    Filter, arXiv:1505.00996 (2015).
    """
    height, width = plane.shape
    step = max(1, radius // 3)
    small = (max(1, width // step), max(1, height // step))
    reduced = cv2.resize(guide, small, interpolation=cv2.INTER_AREA).astype(np.float32) * np.float32(1 / 255)
    channels = [np.ascontiguousarray(reduced[..., index]) for index in range(3)]
    coarse = cast(Plane, cv2.resize(plane, small, interpolation=cv2.INTER_AREA))
    slopes, offset = _coefficients(channels, coarse, max(1, round(radius / step)), epsilon)
    factors = np.dstack([*slopes, offset])
    factors = cv2.resize(factors, (width, height), interpolation=cv2.INTER_LINEAR)
    result = cast(Plane, factors[..., 3].copy())
    for index in range(3):
        result += factors[..., index] * (guide[..., index] * np.float32(1 / 255))
    return result


def _coefficients(
    channels: list[Plane], plane: Plane, radius: int, epsilon: float
) -> tuple[list[Plane], Plane]:
    """Slopes per channel and offset of the linear function, averaged over all windows that hold a pixel."""
    means = [_mean(channel, radius) for channel in channels]
    plane_mean = _mean(plane, radius)
    covariances = [
        _mean(channel * plane, radius) - mean * plane_mean
        for channel, mean in zip(channels, means, strict=True)
    ]
    slopes = _solve(_variances(channels, means, radius, epsilon), covariances)
    offset = plane_mean - sum(slope * mean for slope, mean in zip(slopes, means, strict=True))
    return [_mean(slope, radius) for slope in slopes], _mean(cast(Plane, offset), radius)


def _mean(plane: Plane, radius: int) -> Plane:
    side = 2 * radius + 1
    return cast(Plane, cv2.blur(plane, (side, side), borderType=cv2.BORDER_REFLECT))


def _variances(channels: list[Plane], means: list[Plane], radius: int, epsilon: float) -> list[Plane]:
    """The six different elements rr, rg, rb, gg, gb, bb of each window's colour covariance, regularised."""
    elements = []
    for one, other in ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)):
        element = _mean(channels[one] * channels[other], radius) - means[one] * means[other]
        elements.append(element + np.float32(epsilon) if one == other else element)
    return elements


def _solve(matrix: list[Plane], right: list[Plane]) -> list[Plane]:
    """Solutions of the symmetric 3×3 systems of all pixels, by their adjugates."""
    rr, rg, rb, gg, gb, bb = matrix
    inverse_rr, inverse_rg, inverse_rb = gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg
    inverse_gg, inverse_gb, inverse_bb = rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg
    scale = np.float32(1) / (rr * inverse_rr + rg * inverse_rg + rb * inverse_rb)
    rows = [
        inverse_rr * right[0] + inverse_rg * right[1] + inverse_rb * right[2],
        inverse_rg * right[0] + inverse_gg * right[1] + inverse_gb * right[2],
        inverse_rb * right[0] + inverse_gb * right[1] + inverse_bb * right[2],
    ]
    return [cast(Plane, row * scale) for row in rows]
