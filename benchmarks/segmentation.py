"""How well the silhouettes of `ml analyse` fit and how fast they are, on photographers never trained on.

    python benchmarks/segmentation.py [--data DIR] [--split val test] [--threads 2] [--int8]

References are the masks of the training data folder looked at one by one and, where wrong, redrawn by hand
(`ml/training/labels`). The runtime path (`ml.vision.segmentation`) is measured, and beside it the machine-
made masks of the folder (IS-Net at 1024 px), also on the photos where those were judged bad. `--int8`
quantises a copy of the network (calibrated on training photos) and compares speed and overlap. Where an
IS-Net mask was right the reference is that mask, so its median says nothing; its mean and low end do.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from numpy.typing import NDArray

from ml.registry import WEIGHTS, Registry, read_card
from ml.training.garment_data import read_photos, read_rgb, read_teacher
from ml.training.garment_scores import iou, onnx_model, references
from ml.training.int8 import quantise
from ml.training.silhouettes import TEACHER_THRESHOLD
from ml.training.splits import Split
from ml.vision.perception import NETWORK, network_facts, network_input
from ml.vision.segmentation import segment

DEFAULT_DATA = Path(os.environ.get("TECHPACK_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
CALIBRATION_PHOTOS = 100


def main() -> int:
    """Print the figures; 2 when the data folder is not there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="the training data folder")
    parser.add_argument("--split", nargs="+", choices=("val", "test"), default=["val", "test"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--int8", action="store_true", help="compare with a quantised copy of the network")
    options = parser.parse_args()
    if not (options.data / "photos.csv").is_file():
        print(f"{options.data}/photos.csv is not there; name the data folder with --data", file=sys.stderr)
        return 2
    registry = Registry("cpu", options.threads)
    card = registry.load(NETWORK).card
    print(f"network  {card.name} {card.version}, {card.sha256[:12]}")
    print(
        f"machine  {platform.machine()}, {os.cpu_count()} cores, {options.threads} threads,"
        f" Python {platform.python_version()}"
    )
    for split in options.split:
        report(options.data, split, registry)
    if options.int8:
        compare_int8(options.data, options.threads)
    return 0


def report(data: Path, split: Split, registry: Registry) -> None:
    """Print overlap and seconds of the runtime path on one split, and the overlap of the folder's masks."""
    truths = references(data, split)
    senders = {photo.sender for photo in read_photos(data) if photo.image in truths}
    with (data / "masks_review.csv").open(newline="") as file:
        bad = {row["image"] for row in csv.DictReader(file) if row["verdict"] == "bad"}
    ours: dict[str, float] = {}
    theirs: dict[str, float] = {}
    seconds: list[float] = []
    for image, truth in truths.items():
        pixels = read_rgb(data / "photos" / f"{image}.jpg")
        if not seconds:
            segment(pixels, registry)
        started = time.perf_counter()
        mask = segment(pixels, registry).mask
        seconds.append(time.perf_counter() - started)
        ours[image] = iou(mask, truth)
        teacher = read_teacher(data, image)
        if teacher is not None:
            theirs[image] = iou(teacher > TEACHER_THRESHOLD, truth)
    hard = len(bad & set(ours))
    print(f"data     {split}: {len(truths)} photos of {len(senders)} photographers, {hard} judged bad")
    print_overlap("ours", ours, bad)
    print_overlap("IS-Net", theirs, bad)
    print(f"  ours   median {np.median(seconds):.3f} s a photo, p90 {np.quantile(seconds, 0.9):.3f} s")


def print_overlap(name: str, overlaps: dict[str, float], bad: set[str]) -> None:
    """Print one line of IoU figures: all photos, and those whose machine-made mask was judged bad."""
    values = np.array(list(overlaps.values()))
    hard = np.array([value for image, value in overlaps.items() if image in bad])
    median, low = np.median(values), np.quantile(values, 0.1)
    line = f"  {name:<6} IoU median {median:.4f}  mean {values.mean():.4f}  p10 {low:.4f}"
    if hard.size:
        line += f"  | judged bad: median {np.median(hard):.4f}  mean {hard.mean():.4f}"
    print(line)


def compare_int8(data: Path, threads: int) -> None:
    """Print seconds of the network alone, and overlap on val, as float32 and as int8."""
    facts = network_facts(read_card(WEIGHTS, NETWORK))
    original = WEIGHTS / f"{NETWORK}.onnx"
    train = [photo for photo in read_photos(data) if photo.split == "train"]
    chosen = [train[int(i)] for i in np.linspace(0, len(train) - 1, CALIBRATION_PHOTOS)]
    truths = references(data, "val")
    pictures = {image: read_rgb(data / "photos" / f"{image}.jpg") for image in truths}
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "int8.onnx"
        photos = (read_rgb(data / "photos" / f"{photo.image}.jpg") for photo in chosen)
        quantise(original, small, (network_input(pixels, facts) for pixels in photos))
        for name, path in (("float32", original), ("int8", small)):
            model = onnx_model(path, facts, threads)
            model(next(iter(pictures.values())))
            seconds, overlaps = [], []
            for image, pixels in pictures.items():
                started = time.perf_counter()
                logits, _ = model(pixels)
                seconds.append(time.perf_counter() - started)
                overlaps.append(iou(mask_of(logits), truths[image]))
            print(
                f"{name:<8} {path.stat().st_size / 1e6:.1f} MB, network alone median"
                f" {1000 * np.median(seconds):.0f} ms, val IoU"
                f" median {np.median(overlaps):.4f}, p10 {np.quantile(overlaps, 0.1):.4f}"
            )


def mask_of(logits: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where the garment is likelier than not."""
    return np.asarray(logits > 0)


if __name__ == "__main__":
    sys.exit(main())
