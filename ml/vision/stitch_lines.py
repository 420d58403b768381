"""Visible top-stitching as poly-lines: what contrasts as a thin line in the boxes where stitches were found.

Nothing is returned where nothing can be told from a crease, a stripe or the weave. All limits were set on the
66 labelled stitch boxes against 187 boxes on plain, striped and printed cloth, at the working size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.vision.colour_space import srgb_to_lab
from ml.vision.line_field import line_field
from ml.vision.line_joining import join_traces
from ml.vision.line_profile import across, is_stripe
from ml.vision.line_tracing import Trace, follow_lines
from ml.vision.parts import Box
from ml.vision.photo import Pixels

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

WORKING_LONGEST = 1000  # px of the whole photo: a row of stitches is then 1–3 px wide
MOST_ENLARGED = 1.5  # small photos have rows of less than a pixel
MARGIN = 44  # working px around a box: stripes are told by what goes on beside it
NOISE_MARGIN = 10  # working px around a box in which the weave's own lines are measured
EDGE = 2  # working px along the silhouette where its edge is a line of its own

START, HOLD = 3.0, 1.35  # by the median strength in the box: where a line starts, and what it must hold
LEAST_START, LEAST_HOLD = 2.0, 1.0  # ΔE

LEAST_CONTRAST, LEAST_DARK_CONTRAST = 2.7, 3.0  # ΔE on average; dark ones are mostly creases
LEAST_CLEARNESS = 2.0  # mean strength by the median strength in the box
LEAST_SEEN = 0.55  # share of a line that is not bridged
LEAST_SHARPNESS, LEAST_DARK_SHARPNESS = 0.85, 1.3  # creases are seen better at the coarser width
COLOURED = 0.4  # share of another hue from which a line is no shade of the cloth, so that it may be wider …
LEAST_COLOUR_CONTRAST, LEAST_COLOUR_SHARPNESS = 4.0, 0.33  # … a flat seam, but no stripe
LEAST_EXTENT = 0.55  # of the first line, by the longer side of its box

DARK_FOR_LIGHT = 0.6  # weight of dark lines where there are light ones: shadow lies between two rows
ALSO_COLOUR = 0.6  # cosine between the colours of further lines and of the first
BESIDE = 12.0  # working px within which a line is a second row of the first
ROW, RUN = (0.6, 0.4), (0.35, 0.65)  # least length and contrast by the first: of a second row, of other runs
PATTERN = 3  # lines along the first but farther than a row, from which they are a pattern
MOST_LINES = 6  # in one box

EVEN = 3  # points to each side that a line is smoothed over
SIMPLE = 0.7  # working px that the poly-line may leave it by


@dataclass(frozen=True)
class StitchLine:
    """A row of stitches: ``points`` ((x, y), …) in pixels of the upright photo, x right, y down, and its
    mean ``contrast`` against the cloth (ΔE).
    """

    points: tuple[tuple[float, float], ...]
    contrast: float

    def __post_init__(self) -> None:
        if len(self.points) < 2 or not np.isfinite(self.points).all():
            raise ValueError("stitch line: at least two finite points")
        if not self.contrast > 0:
            raise ValueError("stitch line: the contrast is positive")

    def to_json(self) -> list[list[float]]:
        """[[x, y], …], pixels to a tenth."""
        return [[round(x, 1), round(y, 1)] for x, y in self.points]


@dataclass(frozen=True, eq=False)
class _Crop:
    """A box at the working size: colours and cloth with a margin, ``inside`` the box itself; a point of the
    crop is ``corner + point · scale`` in the photo.
    """

    lab: NDArray[np.float32]
    cloth: Mask
    inside: tuple[slice, slice]
    corner: Floats
    scale: float

    @property
    def longest(self) -> int:
        rows, columns = self.inside
        return int(max(rows.stop - rows.start, columns.stop - columns.start))


def stitch_lines(pixels: Pixels, boxes: Sequence[Box], mask: Mask | None = None) -> tuple[StitchLine, ...]:
    """The rows of stitches in ``boxes`` (pixels of the upright photo, H×W×3 uint8 sRGB), box by box, the
    clearest of each first.

    With ``mask`` (H×W bool, the silhouette) nothing outside the garment is looked at, nor its very edge.
    Boxes that reach out of the photo are cut. A row that two boxes share is returned once.
    """
    if mask is not None and mask.shape != pixels.shape[:2]:
        raise ValueError("stitch lines: the mask is not of the photo's size")
    found: list[StitchLine] = []
    for box in boxes:
        crop = _crop(pixels, box, mask)
        if crop is None:
            continue
        for trace in _rows_of_stitches(crop):
            line = _simplified(trace, crop)
            if not any(_same_row(line, other, crop.scale) for other in found):
                found.append(line)
    return tuple(found)


def _crop(pixels: Pixels, box: Box, mask: Mask | None) -> _Crop | None:
    height, width = pixels.shape[:2]
    factor = min(MOST_ENLARGED, WORKING_LONGEST / max(height, width))
    left, top = (max(0, int(np.floor(side))) for side in box[:2])
    right, bottom = min(width, int(np.ceil(box[2]))), min(height, int(np.ceil(box[3])))
    if (right - left) * factor < 4 or (bottom - top) * factor < 4:
        return None
    margin = int(np.ceil(MARGIN / factor))
    x, y = max(0, left - margin), max(0, top - margin)
    part = pixels[y : bottom + margin, x : right + margin]
    size = max(1, round(part.shape[1] * factor)), max(1, round(part.shape[0] * factor))
    method = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    lab = srgb_to_lab(cast(Pixels, cv2.resize(part, size, interpolation=method)))
    cloth = np.ones(lab.shape[:2], bool)
    if mask is not None:
        garment = mask[y : bottom + margin, x : right + margin].astype(np.uint8)
        kernel = np.ones((2 * EDGE + 1, 2 * EDGE + 1), np.uint8)
        resized = cv2.resize(garment, size, interpolation=cv2.INTER_NEAREST)
        cloth = cv2.erode(resized, kernel, borderType=cv2.BORDER_REPLICATE) > 0
    rows = slice(int((top - y) * factor), int(np.ceil((bottom - y) * factor)))
    columns = slice(int((left - x) * factor), int(np.ceil((right - x) * factor)))
    return _Crop(lab, cloth, (rows, columns), np.array((x, y), dtype=np.float64), 1 / factor)


def _rows_of_stitches(crop: _Crop) -> list[Trace]:
    """The lines in a crop that are rows of stitches, the clearest first; points in pixels of the crop."""
    rows, columns = crop.inside
    top, left = max(0, rows.start - NOISE_MARGIN), max(0, columns.start - NOISE_MARGIN)
    near = slice(top, rows.stop + NOISE_MARGIN), slice(left, columns.stop + NOISE_MARGIN)
    cloth = crop.cloth[near]
    inside = np.zeros_like(cloth)
    inside[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] = True
    inside &= cloth
    if not inside.any():
        return []
    field = line_field(np.ascontiguousarray(crop.lab[near]), cloth)
    noise = float(np.median(field.strength[inside]))
    start, hold = max(LEAST_START, START * noise), max(LEAST_HOLD, HOLD * noise)
    traces = join_traces(follow_lines(field, inside, start, hold))
    hues = field.cloth / max(float(np.linalg.norm(field.cloth)), 1e-9)
    chosen = _chosen([trace for trace in traces if _is_stitched(trace, noise, hues)], crop.longest)
    corner = np.array((left, top), dtype=np.float64)
    moved = [Trace(one.points + corner, one.strength, one.colour, one.sharpness) for one in chosen]
    if moved and is_stripe(*across(crop.lab, crop.cloth, moved[0].points)):
        return []
    return moved


def _is_stitched(trace: Trace, noise: float, cloth: Floats) -> bool:
    """Whether a line by itself can be a row of stitches; ``cloth`` is the cloth's colour, of length 1.

    Light and shade on one cloth change lightness and chroma together, thread has a hue of its own.
    """
    if trace.seen < LEAST_SEEN or float(trace.strength.mean()) < LEAST_CLEARNESS * noise:
        return False
    other_hue = abs(float(trace.colour[0] * cloth[1] - trace.colour[1] * cloth[0]))
    if other_hue >= COLOURED and trace.contrast >= LEAST_COLOUR_CONTRAST:
        return trace.sharpness >= LEAST_COLOUR_SHARPNESS
    if trace.colour[0] < 0:
        return trace.contrast >= LEAST_DARK_CONTRAST and trace.sharpness >= LEAST_DARK_SHARPNESS
    return trace.contrast >= LEAST_CONTRAST and trace.sharpness >= LEAST_SHARPNESS


def _chosen(traces: list[Trace], longest: int) -> list[Trace]:
    """The first line of a box and those that belong to it; none when they are a pattern."""
    light = [trace for trace in traces if trace.colour[0] > -0.5]
    dark = [trace for trace in traces if trace.colour[0] <= -0.5]
    weights = [
        (share * sum(trace.weight for trace in group), group)
        for share, group in ((1.0, light), (DARK_FOR_LIGHT, dark))
        if any(trace.extent >= LEAST_EXTENT * longest for trace in group)
    ]
    if not weights:
        return []
    _, group = max(weights, key=lambda pair: pair[0])
    first = max(
        (trace for trace in group if trace.extent >= LEAST_EXTENT * longest), key=lambda trace: trace.weight
    )
    chosen, pattern = [first], 0
    for trace in sorted(group, key=lambda one: -one.weight):
        if trace is first or float(trace.colour @ first.colour) < ALSO_COLOUR:
            continue
        beside, apart = _beside(trace, first)
        row = beside >= 0.7 and apart <= BESIDE
        least_length, least_contrast = ROW if row else RUN
        if trace.length < least_length * first.length or trace.contrast < least_contrast * first.contrast:
            continue
        pattern += beside >= 0.7 and apart > BESIDE
        chosen.append(trace)
    return [] if pattern >= PATTERN else chosen[:MOST_LINES]


def _beside(trace: Trace, other: Trace) -> tuple[float, float]:
    """Share of a line that runs along another within MARGIN pixels, and its median distance from it."""
    gaps = other.points[None, ::3] - trace.points[::3, None]
    distances = np.hypot(gaps[..., 0], gaps[..., 1])
    nearest = distances.argmin(axis=1)
    apart = distances.min(axis=1)
    courses = []
    for one in (trace, other):
        course = np.gradient(one.points, axis=0)[::3]
        courses.append(course / np.maximum(np.hypot(*course.T), 1e-9)[:, None])
    same_way = np.abs((courses[0] * courses[1][nearest]).sum(axis=1)) > 0.9
    return float(((apart <= MARGIN) & same_way).mean()), float(np.median(apart))


def _simplified(trace: Trace, crop: _Crop) -> StitchLine:
    """The line smoothed, with few points, in pixels of the photo."""
    points = trace.points
    reach = min(EVEN, (len(points) - 1) // 2)
    kernel = np.ones(2 * reach + 1) / (2 * reach + 1)
    # Mirrored about its ends, so that they stay where they are.
    before = 2 * points[0] - points[reach:0:-1]
    after = 2 * points[-1] - points[-2 : -2 - reach : -1]
    padded = np.concatenate([before, points, after])
    even = np.stack([np.convolve(padded[:, axis], kernel, mode="valid") for axis in (0, 1)], axis=1)
    simple = cv2.approxPolyDP(even.astype(np.float32).reshape(-1, 1, 2), SIMPLE, closed=False)
    # From pixel centres to the continuous pixels of the photo.
    placed = crop.corner + (simple.reshape(-1, 2) + 0.5) * crop.scale
    return StitchLine(tuple((float(x), float(y)) for x, y in placed), trace.contrast)


def _same_row(line: StitchLine, other: StitchLine, scale: float) -> bool:
    """Whether most of a line lies on another one."""
    path = np.array(other.points)
    distances = []
    for x, y in line.points:
        start, way = path[:-1], np.diff(path, axis=0)
        share = ((np.array((x, y)) - start) * way).sum(axis=1) / np.maximum((way**2).sum(axis=1), 1e-9)
        foot = start + np.clip(share, 0, 1)[:, None] * way
        distances.append(float(np.hypot(*(foot - (x, y)).T).min()))
    return float(np.median(distances)) <= 1.5 * scale
