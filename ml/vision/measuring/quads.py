"""Four-sided shapes in a picture: rough candidates, and their sides to a fraction of a pixel."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.vision.measuring.frame import Points
from ml.vision.photo import Pixels, shrink

WORKING_LONGEST = 800  # px: candidates are sought on a copy of this size
PATCH_LONGEST = 480  # px: the longest side of a shape whose sides are refined
LEVELS = 8
LEAST_SIDE = 18.0  # px of the working copy
MOST_AREA = 0.35  # of the picture
FULL = 0.90  # of the quadrilateral's area that the contour fills: a card's rounded corners cost 0.2 %
GROUND = 0.03  # of the picture: flat places larger than that are the floor or the garment
FLAT = (6.0, 9.0, 14.0, 22.0)  # change of a channel a pixel, below which a place is flat
SAME = 0.06  # of the shorter side: candidates nearer than that are one
PROFILES = 40  # across each side
END = 0.12  # of a side left out at either end, where corners are round or lifted
REACH = 0.05  # of the shape's shorter side looked at on either side of an edge


@dataclass(frozen=True, eq=False)
class Quad:
    """A shape with four straight sides.

    ``corners``: 4×2, clockwise, upright pixels, where the fitted sides meet. ``support``: the smallest share
    of a side along which the edge was found on its line. ``residual``: the largest standard deviation of an
    edge from its line, px. ``mean_support``: of the four sides.
    ``contrast``: the smallest step of brightness across a side (0–255 of the colour difference).
    ``beyond``: how much of that step goes on beyond the corners, the second largest of eight places: sides of
    planks, tiles and seams go on, those of a thing on the floor end.
    ``patch``: the picture around it, and ``inside``: its corners there.
    """

    corners: Points
    support: float
    mean_support: float
    residual: float
    contrast: float
    beyond: float
    patch: Pixels
    inside: Points


def rough_quads(pixels: Pixels) -> list[Points]:
    """4×2 corners (clockwise, upright pixels) of shapes that stand out by brightness or colour."""
    small = shrink(pixels, WORKING_LONGEST)
    factor = np.array((pixels.shape[1] / small.shape[1], pixels.shape[0] / small.shape[0]))
    smooth = np.asarray(cv2.GaussianBlur(small, (3, 3), 0), np.uint8)
    lab = cv2.cvtColor(smooth, cv2.COLOR_RGB2LAB)
    found: list[Points] = []
    for channel in (smooth.min(axis=2), lab[..., 0], lab[..., 1], lab[..., 2]):
        low, high = np.percentile(channel[::4, ::4], (0.5, 99.5))
        if high - low < 16:
            continue
        for level in np.linspace(low, high, LEVELS + 2)[1:-1]:
            found.extend(_level_quads((channel > level).astype(np.uint8)))
    slope = _slope(smooth)
    for least in FLAT:
        flat = (slope < least).astype(np.uint8)
        found.extend(_level_quads(flat))
        found.extend(_level_quads(_things(flat)))
    return [quad * factor for quad in _distinct(found)]


def _slope(smooth: Pixels) -> NDArray[np.float32]:
    """The steepest change of a channel at each pixel: a sheet is a flat place between steep edges."""
    slopes = []
    for channel in cv2.split(smooth):
        across = cv2.Sobel(channel, cv2.CV_32F, 1, 0, scale=0.25)
        down = cv2.Sobel(channel, cv2.CV_32F, 0, 1, scale=0.25)
        slopes.append(cv2.magnitude(across, down))
    return np.asarray(np.maximum.reduce(slopes), np.float32)


def _things(flat: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What lies on large flat places, whole: a card with its stripes, cut off from edges that touch it."""
    count, labels, figures, _ = cv2.connectedComponentsWithStats(flat, connectivity=4)
    ground = np.zeros(count, np.bool_)
    ground[1:] = figures[1:, cv2.CC_STAT_AREA] > GROUND * flat.size
    things = (~ground[labels]).astype(np.uint8)
    return np.asarray(cv2.morphologyEx(things, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8)), np.uint8)


def _level_quads(inside: NDArray[np.uint8]) -> list[Points]:
    """Convex contours of four corners in a binary picture."""
    contours, _ = cv2.findContours(inside, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    most = MOST_AREA * inside.size
    height, width = inside.shape
    found = []
    for contour in contours:
        if len(contour) < 4:
            continue
        left, top, across, down = cv2.boundingRect(contour)
        at_border = left <= 1 or top <= 1 or left + across >= width - 1 or top + down >= height - 1
        if at_border or max(across, down) < LEAST_SIDE:
            continue
        area = cv2.contourArea(contour)
        if not LEAST_SIDE**2 / 1.8 < area < most:
            continue
        hull = cv2.convexHull(contour)
        if area < FULL * cv2.contourArea(hull):
            continue
        around = cv2.arcLength(hull, True)
        for share in (0.02, 0.035, 0.05):
            corners = cv2.approxPolyDP(hull, share * around, True)
            if len(corners) <= 4:
                break
        if len(corners) != 4 or area < FULL * cv2.contourArea(corners):
            continue
        quad = corners.reshape(4, 2).astype(np.float64) + 0.5
        x, y = quad.T
        if float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) < 0:
            quad = quad[::-1]
        sides = np.hypot(*(np.roll(quad, -1, axis=0) - quad).T)
        if sides.min() >= LEAST_SIDE / 1.8 and sides.max() < 2.4 * sides.min():
            found.append(quad)
    return found


def _distinct(quads: list[Points]) -> list[Points]:
    """One of each bundle of nearly the same shape, those found at most levels first."""
    bundles: list[list[Points]] = []
    for quad in quads:
        side = float(np.hypot(*(np.roll(quad, -1, axis=0) - quad).T).min())
        for bundle in bundles:
            aligned = _aligned(quad, bundle[0])
            if float(np.hypot(*(aligned - bundle[0]).T).max()) < SAME * side + 1.5:
                bundle.append(aligned)
                break
        else:
            bundles.append([quad])
    bundles.sort(key=len, reverse=True)
    return [np.median(bundle, axis=0) for bundle in bundles]


def _aligned(quad: Points, like: Points) -> Points:
    """``quad`` begun at the corner nearest to the first of ``like``."""
    return np.roll(quad, -int(np.hypot(*(quad - like[0]).T).argmin()), axis=0)


def refined(pixels: Pixels, rough: Points) -> Quad | None:
    """``rough`` (4×2, clockwise, upright pixels) with its sides fitted to the edges; None without edges."""
    low, high = rough.min(axis=0), rough.max(axis=0)
    margin = 0.35 * float((high - low).max()) + 4
    left, top = np.maximum(np.floor(low - margin), 0).astype(int)
    right = min(int(np.ceil(high[0] + margin)), pixels.shape[1])
    bottom = min(int(np.ceil(high[1] + margin)), pixels.shape[0])
    crop = pixels[top:bottom, left:right]
    factor = PATCH_LONGEST / float((high - low).max())
    patch = shrink(np.ascontiguousarray(crop), max(8, round(max(crop.shape[:2]) * factor)))
    zoom = np.array((patch.shape[1] / crop.shape[1], patch.shape[0] / crop.shape[0]))
    inside = (rough - (left, top)) * zoom
    smooth = cv2.GaussianBlur(patch, (0, 0), 0.7).astype(np.float32)
    fits = None
    for _ in range(2):
        fits = [_side(smooth, inside, index) for index in range(4)]
        if any(fit is None for fit in fits):
            return None
        meeting = _meeting([fit[0] for fit in fits if fit is not None])
        if meeting is None or float(np.hypot(*(meeting - inside).T).max()) > 0.25 * _shortest(inside):
            return None
        inside = meeting
    whole = [fit for fit in fits or () if fit is not None]
    contrast = min(fit[3] for fit in whole)
    beyond = sorted(_beyond(smooth, inside, index, fit[4]) for index, fit in enumerate(whole))
    corners = inside / zoom + (left, top)
    return Quad(
        corners=corners,
        support=min(fit[1] for fit in whole),
        mean_support=float(np.mean([fit[1] for fit in whole])),
        residual=max(fit[2] for fit in whole) / float(zoom.mean()),
        contrast=contrast,
        beyond=beyond[-2],
        patch=patch,
        inside=inside,
    )


def _shortest(quad: Points) -> float:
    return float(np.hypot(*(np.roll(quad, -1, axis=0) - quad).T).min())


Line = tuple[Points, Points]  # a point on it, its unit vector
Fit = tuple[Line, float, float, float, Points]


def _side(smooth: NDArray[np.float32], quad: Points, index: int) -> Fit | None:
    """(line, support, residual, contrast, colour step) of the edge near one side; None without."""
    start, stop = quad[index], quad[(index + 1) % 4]
    along = stop - start
    length = float(np.hypot(*along))
    along = along / max(length, 1e-9)
    outward = np.array((along[1], -along[0]))
    reach = max(4.0, REACH * _shortest(quad))
    offsets = np.arange(-reach, reach + 0.25, 0.5)
    at = np.linspace(END, 1 - END, PROFILES) * length
    places = start + at[:, None, None] * along + offsets[None, :, None] * outward
    profiles = _sampled(smooth, places)
    third = len(offsets) // 3
    step = np.median(profiles[:, -third:], axis=(0, 1)) - np.median(profiles[:, :third], axis=(0, 1))
    size = float(np.linalg.norm(step))
    if size < 6:
        return None
    slopes = np.gradient(profiles @ (step / size), axis=1)
    slopes[:, (0, -1)] = 0
    peak = slopes.argmax(axis=1)
    rows = np.arange(len(slopes))
    peak = np.clip(peak, 1, len(offsets) - 2)
    before, best, after = (slopes[rows, peak + move] for move in (-1, 0, 1))
    bend = before - 2 * best + after
    shift = np.where(np.abs(bend) > 1e-6, 0.5 * (before - after) / np.where(bend == 0, 1, bend), 0.0)
    distance = offsets[peak] + np.clip(shift, -1, 1) * 0.5
    # A step of `size` over an edge two pixels wide has a slope of about a quarter of it per half pixel.
    strong = best > 0.06 * size
    if strong.mean() < 0.5:
        return None
    kept = strong.copy()
    slope, offset = 0.0, 0.0
    for _ in range(4):
        slope, offset = np.polyfit(at[kept], distance[kept], 1)
        away = np.abs(distance - slope * at - offset)
        limit = max(0.6, 2.5 * float(np.median(away[kept])) * 1.4826)
        kept = strong & (away < min(limit, 0.5 * reach))
        if kept.sum() < PROFILES // 3:
            return None
    away = distance - slope * at - offset
    first = start + outward * offset
    last = stop + outward * (offset + slope * length)
    vector = (last - first) / max(float(np.hypot(*(last - first))), 1e-9)
    support = float((strong & (np.abs(away) < max(1.0, 0.006 * length))).mean())
    return (first, vector), support, float(away[kept].std()), size, step


def _beyond(smooth: NDArray[np.float32], quad: Points, index: int, step: Points) -> float:
    """The share of a side's step that goes on beyond its two ends, the larger of the two."""
    start, stop = quad[index], quad[(index + 1) % 4]
    along = (stop - start) / max(float(np.hypot(*(stop - start))), 1e-9)
    outward = np.array((along[1], -along[0]))
    short = _shortest(quad)
    reach = max(2.0, 0.03 * short)
    size = float(np.linalg.norm(step))
    worst = 0.0
    for corner, way in ((start, -along), (stop, along)):
        at = corner + way * short * np.linspace(0.12, 0.3, 9)[:, None]
        values = [
            np.median(_sampled(smooth, at[:, None, :] + side * outward), axis=(0, 1))
            for side in (-reach, reach)
        ]
        worst = max(worst, abs(float((values[1] - values[0]) @ (step / size))) / size)
    return worst


def _sampled(smooth: NDArray[np.float32], places: Points) -> NDArray[np.float64]:
    """Colours at continuous places (A×B×2): A×B×3; the picture's edge goes on outside it."""
    x = np.ascontiguousarray(places[..., 0] - 0.5, np.float32)
    y = np.ascontiguousarray(places[..., 1] - 0.5, np.float32)
    return cv2.remap(smooth, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float64)


def _meeting(lines: list[Line]) -> Points | None:
    """The corners, where each side meets the one before it; None where two are nearly parallel."""
    corners = []
    for index in range(4):
        (a, along), (b, other) = lines[index - 1], lines[index]
        cross = along[0] * other[1] - along[1] * other[0]
        if abs(cross) < 0.5:
            return None
        gap = b - a
        corners.append(a + along * (gap[0] * other[1] - gap[1] * other[0]) / cross)
    return np.array(corners)
