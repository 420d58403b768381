"""Reference silhouettes: the teacher's mask, cleaned, plus the outlines that were corrected by hand.

Hand corrections live in `labels/silhouettes.json`:
`{image: {"base": "teacher"|"none", "add": [polygon, …], "cut": [polygon, …], "split": …}}`, a polygon being
`[[x, y], …]` in percent of the photo's width and height. The reference is (base ∪ add) − cut.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

LABELS = Path(__file__).parent / "labels" / "silhouettes.json"
# Outlines that an earlier network drew on training photos and that were accepted by eye; same format.
NETWORK_OUTLINES = Path(__file__).parent / "network_outlines.json"

TEACHER_THRESHOLD = 127
SMALL_HOLE_SHARE = 0.003  # of the mask
FULL_TRUST = 255

Verdict = Literal["hand", "network", "good", "hanger", "holes", "bad", "skip", "unreviewed", "pseudo"]
Mask = NDArray[np.bool_]
Gray = NDArray[np.uint8]


@dataclass(frozen=True)
class Silhouette:
    """A reference for one photo.

    `mask` is (H, W) bool at photo size; `trust` is (H, W) uint8, 0 where the truth is unknown, 255 where it
    is sure; `cut_out` says whether the garment may be cut out along the mask and laid on another background.
    """

    mask: Mask
    trust: Gray
    cut_out: bool

    def __post_init__(self) -> None:
        if self.mask.dtype != np.bool_ or self.mask.ndim != 2:
            raise ValueError(f"mask must be a 2-d bool array, got {self.mask.dtype} {self.mask.shape}")
        if self.trust.dtype != np.uint8 or self.trust.shape != self.mask.shape:
            raise ValueError(
                f"trust must be uint8 {self.mask.shape}, got {self.trust.dtype} {self.trust.shape}"
            )


def largest_component(mask: Mask) -> Mask:
    """Return the largest 8-connected piece of the mask (all False for an empty mask)."""
    count, marks, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if count < 2:
        return np.zeros_like(mask)
    biggest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    return np.asarray(marks == biggest)


def fill_holes(mask: Mask, below_share: float) -> Mask:
    """Fill enclosed holes smaller than `below_share` of the mask's area."""
    count, marks, stats, _ = cv2.connectedComponentsWithStats((~mask).astype(np.uint8), connectivity=4)
    limit = below_share * float(mask.sum())
    height, width = mask.shape
    filled = mask.copy()
    for index in range(1, count):
        x, y, w, h, area = (int(value) for value in stats[index])
        if area < limit and x > 0 and y > 0 and x + w < width and y + h < height:
            filled[marks == index] = True
    return filled


def _draw(polygons: Sequence[Sequence[Sequence[float]]], shape: tuple[int, int]) -> Mask:
    canvas = np.zeros(shape, np.uint8)
    height, width = shape
    for polygon in polygons:
        if len(polygon) < 3:
            raise ValueError("a polygon needs at least three points")
        points = np.array(polygon, np.float64) * [width / 100, height / 100] - 0.5
        cv2.fillPoly(canvas, [np.round(points * 16).astype(np.int32)], 1, cv2.LINE_8, 4)
    return canvas.astype(bool)


def clean_teacher(teacher: Gray) -> Mask:
    """Threshold the teacher's probabilities, keep the largest piece, fill its small holes."""
    return fill_holes(largest_component(teacher > TEACHER_THRESHOLD), SMALL_HOLE_SHARE)


def compose_reference(teacher: Gray | None, label: Mapping[str, Any] | None, shape: tuple[int, int]) -> Mask:
    """Return the reference mask of one photo of `shape` (H, W).

    Raises ValueError when the base is the teacher and there is no teacher mask, or when base is unknown.
    """
    base = "teacher" if label is None else label["base"]
    if base not in ("teacher", "none"):
        raise ValueError(f"base must be teacher or none, got {base!r}")
    if base == "none":
        mask = np.zeros(shape, bool)
    elif teacher is None:
        raise ValueError("the teacher's mask is needed as base and is missing")
    else:
        if teacher.shape != shape:
            teacher = np.asarray(cv2.resize(teacher, shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)
        mask = clean_teacher(teacher)
    if label is not None:
        mask = (mask | _draw(label.get("add", ()), shape)) & ~_draw(label.get("cut", ()), shape)
    return mask


def read_labels(path: Path = LABELS) -> dict[str, dict[str, Any]]:
    """Read the hand corrections; none made yet is an empty mapping."""
    if not path.exists():
        return {}
    labels: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return labels


def _disc(diameter: int) -> Gray:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (diameter | 1, diameter | 1)), np.uint8)


def _hull(mask: Mask) -> Mask:
    points = cv2.findNonZero(mask.astype(np.uint8))
    canvas = np.zeros(mask.shape, np.uint8)
    if points is not None:
        cv2.fillConvexPoly(canvas, cv2.convexHull(points), 1)
    return canvas.astype(bool)


def _touches_border(mask: Mask) -> float:
    edge = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
    return float(edge.mean())


def _doubtful_grey(teacher: Gray, mask: Mask) -> Mask:
    """Grey teacher pixels away from the outline, where the teacher itself is undecided."""
    grey = (teacher > 40) & (teacher < 215)
    near = cv2.dilate(mask.astype(np.uint8), _disc(5)) - cv2.erode(mask.astype(np.uint8), _disc(5))
    return np.asarray(grey & (near == 0))


def passes_checks(teacher: Gray, boxes: Sequence[Sequence[float]] = ()) -> bool:
    """Say whether an unreviewed teacher mask looks sound.

    Empty, tiny or frame-filling masks, wide grey zones, several pieces, sizeable holes and masks that
    leave out boxes of hand-labelled parts (percent of width and height) are turned away.
    """
    raw = teacher > TEACHER_THRESHOLD
    area = float(raw.mean())
    if not 0.04 < area < 0.8:
        return False
    mask = clean_teacher(teacher)
    height, width = mask.shape
    if float((raw & mask).sum()) < 0.985 * float(raw.sum()):
        return False
    if float(_doubtful_grey(teacher, mask).sum()) > 0.02 * float(mask.sum()):
        return False
    if float((fill_holes(mask, 1.0) & ~mask).sum()) > 0.01 * float(mask.sum()):
        return False
    for x1, y1, x2, y2 in boxes:
        part = mask[
            int(y1 * height / 100) : int(y2 * height / 100) + 1,
            int(x1 * width / 100) : int(x2 * width / 100) + 1,
        ]
        if part.size and part.mean() < 0.5:
            return False
    return _touches_border(mask) < 0.25


def training_silhouette(
    teacher: Gray | None, label: Mapping[str, Any] | None, verdict: Verdict, shape: tuple[int, int]
) -> Silhouette:
    """Compose the reference of a training photo and say pixel by pixel how far it may be trusted.

    hanger: thin pieces in the upper third are ignored; holes: closed and filled, what lies between the mask
    and its convex hull is ignored; network: half trust at the outline. Wide grey zones of the teacher are
    ignored everywhere.
    Raises ValueError for verdicts without a usable mask (bad, skip).
    """
    trust = np.full(shape, FULL_TRUST, np.uint8)
    mask = compose_reference(teacher, label, shape)
    if verdict == "hand":
        return Silhouette(mask, trust, cut_out=_touches_border(mask) < 0.03)
    if verdict == "network":
        core = mask.astype(np.uint8)
        trust[cv2.dilate(core, _disc(5)) != cv2.erode(core, _disc(5))] = FULL_TRUST // 2
        return Silhouette(mask, trust, cut_out=_touches_border(mask) < 0.03)
    if verdict in ("bad", "skip") or teacher is None:
        raise ValueError(f"no usable mask for verdict {verdict}")
    trust[_doubtful_grey(teacher, mask)] = 0
    width = shape[1]
    if verdict == "hanger":
        kernel = _disc(max(5, width // 22))
        opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, kernel).astype(bool)
        rows = np.flatnonzero(mask.any(axis=1))
        top, bottom = int(rows[0]), int(rows[-1])
        upper = np.zeros(shape, bool)
        upper[: top + (bottom - top) * 35 // 100] = True
        thin = mask & ~opened & upper
        trust[cv2.dilate(thin.astype(np.uint8), _disc(5)).astype(bool)] = 0
        return Silhouette(mask, trust, cut_out=False)
    if verdict == "holes":
        raw = np.asarray(teacher > TEACHER_THRESHOLD)
        closed = cv2.morphologyEx(raw.astype(np.uint8), cv2.MORPH_CLOSE, _disc(max(7, width // 16)))
        repaired = fill_holes(largest_component(closed.astype(bool)), 1.0)
        seen = raw & repaired
        trust[_hull(repaired) & ~seen] = 0
        trust[fill_holes(seen, 0.03) & ~seen] = FULL_TRUST // 2
        return Silhouette(repaired, trust, cut_out=False)
    if verdict == "good":
        return Silhouette(mask, trust, cut_out=_touches_border(mask) < 0.03)
    return Silhouette(mask, np.asarray(trust // 2, np.uint8), cut_out=False)
