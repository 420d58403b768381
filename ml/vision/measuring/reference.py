"""An A4 sheet or an ID-1 card lying beside or on the garment, found by its shape."""

from __future__ import annotations

import cv2
import numpy as np

from ml.vision.measuring.frame import Mask, Points
from ml.vision.measuring.pose import SIZES, Pose, fit_pose
from ml.vision.measuring.quads import Quad, refined, rough_quads
from ml.vision.measuring.values import ReferenceKind, ReferenceObject
from ml.vision.photo import Pixels

MOST_TILT = 30.0  # degrees from straight above
# Long side by the longer side of the garment's box: garments of 25 cm (an infant's) to 180 cm.
SHARES: dict[ReferenceKind, tuple[float, float]] = {"a4": (0.16, 1.2), "card": (0.045, 0.35)}
# px of the long side, on the garment and beside it. On a garment lie labels, patches and price tags, which a
# card is told from by its round corners; those are seen from SEEN_ROUND px on.
SEEN_ROUND = 120.0
LEAST_PX: dict[ReferenceKind, tuple[float, float]] = {"a4": (60.0, 60.0), "card": (SEEN_ROUND, 34.0)}
RADIUS = 0.318 / 8.56  # of a card's long side: 3.18 mm by ISO/IEC 7810
BESIDE = 0.05  # of the shape's area that may lie on the garment
LEAST_SUPPORT, LEAST_MEAN_SUPPORT = 0.65, 0.82
MOST_RESIDUAL = 0.006  # of the shorter side, and never less than MOST_RESIDUAL_PX
MOST_RESIDUAL_PX = 0.5
LEAST_CONTRAST = 10.0
MOST_BEYOND: dict[ReferenceKind, float] = {"a4": 0.6, "card": 0.45}
MISFIT = 0.012  # of the long side: how far corners may lie from those of the true shape
CORNER_ERROR = 0.3  # px
MOST_COST = 14.0  # squared standard errors: chi-squared of 4 degrees of freedom exceeds it 7 times in 1000
PAPER_LIGHT, PAPER_CHROMA, PAPER_EVEN = 120.0, 22.0, 0.9
MOST_REFINED = 24


def find_reference(pixels: Pixels, mask: Mask) -> ReferenceObject | None:
    """The A4 sheet or card in an upright photo (H×W×3 uint8 sRGB) whose garment is ``mask`` (H×W bool).

    None when nothing has four straight sides that end at its corners, the proportions of the one or the other
    seen from at most MOST_TILT off the vertical, and a likely size beside the garment; a sheet is also white
    and blank. It is meant to lie in the garment's plane. An object that is rather something else is left
    out: without a reference the user is asked for a dimension, with a wrong one the values are wrong.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    garment = float(max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1)
    best: tuple[float, ReferenceObject] | None = None
    for rough in [quad for quad in rough_quads(pixels) if _likely_size(quad, garment)][:MOST_REFINED]:
        quad = refined(pixels, rough)
        if quad is None or not _clean(quad):
            continue
        found = _judged(quad, garment, mask)
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    return None if best is None else best[1]


def _likely_size(quad: Points, garment: float) -> bool:
    longest = float(np.hypot(*(np.roll(quad, -1, axis=0) - quad).T).max()) / garment
    return any(low * 0.9 < longest < high * 1.1 for low, high in SHARES.values())


def _clean(quad: Quad) -> bool:
    """Whether the sides are edges all along, straight, and end at the corners."""
    shortest = float(np.hypot(*(np.roll(quad.corners, -1, axis=0) - quad.corners).T).min())
    return (
        quad.support >= LEAST_SUPPORT
        and quad.mean_support >= LEAST_MEAN_SUPPORT
        and quad.residual <= max(MOST_RESIDUAL_PX, MOST_RESIDUAL * shortest)
        and quad.contrast >= LEAST_CONTRAST
        and quad.beyond <= max(MOST_BEYOND.values())
    )


def _judged(quad: Quad, garment: float, mask: Mask) -> tuple[float, ReferenceObject] | None:
    """The reference that ``quad`` is, with a merit to choose among several; None when it is none."""
    picture = (int(mask.shape[0]), int(mask.shape[1]))
    beside = _share_on(mask, quad.corners) < BESIDE
    # Sides hold to a fraction of their scatter; blur, shadow and the printed edge add a little.
    spread = float(np.hypot(quad.residual / 2, CORNER_ERROR))
    found: list[tuple[Pose, ReferenceKind]] = []
    sides = np.hypot(*(np.roll(quad.corners, -1, axis=0) - quad.corners).T)
    corners = np.roll(quad.corners, -int(sides[0] + sides[2] < sides[1] + sides[3]), axis=0)
    for kind in SIZES:
        pose = fit_pose(corners, kind, picture, spread)
        if pose is not None and _fits(pose, corners, kind, quad, garment, beside):
            found.append((pose, kind))
    if not found:
        return None
    pose, kind = min(found, key=lambda fit: fit[0].cost)
    places = tuple((float(x), float(y)) for x, y in corners)
    merit = quad.support - pose.cost / MOST_COST + quad.contrast / 400
    return merit, ReferenceObject(kind, places, pose.to_cm, spread)


def _share_on(mask: Mask, corners: Points) -> float:
    """The share of a quadrilateral that lies on the garment."""
    low = np.maximum(np.floor(corners.min(axis=0)), 0).astype(int)
    high = np.ceil(corners.max(axis=0)).astype(int) + 1
    part = mask[low[1] : high[1], low[0] : high[0]]
    within = np.zeros(part.shape, np.uint8)
    cv2.fillConvexPoly(within, np.round(corners - low).astype(np.int32), 1)
    return float(part[within > 0].mean()) if within.any() else 0.0


def _fits(pose: Pose, corners: Points, kind: ReferenceKind, quad: Quad, garment: float, beside: bool) -> bool:
    """Whether a camera that likely stood there sees the kind's shape, of a likely size, and made as it is."""
    longest = float(np.hypot(*(np.roll(corners, -1, axis=0) - corners).T).max())
    low, high = SHARES[kind]
    if longest < LEAST_PX[kind][beside] or not low < longest / garment < high or pose.tilt > MOST_TILT:
        return False
    if quad.beyond > MOST_BEYOND[kind]:
        return False
    if pose.cost > MOST_COST or pose.misfit > MISFIT * longest:
        return False
    if kind == "a4":
        return _is_paper(quad)
    return longest < SEEN_ROUND or _has_round_corners(quad)


def _is_paper(quad: Quad) -> bool:
    """Whether the inside is light, nearly without colour, and even but for a slope of the light."""
    height, width = quad.patch.shape[:2]
    middle = quad.inside.mean(axis=0)
    shrunk = middle + (quad.inside - middle) * 0.9
    within = np.zeros((height, width), np.uint8)
    cv2.fillConvexPoly(within, np.round(shrunk).astype(np.int32), 1)
    y, x = np.nonzero(within)
    if len(x) < 40:
        return False
    lab = cv2.cvtColor(quad.patch, cv2.COLOR_RGB2LAB)[y, x].astype(np.float64)
    if np.median(lab[:, 0]) < PAPER_LIGHT:
        return False
    if float(np.hypot(*(np.median(lab[:, 1:], axis=0) - 128))) > PAPER_CHROMA:
        return False
    light = np.column_stack((x, y, np.ones(len(x))))
    trend = light @ np.linalg.lstsq(light, lab[:, 0], rcond=None)[0]
    return bool((np.abs(lab[:, 0] - trend) < 14).mean() >= PAPER_EVEN)


def _has_round_corners(quad: Quad) -> bool:
    """Whether the colour begins inside the corners: 0.41 of the radius along the diagonals when round."""
    sides = np.roll(quad.inside, -1, axis=0) - quad.inside
    radius = RADIUS * float(np.hypot(*sides.T).max())
    smooth = quad.patch.astype(np.float32)
    starts = []
    for index, corner in enumerate(quad.inside):
        ways = sides[index] / np.hypot(*sides[index]) - sides[index - 1] / np.hypot(*sides[index - 1])
        steps = np.arange(-1.2 * radius, 2.6 * radius, 0.25)
        places = corner + steps[:, None] * ways / np.hypot(*ways)
        colours = cv2.remap(
            smooth,
            (places[None, :, 0] - 0.5).astype(np.float32),
            (places[None, :, 1] - 0.5).astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )[0].astype(np.float64)
        outer = np.median(colours[steps < -0.4 * radius], axis=0)
        inner = np.median(colours[steps > 1.2 * radius], axis=0)
        change = inner - outer
        if float(np.linalg.norm(change)) < LEAST_CONTRAST:
            continue
        reached = (colours - outer) @ change > 0.5 * float(change @ change)
        starts.append(float(steps[reached.argmax()]))
    return len(starts) >= 2 and float(np.median(starts)) > 0.25 * radius + 0.4
