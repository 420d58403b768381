"""Write the garment crop of every photo, and its silhouette, as the garment network finds them.

    python -m ml.training.crops --data DIR --out var/training/silhouettes

The detailed networks are trained on the crop that they get at run time. Photos that are done are skipped;
empty the folder when the garment network has changed.
"""

import argparse
import csv
import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np

from ml.registry import shared_registry
from ml.vision.garment_crop import Crop, garment_crop
from ml.vision.photo import open_photo
from ml.vision.segmentation import segment

FOLDER = Path("var/training/silhouettes")
CROPS = "crops.json"


def crops_of(data: Path, images: Iterable[str], folder: Path = FOLDER) -> dict[str, Crop]:
    """The crops of photos; those that `folder` does not have yet are made and kept there with their
    silhouettes. Raises PhotoError and ModelError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / CROPS
    known: dict[str, list[int]] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    missing = [image for image in images if image not in known]
    for image in missing:
        mask = segment(open_photo(data / "photos" / f"{image}.jpg").pixels, shared_registry("cpu")).mask
        cv2.imwrite(str(folder / f"{image}.png"), mask.astype(np.uint8) * 255)
        crop = garment_crop(mask)
        known[image] = [crop.left, crop.top, crop.right, crop.bottom]
    if missing:
        new = file.with_suffix(".new")
        new.write_text(json.dumps(known), "utf-8")
        new.replace(file)
    return {image: Crop(*box) for image, box in known.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ml.training.crops", description=main.__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TECHPACK_DATA", "../shared/data")))
    parser.add_argument("--out", type=Path, default=FOLDER)
    options = parser.parse_args(arguments)
    with (options.data / "photos.csv").open(newline="") as file:
        images = [row["image"] for row in csv.DictReader(file)]
    crops = crops_of(options.data, images, options.out)
    print(f"{len(crops)} crops in {options.out / CROPS}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
