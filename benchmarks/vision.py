"""How right `ml analyse` is on photographers never trained on: parts, words, landmarks, lengths, refusals.

    python -m benchmarks.vision [--data DIR] [--split val] [--threads 2] [--worst 20]

Every photo goes through the whole analysis, as a user's does. References are the parts, attributes and
landmarks labelled by eye and the owners' labels (about 5 % of them are wrong). Parts are scored as they are
reported, after thresholds and rules. `--worst` names the photos that lose most.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import measurements
from ml.registry import Registry
from ml.training.garment_types import ALLOWED, APPAREL_LABELS, TYPES_OF_LABEL
from ml.training.parts_labels import Labelled, read_labelled
from ml.training.parts_scores import Found, found_parts, score_parts
from ml.training.splits import sender_split
from ml.vision.analysis import Analysis, analyse
from ml.vision.landmarks import Landmark
from ml.vision.measuring.measure import measure
from ml.vision.perception import NOT_A_GARMENT
from ml.vision.photo import Photo, open_photo

DEFAULT_DATA = Path(os.environ.get("TECHPACK_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
NEAR = (0.02, 0.05)  # of the garment's height


@dataclass
class Shares:
    """Counts of right answers by name."""

    right: Counter[str] = field(default_factory=Counter)
    count: Counter[str] = field(default_factory=Counter)

    def tell(self, name: str, truth: bool) -> None:
        """Count one answer."""
        self.count[name] += 1
        self.right[name] += truth

    def print(self) -> None:
        """One line a name."""
        for name, count in self.count.items():
            print(f"{name:<28} {self.right[name] / count:.4f}  ({self.right[name]} of {count})")


@dataclass
class Report:
    """Everything that is gathered over a split."""

    shares: Shares = field(default_factory=Shares)
    confusions: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    parts: list[Found] = field(default_factory=list)
    lengths: list[measurements.Compared] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    losses: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def owner(self, image: str, label: str, found: Analysis) -> None:
        """Score type and refusal by the owner's label."""
        if label in APPAREL_LABELS:
            self.shares.tell("garments refused", found.refused is not None)
            kind = "refused" if found.garment is None else found.garment.best.type
            right = kind in TYPES_OF_LABEL[label]
            self.shares.tell("owner's label, top-1", right)
            if not right:
                self.confusions["type", label, kind] += 1
                self.losses[image].append(f"{label} is taken for {kind}")
            if found.refused is not None:
                self.losses[image].append(f"refused: {found.refused}")
        elif ALLOWED.get(label) == (NOT_A_GARMENT,):
            self.shares.tell("non-garments refused", found.refused is not None)
            if found.refused is None:
                self.losses[image].append(f"{label} is not refused")

    def by_eye(self, label: Labelled, photo: Photo, found: Analysis) -> None:
        """Score what was labelled by eye."""
        self.parts.append(found_parts(label, (photo.height, photo.width), found.parts.parts))
        if found.traits is None or found.garment is None:
            return
        self.shares.tell("type by eye, top-1", found.garment.best.type == label.attributes["type"])
        for name in ("view", "sleeve", "neck", "closure"):
            word, said = label.attributes[name], found.traits.words[name].value
            if word != "unclear":
                self.shares.tell(f"{name}, top-1", said == word)
                if said != word:
                    self.confusions[name, word, said] += 1
        if not label.landmarks:
            return
        rows = np.flatnonzero(found.mask.any(axis=1))
        height = float(rows[-1] - rows[0] + 1)
        hand = {
            name: Landmark(name, x * photo.width, y * photo.height, 0.0, 1.0)
            for name, (x, y) in label.landmarks.items()
        }
        for name, true in hand.items():
            one = found.traits.landmarks.get(name)
            off = np.inf if one is None else float(np.hypot(one.x - true.x, one.y - true.y)) / height
            for near in NEAR:
                self.shares.tell(f"landmarks within {near:.0%}", off <= near)
            if one is not None:
                self.shares.tell("  of those reported, 5%", off <= NEAR[-1])
            if off > NEAR[-1]:
                self.losses[label.image].append(f"{name} {'missing' if one is None else f'{off:.0%} off'}")
        compared = measurements.compare(
            measurements.Labelled(label.image, photo.pixels, found.mask, hand), found.traits.landmarks
        )
        given = measurements.largest(list(measure(hand, found.mask, snapped=False)))
        self.lengths += [value for value in compared if value.given == given]

    def print(self, worst: int) -> None:
        """The figures, confusions and worst photos."""
        self.shares.print()
        if self.parts:
            print("parts", score_parts(self.parts).line())
        measurements.print_line("measurements", self.lengths)
        for pom, group in measurements.by(self.lengths, "pom").items():
            measurements.print_line(f"  {pom}", group)
        print(
            f"seconds a photo, median {np.median(self.seconds):.3f}, p90 {np.quantile(self.seconds, 0.9):.3f}"
        )
        for (name, word, said), count in self.confusions.most_common(40):
            print(f"  {name}: {word} taken for {said}: {count}")
        for image, losses in sorted(self.losses.items(), key=lambda pair: -len(pair[1]))[:worst]:
            print(f"  {image}: {'; '.join(losses)}")


def main() -> int:
    """Print the figures; 2 when the data folder is not there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="the training data folder")
    parser.add_argument("--split", choices=("val", "test"), default="val")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--worst", type=int, default=20)
    options = parser.parse_args()
    if not (options.data / "photos.csv").is_file():
        print(f"{options.data}/photos.csv is not there; name the data folder with --data", file=sys.stderr)
        return 2
    registry = Registry("cpu", options.threads)
    labels = {label.image: label for label in read_labelled(options.data)}
    with (options.data / "photos.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if sender_split(row["sender"]) == options.split]
    report = Report()
    for row in rows:
        photo = open_photo(options.data / "photos" / f"{row['image']}.jpg")
        started = time.perf_counter()
        found = analyse(photo, registry)
        report.seconds.append(time.perf_counter() - started)
        report.owner(row["image"], row["label"], found)
        if row["image"] in labels:
            report.by_eye(labels[row["image"]], photo, found)
    for name in ("garment", "traits", "parts"):
        card = registry.load(name).card
        print(f"network  {card.name} {card.version}, {card.sha256[:12]}")
    senders = len({row["sender"] for row in rows})
    print(f"machine  {platform.machine()}, {os.cpu_count()} cores, {options.threads} threads")
    print(
        f"{options.split}: {len(rows)} photos of {senders} photographers, {len(report.parts)} labelled by eye"
    )
    report.print(options.worst)
    return 0


if __name__ == "__main__":
    sys.exit(main())
