"""Contact sheets of photos with their reference outline, rulers and grid, to check labels and make more.

python -m ml.training.labels_sheet --data DIR --out sheet.png --images ID [ID ...]
python -m ml.training.labels_sheet --data DIR --out sheet.png --list ids.txt --columns 4 --cell 240 --no-grid
python -m ml.training.labels_sheet --check
"""

import argparse
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.training.silhouettes import LABELS, Mask, compose_reference, read_labels

Picture = NDArray[np.uint8]

BASES = ("teacher", "none")
VERDICTS = ("clean", "fixed", "redrawn", "unusable")
RULER = 22
OUTLINE = (40, 0, 255)
GRID = (255, 255, 0)
FONT = cv2.FONT_HERSHEY_SIMPLEX


def label_check(label: Mapping[str, Any]) -> None:
    """Raise ValueError for an entry of `silhouettes.json` that describes no silhouette.

    Checked: base and verdict are known, polygons have three points or more and lie within 5 % of the photo,
    base "none" has a polygon unless the photo is unusable.
    """
    if label["base"] not in BASES:
        raise ValueError(f"base {label['base']!r} is not one of {', '.join(BASES)}")
    if label["verdict"] not in VERDICTS:
        raise ValueError(f"verdict {label['verdict']!r} is not one of {', '.join(VERDICTS)}")
    for polygon in [*label["add"], *label["cut"]]:
        if len(polygon) < 3:
            raise ValueError("a polygon needs at least three points")
        if any(not -5 <= value <= 105 for point in polygon for value in point):
            raise ValueError("points are percent of the photo, -5 to 105")
    if label["base"] == "none" and not label["add"] and label["verdict"] != "unusable":
        raise ValueError("base 'none' without polygons describes no silhouette")


def photo_and_mask(data: Path, image: str, label: Mapping[str, Any] | None) -> tuple[Picture, Mask]:
    """Return the photo (H, W, 3 BGR) and its silhouette; without a label the teacher's, or none at all.

    Raises FileNotFoundError when the photo is not in `data/photos`.
    """
    photo = cv2.imread(str(data / "photos" / f"{image}.jpg"), cv2.IMREAD_COLOR)
    if photo is None:
        raise FileNotFoundError(f"no readable photo {image}.jpg in {data / 'photos'}")
    teacher = cv2.imread(str(data / "masks" / f"{image}.png"), cv2.IMREAD_GRAYSCALE)
    shape = (photo.shape[0], photo.shape[1])
    if label is None and teacher is None:
        return np.asarray(photo, np.uint8), np.zeros(shape, np.bool_)
    probabilities = None if teacher is None else np.asarray(teacher, np.uint8)
    return np.asarray(photo, np.uint8), compose_reference(probabilities, label, shape)


def cell_draw(photo: Picture, mask: Mask, caption: str, cell: int, grid: bool = True) -> Picture:
    """Return one photo at most `cell` wide and 4/3 `cell` high, with outline, caption and (grid) rulers."""
    room_high = cell * 4 // 3
    height, width = photo.shape[:2]
    scale = min(cell / width, room_high / height)
    wide, high = round(width * scale), round(height * scale)
    shown = cv2.resize(photo, (wide, high), interpolation=cv2.INTER_CUBIC)
    if grid:
        veil = shown.copy()
        for percent in range(10, 100, 10):
            x, y = round(percent / 100 * wide), round(percent / 100 * high)
            cv2.line(veil, (x, 0), (x, high), GRID, 1)
            cv2.line(veil, (0, y), (wide, y), GRID, 1)
        shown = cv2.addWeighted(veil, 0.4, shown, 0.6, 0)
    large = cv2.resize(mask.astype(np.uint8) * 255, (wide, high), interpolation=cv2.INTER_LINEAR)
    outlines, _ = cv2.findContours((large > 127).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(shown, outlines, -1, OUTLINE, 1, cv2.LINE_AA)
    sheet = np.full((room_high + 2 * RULER, cell + RULER, 3), 255, np.uint8)
    sheet[2 * RULER : 2 * RULER + high, RULER : RULER + wide] = shown
    cv2.putText(sheet, caption, (RULER, 13), FONT, 0.42, (0, 0, 0), 1, cv2.LINE_AA)
    if grid:
        rulers_draw(sheet, wide, high)
    return sheet


def rulers_draw(sheet: Picture, wide: int, high: int) -> None:
    """Draw percent rulers above and left of the photo: figures every 10 %, ticks every 5 % and every 1 %."""
    for percent in range(101):
        length = 8 if percent % 10 == 0 else 6 if percent % 5 == 0 else 3
        x, y = RULER + round(percent / 100 * wide), 2 * RULER + round(percent / 100 * high)
        cv2.line(sheet, (x, 2 * RULER - length), (x, 2 * RULER - 1), (0, 0, 0), 1)
        cv2.line(sheet, (RULER - length, y), (RULER - 1, y), (0, 0, 0), 1)
        if percent % 10 == 0:
            cv2.putText(sheet, str(percent), (x - 6, 2 * RULER - 10), FONT, 0.34, (0, 0, 0), 1)
            cv2.putText(sheet, str(percent), (0, y + 4), FONT, 0.3, (0, 0, 0), 1)


def sheet_draw(cells: Sequence[Picture], columns: int) -> Picture:
    """Return cells of one size in rows of `columns`; raises ValueError when there is none."""
    if not cells:
        raise ValueError("a contact sheet needs at least one photo")
    blank = np.full_like(cells[0], 255)
    padded = [*cells, *[blank] * (-len(cells) % columns)]
    rows = [np.hstack(padded[start : start + columns]) for start in range(0, len(padded), columns)]
    return np.asarray(np.vstack(rows), np.uint8)


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw the labelled (else the teacher's) silhouettes of the named photos, or check all labels."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TECHPACK_DATA", "../shared/data")))
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument("--images", nargs="*", default=[], help="image ids")
    parser.add_argument("--list", type=Path, help="file with one image id a line")
    parser.add_argument("--columns", type=int, default=2)
    parser.add_argument("--cell", type=int, default=450, help="width of one photo on the sheet, px")
    parser.add_argument("--no-grid", action="store_true")
    parser.add_argument("--check", action="store_true", help="check every label and print the counts")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    labels = read_labels(options.labels)
    for image, label in labels.items():
        try:
            label_check(label)
        except ValueError as fault:
            raise ValueError(f"label of {image}: {fault}") from fault
    if options.check:
        print(len(labels), "labels:", dict(Counter(label["verdict"] for label in labels.values())))
        return
    if options.out is None:
        parser.error("--out is needed unless --check is given")
    cells = []
    for image in [*options.images, *(options.list.read_text("utf-8").split() if options.list else [])]:
        photo, mask = photo_and_mask(options.data, image, labels.get(image))
        caption = f"{image[:8]} {labels[image]['verdict'] if image in labels else 'teacher'}"
        cells.append(cell_draw(photo, mask, caption, options.cell, not options.no_grid))
    if not cv2.imwrite(str(options.out), sheet_draw(cells, options.columns)):
        raise OSError(f"could not write {options.out}")


if __name__ == "__main__":
    main()
