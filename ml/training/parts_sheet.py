"""Photos between rulers with their labelled parts and landmarks, to make labels by eye and to check them.

python -m ml.training.parts_sheet --data DIR --out sheet.png --images ID [ID ...] [--labels FILE]
python -m ml.training.parts_sheet --check [--labels FILE]

Labels are written as ANNOTATING.md of the data folder says: one JSON object {image: {type, type_ok, view,
sleeve, neck, closure, parts: [{cls, box}], landmarks: {name: [x, y]}}}, all coordinates in percent.
"""

import argparse
import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.garment_types import GARMENT_TYPES
from ml.training.labels_sheet import FONT, RULER, rulers_draw, sheet_draw

Picture = NDArray[np.uint8]

LABELS = Path(__file__).with_name("labels") / "parts.json"
PARTS = (
    "button", "zipper", "pocket", "collar", "neckline", "hood", "cuff",
    "waistband", "placket", "drawstring", "logo", "print", "label", "stitch",
)  # fmt: skip
SIDED = (
    "hps", "shoulder", "underarm", "cuff_outer", "cuff_inner", "hem", "waist", "leg_outer", "leg_inner",
)  # fmt: skip
LANDMARKS = ("neck_front", "crotch", *(f"{name}_{side}" for name in SIDED for side in ("left", "right")))
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "type": GARMENT_TYPES,
    "view": ("front", "back", "side", "detail", "folded", "unclear"),
    "sleeve": ("sleeveless", "cap", "short", "three-quarter", "long", "none"),
    "neck": (
        "crew", "v", "scoop", "boat", "square", "halter", "strapless", "collared", "stand", "lapel",
        "hooded", "none", "unclear",
    ),
    "closure": ("none", "buttons", "zipper", "snaps", "hooks", "tie", "elastic", "drawstring", "unclear"),
}  # fmt: skip
PALETTE = (
    (60, 20, 220), (0, 140, 255), (0, 190, 0), (255, 80, 0), (200, 0, 200), (160, 160, 0), (0, 100, 160),
    (140, 0, 80), (0, 220, 220), (80, 80, 80), (255, 0, 120), (0, 60, 0), (120, 160, 255), (0, 0, 0),
)  # fmt: skip


def label_check(label: Mapping[str, Any]) -> None:
    """Raise ValueError for a label with an unknown word, a box without area or a point off the photo."""
    for name, words in ATTRIBUTES.items():
        if label.get(name) not in words:
            raise ValueError(f"{name} {label.get(name)!r} is not one of {', '.join(words)}")
    if label.get("type_ok") not in (True, False):
        raise ValueError("type_ok is true or false")
    for part in label["parts"]:
        if part["cls"] not in PARTS:
            raise ValueError(f"part {part['cls']!r} is not one of {', '.join(PARTS)}")
        left, top, right, bottom = part["box"]
        if not (-1 <= left < right <= 101 and -1 <= top < bottom <= 101):
            raise ValueError(f"{part['cls']} {part['box']} is not left, top, right, bottom in percent")
    for name, (x, y) in label["landmarks"].items():
        if name not in LANDMARKS:
            raise ValueError(f"landmark {name!r} is not one of {', '.join(LANDMARKS)}")
        if not (-1 <= x <= 101 and -1 <= y <= 101):
            raise ValueError(f"landmark {name} ({x}, {y}) is not in percent of the photo")


def read_labels(path: Path = LABELS) -> dict[str, dict[str, Any]]:
    """The labels of a file, checked; none where there is no file. Raises ValueError naming the photo."""
    if not path.exists():
        return {}
    labels: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
    for image, label in labels.items():
        try:
            label_check(label)
        except (KeyError, TypeError, ValueError) as fault:
            raise ValueError(f"label of {image}: {fault}") from fault
    return labels


def cell_draw(photo: Picture, label: Mapping[str, Any] | None, caption: str, cell: int) -> Picture:
    """One photo (H×W×3 BGR) between percent rulers, at most `cell` × 4/3 `cell`, with its label drawn in."""
    room_high = cell * 4 // 3
    height, width = photo.shape[:2]
    scale = min(cell / width, room_high / height)
    wide, high = round(width * scale), round(height * scale)
    shown = np.asarray(cv2.resize(photo, (wide, high), interpolation=cv2.INTER_CUBIC), np.uint8)
    if label is None:
        for percent in range(10, 100, 10):
            x, y = round(percent / 100 * wide), round(percent / 100 * high)
            shown[::4, x], shown[y, ::4] = (255, 255, 0), (255, 255, 0)
    else:
        _draw_label(shown, label, wide / 100, high / 100)
    sheet = np.full((room_high + 2 * RULER, cell + RULER, 3), 255, np.uint8)
    sheet[2 * RULER : 2 * RULER + high, RULER : RULER + wide] = shown
    cv2.putText(sheet, caption, (RULER, 13), FONT, 0.42, (0, 0, 0), 1, cv2.LINE_AA)
    rulers_draw(sheet, wide, high)
    return sheet


def _draw_label(shown: Picture, label: Mapping[str, Any], x_scale: float, y_scale: float) -> None:
    for part in label["parts"]:
        colour = PALETTE[PARTS.index(part["cls"])]
        left, top, right, bottom = part["box"]
        corner = (round(left * x_scale), round(top * y_scale))
        cv2.rectangle(shown, corner, (round(right * x_scale), round(bottom * y_scale)), colour, 1)
        if part["cls"] != "button":
            cv2.putText(
                shown, part["cls"][:6], (corner[0], corner[1] - 2), FONT, 0.36, colour, 1, cv2.LINE_AA
            )
    for name, (x, y) in label["landmarks"].items():
        point = (round(x * x_scale), round(y * y_scale))
        cv2.circle(shown, point, 3, (0, 0, 255), -1)
        short = name.replace("_left", " L").replace("_right", " R")
        cv2.putText(shown, short, (point[0] + 4, point[1]), FONT, 0.32, (0, 0, 160), 1, cv2.LINE_AA)


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw the named photos with their labels, if they have any, or check a file of labels."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TECHPACK_DATA", "../shared/data")))
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument("--images", nargs="*", default=[], help="image ids")
    parser.add_argument("--columns", type=int, default=2)
    parser.add_argument("--cell", type=int, default=720, help="width of one photo on the sheet, px")
    parser.add_argument("--check", action="store_true", help="check every label and print the counts")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    labels = read_labels(options.labels)
    if options.check:
        parts = Counter(part["cls"] for label in labels.values() for part in label["parts"])
        print(len(labels), "photos:", dict(parts))
        return
    if options.out is None:
        parser.error("--out is needed unless --check is given")
    cells = []
    for image in options.images:
        photo = cv2.imread(str(options.data / "photos" / f"{image}.jpg"), cv2.IMREAD_COLOR)
        if photo is None:
            raise FileNotFoundError(f"no readable photo {image}.jpg in {options.data / 'photos'}")
        label = labels.get(image)
        caption = image if label is None else f"{image[:8]} {label['type']}"
        cells.append(cell_draw(np.asarray(photo, np.uint8), label, caption, options.cell))
    if not cv2.imwrite(str(options.out), sheet_draw(cells, options.columns)):
        raise OSError(f"could not write {options.out}")


if __name__ == "__main__":
    main()
