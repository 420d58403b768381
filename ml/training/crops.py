"""Write the garment crop of every photo, and its silhouette, as the garment network finds them.

    python -m ml.training.crops --data DIR --out var/training/silhouettes

The detailed networks are trained on the crop that they get at run time. Photos that are done are skipped.
"""

import argparse
import csv
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from ml.registry import Registry, shared_registry
from ml.vision.garment_crop import Crop, garment_crop
from ml.vision.photo import open_photo
from ml.vision.segmentation import Mask, segment

CROPS = "crops.json"


def silhouette_and_crop(path: Path, registry: Registry) -> tuple[Mask, Crop]:
    """The silhouette of one photo file and its crop. Raises PhotoError and ModelError."""
    mask = segment(open_photo(path).pixels, registry).mask
    return mask, garment_crop(mask)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ml.training.crops", description=main.__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TECHPACK_DATA", "../shared/data")))
    parser.add_argument("--out", type=Path, default=Path("var/training/silhouettes"))
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    registry = shared_registry("cpu")
    crops: dict[str, list[int]] = {}
    with (options.data / "photos.csv").open(newline="") as file:
        images = [row["image"] for row in csv.DictReader(file)]
    for image in images:
        path = options.out / f"{image}.png"
        mask = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) if path.exists() else None
        if mask is None:
            found, crop = silhouette_and_crop(options.data / "photos" / f"{image}.jpg", registry)
            cv2.imwrite(str(path), found.astype(np.uint8) * 255)
        else:
            crop = garment_crop(mask > 127)
        crops[image] = [crop.left, crop.top, crop.right, crop.bottom]
    (options.out / CROPS).write_text(json.dumps(crops), "utf-8")
    print(f"{len(crops)} crops in {options.out / CROPS}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
