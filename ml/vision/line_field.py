"""How much each pixel looks like one of a thin line: contrast against both of its sides, by direction.

A pixel counts by the smaller of its two differences, so the step at a fold or at the edge of the garment
gives nothing (after the line detector of Tupin et al., IEEE TGRS 36 (1998), with differences for its ratios).
Means along the line in each direction bridge the gaps between stitches.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
Lab = NDArray[np.float32]

DIRECTIONS = 16
REACH = 5  # px: half length of the mean along the line, which is taken twice
APART = 2.2  # px: from the middle of the line to where its sides are looked at
BLUR = 0.8  # px
FINER = 1.3  # a line of the coarse level must be stronger by this to count
BACKGROUND = 6.0  # px: blur of the surroundings that chroma is told from
LEAST = 1e-6


@dataclass(frozen=True, eq=False)
class LineField:
    """``strength`` h×w: contrast (ΔE) of the line through each pixel against the nearer of its sides, 0
    where there is none. ``angle`` h×w: its direction in radians, 0 along x, π/2 along y (down), below π.
    ``colour`` h×w×2: how it differs from its sides in lightness and chroma. ``fine`` and ``coarse`` h×w: the
    strengths at the two widths, of which ``strength`` is the better. ``cloth`` (2): the median lightness
    and chroma of the cloth.
    """

    strength: Plane
    angle: Plane
    colour: Plane
    fine: Plane
    coarse: Plane
    cloth: NDArray[np.float64]


def line_field(lab: Lab, allowed: NDArray[np.bool_]) -> LineField:
    """The lines of ``lab`` (h×w×3, L*a*b*) at two widths: about 1–3 and 2–6 pixels.

    Chroma is seen along the one axis in which the pixels of ``allowed`` (h×w) differ most from their
    surroundings.
    """
    planes = (np.ascontiguousarray(lab[..., 0]), _chroma(lab, allowed))
    fine, fine_angle, fine_colour = _one_width(planes)
    half = _one_width(tuple(cast(Plane, cv2.pyrDown(plane)) for plane in planes))
    size = lab.shape[1], lab.shape[0]
    coarse = cast(Plane, cv2.resize(half[0], size, interpolation=cv2.INTER_LINEAR))
    angle = cv2.resize(half[1], size, interpolation=cv2.INTER_NEAREST)
    colour = cv2.resize(half[2], size, interpolation=cv2.INTER_LINEAR)
    wide = coarse > FINER * fine
    return LineField(
        strength=np.where(wide, coarse, fine),
        angle=np.where(wide, angle, fine_angle),
        colour=np.where(wide[..., None], colour, fine_colour),
        fine=fine,
        coarse=coarse,
        cloth=np.array([float(np.median(plane[allowed])) if allowed.any() else 0.0 for plane in planes]),
    )


def _chroma(lab: Lab, allowed: NDArray[np.bool_]) -> Plane:
    """a* and b* along the axis of their greatest local differences."""
    chroma = np.ascontiguousarray(lab[..., 1:])
    local = (chroma - cv2.GaussianBlur(chroma, (0, 0), BACKGROUND))[allowed]
    if not len(local):
        return np.ascontiguousarray(chroma[..., 1])
    _, axes = np.linalg.eigh(local.T @ local)
    return np.asarray(chroma @ axes[:, -1].astype(np.float32))


def _one_width(planes: tuple[Plane, ...]) -> tuple[Plane, Plane, Plane]:
    """Strength, angle and colour difference of the best line through each pixel, at one width."""
    height, width = planes[0].shape
    even = [cv2.GaussianBlur(plane, (0, 0), BLUR) for plane in planes]
    margin = int(np.ceil(APART)) + 1
    best = np.zeros((height, width), np.float32)
    best_angle = np.zeros_like(best)
    best_colour = [np.zeros_like(best) for _ in planes]
    for number in range(DIRECTIONS):
        angle = np.pi * number / DIRECTIONS
        kernel = _line_kernel(number)
        x, y = round(-np.sin(angle) * APART), round(np.cos(angle) * APART)
        shared, one_length, other_length = (np.zeros_like(best) for _ in range(3))
        sums = []
        for plane in even:
            along = cv2.filter2D(cv2.filter2D(plane, -1, kernel), -1, kernel)
            wide = cv2.copyMakeBorder(along, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
            one = along - wide[margin + y : margin + y + height, margin + x : margin + x + width]
            other = along - wide[margin - y : margin - y + height, margin - x : margin - x + width]
            cv2.accumulateProduct(one, other, shared)
            cv2.accumulateSquare(one, one_length)
            cv2.accumulateSquare(other, other_length)
            sums.append(cv2.add(one, other))
        # The smaller difference, as far as both point to the same colour.
        strength = cv2.divide(shared, cv2.sqrt(cv2.max(one_length, other_length) + LEAST))
        better = cv2.compare(strength, best, cv2.CMP_GT)
        cv2.copyTo(strength, better, best)
        best_angle[better > 0] = angle
        for colour, both in zip(best_colour, sums, strict=True):
            cv2.copyTo(both, better, colour)
    return best, best_angle, np.stack(best_colour, axis=-1) / np.float32(2)


@lru_cache(maxsize=DIRECTIONS)
def _line_kernel(number: int) -> Plane:
    """The mean along a line of ``2 · REACH + 1`` pixels; small enough for OpenCV to skip its zeros."""
    angle = np.pi * number / DIRECTIONS
    side = 2 * REACH + 1
    kernel = np.zeros((side + 1, side + 1), np.float32)
    for at in np.linspace(-REACH, REACH, 4 * side):
        x, y = REACH + at * np.cos(angle), REACH + at * np.sin(angle)
        column, row = int(x + 1e-9), int(y + 1e-9)
        right, below = x - column, y - row
        kernel[row, column] += (1 - right) * (1 - below)
        kernel[row, column + 1] += right * (1 - below)
        kernel[row + 1, column] += (1 - right) * below
        kernel[row + 1, column + 1] += right * below
    kernel = kernel[:side, :side]
    kernel[kernel < 0.02 * kernel.max()] = 0
    return np.asarray(kernel / kernel.sum())
