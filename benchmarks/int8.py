"""What int8 copies of the parts and traits networks gain and lose beside float32, in one run.

    python -m benchmarks.int8 [--data DIR] [--networks parts traits] [--calibration 64]

Copies are quantised with crops of training photos and scored on the validation split by the figures that
`promote_model` compares (ml/training/promotion.py); `benchmarks.segmentation --int8` does it for the garment
network. Each time is the median of one run of the network, both taking turns.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ml.engines import OnnxEngine
from ml.registry import WEIGHTS, read_card
from ml.training.crops import crops_of
from ml.training.int8 import quantise
from ml.training.parts_data import read_pixels
from ml.training.parts_labels import read_labelled
from ml.training.promotion import score
from ml.vision.garment_crop import crop_input

DEFAULT_DATA = Path(os.environ.get("TECHPACK_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
TIMED = 24


def main() -> int:
    """Print the figures; 2 when the data folder is not there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="the training data folder")
    parser.add_argument("--networks", nargs="+", choices=("parts", "traits"), default=["parts", "traits"])
    parser.add_argument("--calibration", type=int, default=64, help="training photos that ranges come from")
    options = parser.parse_args()
    if not (options.data / "photos.csv").is_file():
        print(f"{options.data}/photos.csv is not there; name the data folder with --data", file=sys.stderr)
        return 2
    print(f"machine  {platform.machine()}, {os.cpu_count()} cores, 1 thread")
    train = [photo.image for photo in read_labelled(options.data) if photo.split == "train"]
    chosen = [train[int(i)] for i in np.linspace(0, len(train) - 1, options.calibration)]
    crops = crops_of(options.data, chosen)
    for name in options.networks:
        area = int(read_card(WEIGHTS, name).facts["input"]["area"])
        canvases = [crop_input(read_pixels(options.data, image), crops[image], area) for image in chosen]
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder)
            shutil.copy(WEIGHTS / f"{name}.json", copy)
            quantise(WEIGHTS / f"{name}.onnx", copy / f"{name}.onnx", canvases)
            engines = {
                kind: OnnxEngine((place / f"{name}.onnx").read_bytes(), threads=1)
                for kind, place in (("float32", WEIGHTS), ("int8", copy))
            }
            seconds: dict[str, list[float]] = {kind: [] for kind in engines}
            for canvas in canvases[:TIMED]:
                for kind, engine in engines.items():
                    started = time.perf_counter()
                    engine.run({engine.inputs[0]: canvas})
                    seconds[kind].append(time.perf_counter() - started)
            for kind, place in (("float32", WEIGHTS), ("int8", copy)):
                print(
                    f"{name:<7} {kind:<8} {1000 * float(np.median(seconds[kind])):6.1f} ms"
                    f"  score on val {score(name, place, options.data):.4f}"
                )
    return 0


if __name__ == "__main__":
    sys.exit(main())
