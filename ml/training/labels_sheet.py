"""Compose hand-cleaned silhouettes and draw them on contact sheets, to look at labels and to make more.

A label says how the silhouette of one photo follows from the machine-made (teacher) mask:
``mask = (base ∪ add) − cut``, polygons in percent of the upright photo (see ``labels/README.md``).

    python ml/training/labels_sheet.py --data DIR --out sheet.png --images ID [ID ...]
    python ml/training/labels_sheet.py --data DIR --out sheet.png --split val.txt --columns 4 --cell 300
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Picture = NDArray[np.uint8]
Polygon = tuple[tuple[float, float], ...]

BASES = ("teacher", "none")
VERDICTS = ("clean", "fixed", "redrawn", "unusable")
LABELS = Path(__file__).parent / "labels" / "silhouettes.json"
TEACHER_THRESHOLD = 127
SMALL_HOLE = 0.001  # share of the photo's area; smaller enclosed gaps in the teacher mask are noise
SUBPIXEL_BITS = 4
RULER = 22


@dataclass(frozen=True)
class SilhouetteLabel:
    """How one silhouette is made: base mask, polygons to add and to cut (percent), and the verdict by eye.

    Raises ValueError for an unknown base or verdict, or a polygon with fewer than three points or points
    further than 5 % outside the photo.
    """

    base: str
    verdict: str
    add: tuple[Polygon, ...] = field(default=())
    cut: tuple[Polygon, ...] = field(default=())
    note: str = ""

    def __post_init__(self) -> None:
        if self.base not in BASES:
            raise ValueError(f"label: base {self.base!r} is not one of {', '.join(BASES)}")
        if self.verdict not in VERDICTS:
            raise ValueError(f"label: verdict {self.verdict!r} is not one of {', '.join(VERDICTS)}")
        for polygon in self.add + self.cut:
            if len(polygon) < 3:
                raise ValueError("label: a polygon needs at least three points")
            if any(not -5.0 <= value <= 105.0 for point in polygon for value in point):
                raise ValueError("label: polygon points are percent of the photo, -5 to 105")
        if self.base == "none" and not self.add and self.verdict != "unusable":
            raise ValueError("label: base 'none' without polygons describes no silhouette")


def label_from_json(entry: dict[str, Any]) -> SilhouetteLabel:
    """One value of ``silhouettes.json`` as a checked label; raises KeyError or ValueError when malformed."""

    def polygons(key: str) -> tuple[Polygon, ...]:
        return tuple(tuple((float(x), float(y)) for x, y in polygon) for polygon in entry[key])

    return SilhouetteLabel(entry["base"], entry["verdict"], polygons("add"), polygons("cut"), entry.get("note", ""))


def labels_read(path: Path = LABELS) -> dict[str, SilhouetteLabel]:
    """All labels by image id."""
    return {image: label_from_json(entry) for image, entry in json.loads(path.read_text("utf-8")).items()}


def teacher_clean(probabilities: Picture) -> Mask:
    """Teacher mask over 127, its largest 8-connected piece, enclosed gaps under 0.1 % of the photo filled.

    ``probabilities`` is H×W uint8; the result H×W bool (all false when nothing is over the threshold).
    """
    mask = (probabilities > TEACHER_THRESHOLD).astype(np.uint8)
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if count < 2:
        return np.zeros(mask.shape, np.bool_)
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    mask = (pieces == largest).astype(np.uint8)
    count, gaps, stats, _ = cv2.connectedComponentsWithStats(1 - mask, connectivity=4)
    height, width = mask.shape
    for gap in range(1, count):
        left, top, wide, high, area = (int(value) for value in stats[gap])
        inside = left > 0 and top > 0 and left + wide < width and top + high < height
        if inside and area < SMALL_HOLE * mask.size:
            mask[gaps == gap] = 1
    return mask.astype(np.bool_)


def polygon_fill(polygon: Polygon, height: int, width: int) -> Mask:
    """H×W bool, true inside the polygon (percent of width and height), filled by the even-odd rule."""
    scale = 1 << SUBPIXEL_BITS
    points = np.array(polygon, np.float64) / 100.0 * (width, height) - 0.5
    canvas = np.zeros((height, width), np.uint8)
    cv2.fillPoly(canvas, [np.round(points * scale).astype(np.int32)], 1, cv2.LINE_8, SUBPIXEL_BITS)
    return canvas.astype(np.bool_)


def label_mask(label: SilhouetteLabel, height: int, width: int, teacher: Picture | None) -> Mask:
    """The silhouette of one photo, H×W bool: (base ∪ add) − cut.

    ``teacher`` (any size, uint8) is needed for base "teacher" and scaled to H×W; raises ValueError without it.
    """
    mask = np.zeros((height, width), np.bool_)
    if label.base == "teacher":
        if teacher is None:
            raise ValueError("label: base 'teacher' needs the teacher mask of the photo")
        if teacher.shape != (height, width):
            teacher = cv2.resize(teacher, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.uint8)
        mask = teacher_clean(teacher)
    for polygon in label.add:
        mask |= polygon_fill(polygon, height, width)
    for polygon in label.cut:
        mask &= ~polygon_fill(polygon, height, width)
    return mask


def photo_and_mask(data: Path, image: str, label: SilhouetteLabel | None) -> tuple[Picture, Mask]:
    """The photo (H×W×3 BGR) and its silhouette; without a label that of the teacher, empty where there is none.

    Raises FileNotFoundError when the photo is not in ``data/photos``.
    """
    photo = cv2.imread(str(data / "photos" / f"{image}.jpg"), cv2.IMREAD_COLOR)
    if photo is None:
        raise FileNotFoundError(f"no readable photo {image}.jpg in {data / 'photos'}")
    teacher = cv2.imread(str(data / "masks" / f"{image}.png"), cv2.IMREAD_GRAYSCALE)
    if label is None:
        label = SilhouetteLabel("teacher" if teacher is not None else "none", "unusable")
    height, width = photo.shape[:2]
    mask = label_mask(label, height, width, None if teacher is None else teacher.astype(np.uint8))
    return photo.astype(np.uint8), mask


def cell_draw(photo: Picture, mask: Mask, caption: str, cell: int, grid: bool = True) -> Picture:
    """One photo scaled to ``cell`` × 4/3 ``cell`` px with the outline of its mask, rulers and a 10 % grid."""
    room_high = cell * 4 // 3
    height, width = photo.shape[:2]
    scale = min(cell / width, room_high / height)
    wide, high = round(width * scale), round(height * scale)
    shown = cv2.resize(photo, (wide, high), interpolation=cv2.INTER_CUBIC)
    if grid:
        veil = shown.copy()
        for percent in range(10, 100, 10):
            x, y = round(percent / 100 * wide), round(percent / 100 * high)
            cv2.line(veil, (x, 0), (x, high), (255, 255, 0), 1)
            cv2.line(veil, (0, y), (wide, y), (255, 255, 0), 1)
        shown = cv2.addWeighted(veil, 0.4, shown, 0.6, 0)
    large = cv2.resize(mask.astype(np.uint8) * 255, (wide, high), interpolation=cv2.INTER_LINEAR)
    outlines, _ = cv2.findContours((large > 127).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(shown, outlines, -1, (40, 0, 255), 1, cv2.LINE_AA)
    sheet = np.full((room_high + 2 * RULER, cell + RULER, 3), 255, np.uint8)
    sheet[2 * RULER : 2 * RULER + high, RULER : RULER + wide] = shown
    cv2.putText(sheet, caption, (RULER, 13), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (0, 0, 0), 1, cv2.LINE_AA)
    if grid:
        rulers_draw(sheet, wide, high)
    return sheet


def rulers_draw(sheet: Picture, wide: int, high: int) -> None:
    """Percent rulers above and left of the photo: a figure every 10 %, a tick every 5 % and short ones between."""
    for percent in range(101):
        length = 8 if percent % 10 == 0 else 6 if percent % 5 == 0 else 3
        x, y = RULER + round(percent / 100 * wide), 2 * RULER + round(percent / 100 * high)
        cv2.line(sheet, (x, 2 * RULER - length), (x, 2 * RULER - 1), (0, 0, 0), 1)
        cv2.line(sheet, (RULER - length, y), (RULER - 1, y), (0, 0, 0), 1)
        if percent % 10 == 0:
            cv2.putText(sheet, str(percent), (x - 6, 2 * RULER - 10), cv2.FONT_HERSHEY_SIMPLEX, 0.34, (0, 0, 0), 1)
            cv2.putText(sheet, str(percent), (0, y + 4), cv2.FONT_HERSHEY_SIMPLEX, 0.3, (0, 0, 0), 1)


def sheet_draw(cells: Sequence[Picture], columns: int) -> Picture:
    """Cells of one size in rows of ``columns``; raises ValueError when there is none."""
    if not cells:
        raise ValueError("a contact sheet needs at least one photo")
    blank = np.full_like(cells[0], 255)
    padded = list(cells) + [blank] * (-len(cells) % columns)
    rows = [np.hstack(padded[start : start + columns]) for start in range(0, len(padded), columns)]
    return np.vstack(rows).astype(np.uint8)


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw the labelled (else the teacher's) silhouettes of the named photos on one sheet."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TECHPACK_DATA", "../shared/data")))
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument("--images", nargs="*", default=[], help="image ids")
    parser.add_argument("--split", type=Path, help="file with one image id a line")
    parser.add_argument("--columns", type=int, default=2)
    parser.add_argument("--cell", type=int, default=450, help="width of one photo on the sheet, px")
    parser.add_argument("--no-grid", action="store_true")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    images = list(options.images) + (options.split.read_text("utf-8").split() if options.split else [])
    labels = labels_read(options.labels) if options.labels.exists() else {}
    cells = []
    for image in images:
        label = labels.get(image)
        photo, mask = photo_and_mask(options.data, image, label)
        caption = f"{image[:8]} {label.verdict if label else 'teacher'}"
        cells.append(cell_draw(photo, mask, caption, options.cell, not options.no_grid))
    if not cv2.imwrite(str(options.out), sheet_draw(cells, options.columns)):
        raise OSError(f"could not write {options.out}")


if __name__ == "__main__":
    main()
