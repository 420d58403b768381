"""How the rules for found parts treat correct ones: parts labelled by hand that they drop, merge or doubt.

    python benchmarks/part_rules.py [--data DIR] [--threads 2]

All labelled photos of the training data folder; masks are those of the garment network, landmarks those
labelled by hand. A rule that touches a correct part is wrong there, so every figure should be near 0.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from ml.registry import Registry
from ml.vision.landmarks import Landmark
from ml.vision.part_checks import ADVISORIES
from ml.vision.part_rules import INSIDE, settle_parts, share_inside
from ml.vision.parts import PART_KINDS, Part
from ml.vision.photo import open_photo
from ml.vision.segmentation import segment

DEFAULT_DATA = Path(os.environ.get("TECHPACK_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))

LOOKS_AT = {
    "collar_and_neckline": {"collar", "neckline"},
    "collar_and_hood": {"collar", "hood"},
    "hood_and_neckline": {"hood", "neckline"},
    "waistband_not_at_waist": {"waistband"},
    "waistband_not_at_hem": {"waistband"},
    "too_many_cuffs": {"cuff"},
    "cuff_without_sleeve": {"cuff"},
    "cuff_not_at_end": {"cuff"},
    "button_out_of_row": {"button"},
    "button_missing": {"button"},
    "zip_and_buttons": {"zipper"},
    "two_of_a_kind": {"collar", "neckline", "hood"},
    "neck_not_at_top": {"collar", "neckline", "hood"},
    "neck_on_bottoms": {"collar", "neckline", "hood"},
}
"""Kinds of which a photo must have one for a check to look at it; other checks look at every photo."""


def main() -> int:
    """Print the figures; 2 when the data folder is not there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="the training data folder")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    if not (options.data / "parts.json").is_file():
        print(f"{options.data}/parts.json is not there; name the data folder with --data", file=sys.stderr)
        return 2
    labels = json.loads((options.data / "parts.json").read_text(encoding="utf-8"))
    places = json.loads((options.data / "landmarks.json").read_text(encoding="utf-8"))
    registry = Registry("cpu", options.threads)
    shares: dict[str, list[float]] = defaultdict(list)
    merged: Counter[str] = Counter()
    fired: dict[str, list[str]] = defaultdict(list)
    applies: Counter[str] = Counter()
    for name, label in labels.items():
        photo = open_photo((options.data / "photos" / f"{name}.jpg").read_bytes())
        mask = segment(photo.pixels, registry).mask
        parts = labelled_parts(label, photo.width, photo.height)
        for part in parts:
            shares[part.kind].append(share_inside(part.box, mask))
        landmarks = labelled_landmarks(places.get(name, {}), photo.width, photo.height)
        kept, advisories = settle_parts(parts, mask, landmarks, label["type"], sleeve=label["sleeve"])
        inside = Counter(part.kind for part in parts if share_inside(part.box, mask) >= INSIDE[part.kind])
        merged.update(inside - Counter(part.kind for part in kept))
        kinds = {part.kind for part in parts}
        for code in ADVISORIES:
            applies[code] += bool(kinds & LOOKS_AT.get(code, kinds))
        for code in {advisory.code for advisory in advisories}:
            fired[code].append(name[:8])
    print(f"{len(labels)} photos, {sum(map(len, shares.values()))} parts")
    report(shares, merged)
    print("\ndoubts about correct labels: photos, of those the check looks at")
    for code in ADVISORIES:
        share = len(fired[code]) / max(1, applies[code])
        print(
            f"  {code:24s} {len(fired[code]):3d} of {applies[code]:3d}  {share:.3f}  {' '.join(fired[code])}"
        )
    return 0


def report(shares: dict[str, list[float]], merged: Counter[str]) -> None:
    """Print for each kind how much of its boxes lies inside the mask and what the rules take away."""
    print("kind        parts  inside the mask: p1   p5   p50   limit  dropped  merged away")
    for kind in PART_KINDS:
        inside = np.array(shares[kind])
        low, lower, middle = np.percentile(inside, (1, 5, 50))
        print(
            f"{kind:11s} {len(inside):5d}  {low:19.2f} {lower:4.2f} {middle:5.2f} {INSIDE[kind]:7.2f}"
            f" {int((inside < INSIDE[kind]).sum()):8d} {merged[kind]:8d}"
        )


def labelled_parts(label: dict[str, Any], width: int, height: int) -> list[Part]:
    """The labelled boxes of a photo in pixels, as sure as can be."""
    sides = np.array((width, height, width, height)) / 100
    boxes = [(part["cls"], np.array(part["box"]) * sides) for part in label["parts"]]
    return [Part(kind, (box[0], box[1], box[2], box[3]), 1.0) for kind, box in boxes]


def labelled_landmarks(places: dict[str, list[float]], width: int, height: int) -> dict[str, Landmark]:
    """The labelled landmarks of a photo in pixels."""
    return {
        name: Landmark(name, x * width / 100, y * height / 100, 0.0, 1.0) for name, (x, y) in places.items()
    }


if __name__ == "__main__":
    sys.exit(main())
