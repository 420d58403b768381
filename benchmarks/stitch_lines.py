"""How well rows of stitches are found: synthetic rows of known course on real cloth, and cloth without any.

    python benchmarks/stitch_lines.py [--data DIR] [--count 120] [--seed 5] [--large]

Rows of one or two needles, straight, curved or around a corner, with thread lighter, darker or of another
hue, are drawn on labelled photos where the garment's cloth is free of parts; the box around them is given,
as a detector would. Precision is the share of the found lines within 2 px of a drawn row, recall the share of
the drawn rows within 2 px of a found line. The same boxes without rows tell where lines are seen that are
none. `--large` enlarges the cloth seven times before sewing (12 megapixels; distances by the enlargement).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.registry import Registry
from ml.vision.parts import Box
from ml.vision.photo import Pixels, open_photo
from ml.vision.segmentation import segment
from ml.vision.stitch_lines import stitch_lines

DEFAULT_DATA = Path(os.environ.get("TECHPACK_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))

Floats = NDArray[np.float64]
NEAR = 2.0  # px
ENLARGED = 7
PATTERNED = {"print", "logo"}
KINDS = ("straight", "curve", "corner")
THREADS = ("light", "dark", "other hue")
TRIES = 60


@dataclass(frozen=True, eq=False)
class Sample:
    """A box on free cloth (px of the photo) with the rows to be sewn into it (N×2 each) and their thread."""

    pixels: Pixels
    mask: NDArray[np.bool_]
    box: Box
    rows: tuple[Floats, ...]
    kind: str
    thread: str


@dataclass(frozen=True)
class Score:
    """Lengths (px) found, right, drawn and seen; whether lines are found without the rows; seconds."""

    found: float
    right: float
    drawn: float
    seen: float
    invented: bool
    seconds: float


def main() -> int:
    """Print the figures; 2 when the data folder is not there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="the training data folder")
    parser.add_argument("--count", type=int, default=120, help="boxes")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--large", action="store_true", help="sew into photos of 12 megapixels")
    options = parser.parse_args()
    if not (options.data / "parts.json").is_file():
        print(f"{options.data}/parts.json is not there; name the data folder with --data", file=sys.stderr)
        return 2
    cv2.setNumThreads(1)
    samples = choose(options.data, options.count, options.seed)
    factor = ENLARGED if options.large else 1
    scores = [judge(sample, factor, number) for number, sample in enumerate(samples)]
    print(f"data     {len(samples)} boxes on as many photos, seed {options.seed}, enlarged {factor} times")
    print(f"machine  {platform.machine()}, {os.cpu_count()} cores, one thread, load {os.getloadavg()[0]:.1f}")
    report("all", scores)
    for name in KINDS:
        report(name, [one for one, sample in zip(scores, samples, strict=True) if sample.kind == name])
    for name in THREADS:
        report(name, [one for one, sample in zip(scores, samples, strict=True) if sample.thread == name])
    seconds = np.array([score.seconds for score in scores])
    print(
        f"time a box  median {np.median(seconds) * 1e3:.1f} ms  p90 {np.percentile(seconds, 90) * 1e3:.1f} ms"
    )
    return 0


def report(name: str, scores: list[Score]) -> None:
    """Print one line of figures."""
    if not scores:
        return
    found, drawn = sum(one.found for one in scores), sum(one.drawn for one in scores)
    precision = sum(one.right for one in scores) / max(found, 1e-9)
    recall = sum(one.seen for one in scores) / max(drawn, 1e-9)
    whole = sum(one.seen >= 0.8 * one.drawn for one in scores)
    invented = sum(one.invented for one in scores)
    print(
        f"{name:10s} precision {precision:.3f}  recall {recall:.3f}  rows four fifths found {whole} of"
        f" {len(scores)}  lines without a row {invented} of {len(scores)}"
    )


def choose(data: Path, count: int, seed: int) -> list[Sample]:
    """Boxes on free cloth of photos whose garment is not labelled as printed, the same for the same seed."""
    labels: dict[str, Any] = json.loads((data / "parts.json").read_text(encoding="utf-8"))
    rng = random.Random(seed)
    names = [
        name
        for name, label in sorted(labels.items())
        if not PATTERNED & {part["cls"] for part in label["parts"]}
        and not any(part["cls"] == "stitch" for part in label["parts"])
    ]
    rng.shuffle(names)
    registry = Registry("cpu", 1)
    samples: list[Sample] = []
    for name in names:
        photo = open_photo((data / "photos" / f"{name}.jpg").read_bytes())
        mask = segment(photo.pixels, registry).mask
        box = free_box(labels[name]["parts"], mask, rng)
        if box is not None:
            kind = KINDS[len(samples) % len(KINDS)]
            rows = course(box, kind, rng)
            thread = THREADS[len(samples) // len(KINDS) % len(THREADS)]
            samples.append(Sample(photo.pixels, mask, box, rows, kind, thread))
        if len(samples) == count:
            break
    return samples


def free_box(parts: list[dict[str, Any]], mask: NDArray[np.bool_], rng: random.Random) -> Box | None:
    """A box inside the garment that meets no labelled part; None when none is found."""
    height, width = mask.shape
    for _ in range(TRIES):
        wide, high = rng.uniform(0.06, 0.3) * width, rng.uniform(0.06, 0.3) * height
        if max(wide, high) < 60:
            continue
        left, top = rng.uniform(0, width - wide), rng.uniform(0, height - high)
        box = (left, top, left + wide, top + high)
        rows, columns = slice(int(top), int(top + high)), slice(int(left), int(left + wide))
        if mask[rows, columns].mean() < 0.99:
            continue
        if not any(meets(box, part["box"], width, height) for part in parts):
            return box
    return None


def meets(box: Box, label: list[float], width: int, height: int) -> bool:
    """Whether a box touches a labelled one (percent)."""
    left, right = label[0] * width / 100, label[2] * width / 100
    top, bottom = label[1] * height / 100, label[3] * height / 100
    return box[0] < right and left < box[2] and box[1] < bottom and top < box[3]


def course(box: Box, kind: str, rng: random.Random) -> tuple[Floats, ...]:
    """One or two rows along the longer side of the box."""
    along = np.linspace(0.04, 0.96, 400)
    start, end = rng.uniform(0.2, 0.4), rng.uniform(0.6, 0.8)
    aside = start + (end - start) * along
    if kind == "curve":
        aside = start + (end - start) * along**2
    elif kind == "corner":
        turn = rng.uniform(0.55, 0.75)
        aside = np.where(along < turn, start, start + (along - turn) / (0.96 - turn) * (end - start))
    wide, high = box[2] - box[0], box[3] - box[1]
    unit = np.stack([aside, along] if high >= wide else [along, aside], axis=1)
    row = np.array(box[:2]) + unit * (wide, high)
    if rng.random() < 0.5:
        return (row,)
    shift = np.array((5.0, 0.0) if high >= wide else (0.0, 5.0))
    return row, row + shift


def judge(sample: Sample, factor: int, seed: int) -> Score:
    """Sew the rows, look for them, and look at the same place without them."""
    pixels, mask = sample.pixels, sample.mask
    if factor > 1:
        size = pixels.shape[1] * factor, pixels.shape[0] * factor
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
        mask = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    left, top, right, bottom = (side * factor for side in sample.box)
    box = (left, top, right, bottom)
    sewn = sew(pixels, sample, factor, seed)
    started = time.process_time()
    lines = stitch_lines(sewn, [box], mask)
    seconds = time.process_time() - started
    found = [dense(np.array(line.points) / factor) for line in lines]
    drawn = [dense(row) for row in sample.rows]
    return Score(
        found=sum(map(len, found)),
        right=sum(near(line, drawn) for line in found),
        drawn=sum(map(len, drawn)),
        seen=sum(near(row, found) for row in drawn),
        invented=bool(stitch_lines(pixels, [box], mask)),
        seconds=seconds,
    )


def sew(pixels: Pixels, sample: Sample, factor: int, seed: int) -> Pixels:
    """The photo with the sample's rows: stitches of 4 px and gaps of 1.5 px, blurred a little."""
    rng = np.random.default_rng(seed)
    cover = np.zeros(pixels.shape[:2], np.float32)
    for row in sample.rows:
        cover = np.maximum(cover, thread_cover(row * factor, cover.shape, factor))
    columns = slice(int(sample.box[0]) * factor, int(sample.box[2]) * factor)
    cloth = pixels[int(sample.box[1]) * factor : int(sample.box[3]) * factor, columns].reshape(-1, 3)
    lab = cv2.cvtColor(np.median(cloth, axis=0).astype(np.float32)[None, None] / 255, cv2.COLOR_RGB2LAB)[0, 0]
    strength = rng.uniform(22, 45)
    if sample.thread == "other hue":
        angle = np.arctan2(lab[2], lab[1]) + np.pi * rng.uniform(0.6, 1.4)
        lab += np.array((8, strength * np.cos(angle), strength * np.sin(angle)), np.float32)
    else:
        # Cloth that has no room above or below takes the other thread.
        up = lab[0] < 75 if sample.thread == "light" else lab[0] < 30
        lab[0] += strength if up else -strength
    colour = cv2.cvtColor(lab[None, None].astype(np.float32), cv2.COLOR_LAB2RGB)[0, 0] * 255
    share = cv2.GaussianBlur(cover, (0, 0), 0.45 * factor)[..., None]
    return np.asarray(np.clip(pixels * (1 - share) + colour * share, 0, 255).astype(np.uint8), np.uint8)


def thread_cover(row: Floats, shape: tuple[int, ...], factor: int) -> NDArray[np.float32]:
    """How much of each pixel the stitches of a row cover, 0–1."""
    scale = 4 if factor == 1 else 1
    steps = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(row, axis=0).T))])
    canvas = np.zeros((shape[0] * scale, shape[1] * scale), np.uint8)
    for start in np.arange(0, steps[-1], 5.5 * factor):
        at = np.linspace(start, min(start + 4 * factor, steps[-1]), 5)
        stitch = np.stack([np.interp(at, steps, row[:, axis]) for axis in (0, 1)], axis=1)
        fixed = np.round((stitch * scale - 0.5) * 16).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(canvas, [fixed], False, 255, max(1, round(1.3 * scale * factor)), cv2.LINE_AA, 4)
    small = cv2.resize(canvas, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.float32) / np.float32(255)


def dense(points: Floats) -> Floats:
    """A poly-line at every pixel of its length."""
    steps = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.arange(0, steps[-1], 1.0)
    return np.stack([np.interp(at, steps, points[:, axis]) for axis in (0, 1)], axis=1)


def near(line: Floats, others: list[Floats]) -> float:
    """How many of a line's pixels lie within NEAR of one of the others."""
    if not others or not len(line):
        return 0.0
    target = np.concatenate(others)
    gaps = np.hypot(*np.moveaxis(line[:, None] - target[None], -1, 0))
    return float((gaps.min(axis=1) <= NEAR).sum())


if __name__ == "__main__":
    sys.exit(main())
