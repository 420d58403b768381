"""How well drawn silhouettes fit their masks: overlap, nodes, closedness, self-intersections, symmetry, time.

    python benchmarks/silhouette.py [--data DIR] [--count 200] [--seed 7] [--no-potrace]

Reads the masks reviewed as good (``masks_review.csv``) of the training data folder. The faithful drawing
is taken from its SVG, brought back to photo pixels by ``photo_to_drawing`` and rasterised at four times
the mask's size; nothing of the fitting code takes part in judging it. Potrace (the package ``potracer``)
runs beside it on the same masks when it is installed. Seconds are processor seconds.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import random
import sys
import time
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import cv2
import numpy as np
from lxml import etree
from numpy.typing import NDArray

from ml.drawing.flat import draw_flat
from ml.drawing.outline import largest_component
from ml.drawing.svg import serialise

try:
    import potrace
except ImportError:
    potrace = None

FloatArray = NDArray[np.float64]
SUPERSAMPLING = 4
STEPS = 48
DEFAULT_DATA = Path(os.environ.get("TECHPACK_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


@dataclass(frozen=True)
class Result:
    """What one drawing measured; ``nodes`` are the points on the curve."""

    overlap: float
    nodes: int
    closed: bool
    crossings: int
    seconds: float
    mirrored_seconds: float
    mirrored_nodes: int
    mirrored_crossings: int
    asymmetry: float


def main() -> int:
    """Print the figures; 2 when the data folder is not there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="the training data folder")
    parser.add_argument("--count", type=int, default=200, help="masks to draw")
    parser.add_argument("--seed", type=int, default=7, help="seed of the sample")
    parser.add_argument("--no-potrace", action="store_true", help="leave the comparison out")
    options = parser.parse_args()
    review = options.data / "masks_review.csv"
    if not review.is_file():
        print(f"{review} is not there; name the training data folder with --data", file=sys.stderr)
        return 2
    cv2.setNumThreads(1)
    with review.open(encoding="utf-8") as lines:
        names = sorted(row["image"] for row in csv.DictReader(lines) if row["verdict"] == "good")
    chosen = random.Random(options.seed).sample(names, min(options.count, len(names)))
    masks = [read_mask(options.data / "masks" / f"{name}.png") for name in chosen]
    draw_flat(masks[0])
    results = []
    for name, mask in zip(chosen, masks, strict=True):
        results.append(measure(mask))
        if not results[-1].closed or results[-1].crossings or results[-1].mirrored_crossings:
            print(f"not closed or crossing itself: {name}", file=sys.stderr)
    print(f"data     {len(masks)} of {len(names)} masks reviewed as good, seed {options.seed}")
    print(
        f"machine  {platform.machine()}, {os.cpu_count()} cores, one thread, "
        f"Python {platform.python_version()}"
    )
    report(results)
    if not options.no_potrace:
        compare_potrace(masks)
    return 0


def read_mask(path: Path) -> NDArray[np.bool_]:
    """A mask of the data folder (8-bit probabilities) cut at one half."""
    grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise FileNotFoundError(path)
    return np.asarray(grey >= 128)


def report(results: list[Result]) -> None:
    """Print the table of our own figures."""
    overlap = np.array([result.overlap for result in results])
    print(
        f"faithful IoU          median {np.median(overlap):.4f}  p10 {np.percentile(overlap, 10):.4f}  "
        f"worst {overlap.min():.4f}"
    )
    for label, values in (
        ("faithful nodes", [result.nodes for result in results]),
        ("mirrored nodes", [result.mirrored_nodes for result in results]),
    ):
        print(
            f"{label:<21} median {np.median(values):g}  p90 {np.percentile(values, 90):g}  most {max(values)}"
        )
    print(f"closed                {sum(result.closed for result in results)} of {len(results)}")
    print(
        f"self-intersecting     faithful {sum(result.crossings > 0 for result in results)}, "
        f"mirrored {sum(result.mirrored_crossings > 0 for result in results)} of {len(results)}"
    )
    print(f"mirrored asymmetry    worst {max(result.asymmetry for result in results):.6f} mm")
    for label, seconds in (
        ("faithful seconds", [result.seconds for result in results]),
        ("mirrored seconds", [result.mirrored_seconds for result in results]),
    ):
        print(f"{label:<21} median {np.median(seconds):.3f}  p90 {np.percentile(seconds, 90):.3f}")


def measure(mask: NDArray[np.bool_]) -> Result:
    """Draw a mask both ways and judge the SVGs."""
    start = time.process_time()
    document = draw_flat(mask, mirror=False)
    text = serialise(document)
    middle = time.process_time()
    mirrored_text = serialise(draw_flat(mask, mirror=True))
    end = time.process_time()
    rings, closed = read_silhouette(text)
    affine = document.views[0].photo_to_drawing
    a, b, c, d, e, f = affine or (1, 0, 0, 1, 0, 0)
    back = np.linalg.inv([[a, c], [b, d]])
    pixels = [(polygon(ring) - (e, f)) @ back.T for ring in rings]
    mirrored, _ = read_silhouette(mirrored_text)
    return Result(
        overlap=intersection_over_union(mask, pixels),
        nodes=sum(len(ring) for ring in rings),
        closed=closed,
        crossings=sum(count_crossings(polygon(ring)) for ring in rings),
        seconds=middle - start,
        mirrored_seconds=end - middle,
        mirrored_nodes=sum(len(ring) for ring in mirrored),
        mirrored_crossings=sum(count_crossings(polygon(ring)) for ring in mirrored),
        asymmetry=asymmetry(mirrored[0]),
    )


def read_silhouette(svg: str) -> tuple[list[list[FloatArray]], bool]:
    """The rings of the silhouette as lists of control points (2×2 or 4×2), and whether all end with Z."""
    root = etree.fromstring(svg.encode())
    paths = [path for path in root.iter("{*}path") if path.get("data-role") == "outline"]
    rings: list[list[FloatArray]] = []
    closed = len(paths) == 1
    for chain in str(paths[0].get("d")).split("M")[1:]:
        tokens = chain.split()
        closed &= tokens[-1] == "Z"
        start = here = np.array(tokens[:2], dtype=float)
        ring, at = [], 2
        while at < len(tokens):
            count = {"C": 6, "L": 2, "Z": 0}[tokens[at]]
            points = np.array(tokens[at + 1 : at + 1 + count], dtype=float).reshape(-1, 2)
            if tokens[at] == "Z":
                points = start[None] if (here != start).any() else points
            if len(points):
                ring.append(np.vstack([here, points]))
                here = points[-1]
            at += 1 + count
        rings.append(ring)
    return rings, closed


def polygon(ring: list[FloatArray]) -> FloatArray:
    """The ring as a fine polygon, by de Casteljau's construction."""
    t = np.arange(STEPS)[:, None] / STEPS
    chains = []
    for control in ring:
        level = [np.repeat(point[None], STEPS, axis=0) for point in control]
        while len(level) > 1:
            level = [one * (1 - t) + two * t for one, two in pairwise(level)]
        chains.append(level[0] if len(control) == 4 else control[:1])
    return np.concatenate(chains)


def intersection_over_union(mask: NDArray[np.bool_], polygons: list[FloatArray]) -> float:
    """Overlap of the mask's largest component with the drawing, ``SUPERSAMPLING`` times enlarged."""
    garment = largest_component(mask)
    wanted = np.repeat(np.repeat(garment, SUPERSAMPLING, axis=0), SUPERSAMPLING, axis=1)
    drawn = np.zeros(wanted.shape, dtype=np.uint8)
    fixed = [np.round((points * SUPERSAMPLING - 0.5) * 256).astype(np.int32) for points in polygons]
    cv2.fillPoly(drawn, fixed, 1, shift=8)
    return float((wanted & (drawn > 0)).sum() / (wanted | (drawn > 0)).sum())


def count_crossings(points: FloatArray) -> int:
    """Proper crossings of a polygon's edges, in rational arithmetic where floating point is not certain."""
    start, end = points, np.roll(points, -1, axis=0)
    low, high = np.minimum(start, end), np.maximum(start, end)
    count = 0
    for first in range(len(points)):
        others = np.arange(first + 2, len(points) - (first == 0))
        near = ((low[others] <= high[first]) & (low[first] <= high[others])).all(axis=1)
        for second in others[near]:
            a, b, c, d = start[first], end[first], start[second], end[second]
            count += side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
    return count


def side(a: FloatArray, b: FloatArray, c: FloatArray) -> int:
    """On which side of a–b the point c lies."""
    value = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    if abs(value) < 1e-9:
        ax, ay, bx, by, cx, cy = (Fraction(float(number)) for point in (a, b, c) for number in point)
        exact = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        return (exact > 0) - (exact < 0)
    return 1 if value > 0 else -1


def asymmetry(ring: list[FloatArray]) -> float:
    """Largest distance (mm) from a control point, mirrored about the sheet's middle, to the nearest other."""
    points = np.concatenate(ring)
    mirrored = points * (-1, 1) + (210, 0)
    return float(np.hypot(*np.moveaxis(points[:, None] - mirrored[None], -1, 0)).min(axis=1).max())


def compare_potrace(masks: list[NDArray[np.bool_]]) -> None:
    """The same overlap and node count for Potrace with its default settings."""
    if potrace is None:
        print("potrace               not installed (pip install potracer)")
        return
    overlaps, nodes, seconds = [], [], []
    for mask in masks:
        garment = largest_component(mask)
        start = time.process_time()
        # The package reads true as paper and false as ink.
        curves = potrace.Bitmap(~garment).trace(turdsize=100)
        seconds.append(time.process_time() - start)
        polygons, count = [], 0
        for curve in curves:
            here, ring = curve.start_point, []
            for part in curve.segments:
                corner = [here, part.c, part.end_point] if part.is_corner else None
                inner = corner or [here, part.c1, part.c2, part.end_point]
                points = [np.array([point.x, point.y]) for point in inner]
                ring += [np.array(points[:2]), np.array(points[1:])] if corner else [np.array(points)]
                here = part.end_point
            count += len(ring)
            polygons.append(polygon(ring))
        overlaps.append(intersection_over_union(mask, polygons))
        nodes.append(count)
    print(
        f"potrace               IoU median {np.median(overlaps):.4f}  p10 {np.percentile(overlaps, 10):.4f}  "
        f"nodes median {np.median(nodes):g}  seconds median {np.median(seconds):.3f}"
    )


if __name__ == "__main__":
    sys.exit(main())
