"""How far measurements are from the same POMs at hand-placed landmarks, and how well references are found.

    python -m benchmarks.measurements garments [--data DIR] [--masks DIR] [--network] [--noise PERCENT]
    python -m benchmarks.measurements references [--data DIR] [--masks DIR] [--photos N] [--longest PX]
    python -m benchmarks.measurements false-alarms [--data DIR] [--masks DIR] [--every N]

`garments`: landmarks found in each photo against those placed by hand, unsnapped; without `--network` those
placed by hand, with normal errors of PERCENT of the garment's height along each axis. One dimension is
given, the largest of GIVEN and then each of them in turn; the rest are compared in cm, and the share inside
their 95 % interval is printed. `references`: an A4 sheet or card is laid into photos by code
(`reference_photos`). `false-alarms`: references found in photos that have none.
`--masks`: silhouettes, one PNG for each photo; without it those of the network are made on the way.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.reference_photos import with_reference
from ml.registry import Registry
from ml.training.splits import SPLITS, sender_split
from ml.vision.garment_crop import garment_crop
from ml.vision.landmarks import Landmark, Landmarks
from ml.vision.measuring.measure import measure
from ml.vision.measuring.plane import view_from_above
from ml.vision.measuring.reference import find_reference
from ml.vision.measuring.report import measure_garment
from ml.vision.measuring.values import PixelMeasurement, ReferenceKind
from ml.vision.photo import Pixels, open_photo
from ml.vision.segmentation import Mask, segment
from ml.vision.traits import read_traits

DEFAULT_DATA = Path(os.environ.get("TECHPACK_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
# What a user has at hand: a length or a width that two clear landmarks end.
GIVEN = ("T01", "T03", "T05", "T06", "B01", "B07", "B06", "S1")
ASSUMED_CM = {
    "T01": 70.0,
    "B07": 100.0,
    "S1": 60.0,
    "T13": 60.0,
    "B06": 76.0,
    "T05": 52.0,
    "T03": 52.0,
    "B01": 40.0,
}
SEED = 3

# Reads the landmarks of an upright photo (H×W×3) whose silhouette is given.
Reader = Callable[[Pixels, Mask], Landmarks]


@dataclass(frozen=True, eq=False)
class Labelled:
    """A photo with landmarks placed by hand (upright pixels)."""

    image: str
    pixels: Pixels
    mask: Mask
    hand: dict[str, Landmark]


@dataclass(frozen=True)
class Compared:
    """One value against the one from hand landmarks, cm."""

    pom: str
    given: str
    error: float
    inside: bool
    reliable: bool


def labelled(data: Path, masks: Path | None, splits: tuple[str, ...]) -> Iterator[Labelled]:
    """The photos with hand landmarks whose photographers are of ``splits``."""
    places = json.loads((data / "landmarks.json").read_text())
    silhouettes = Silhouettes(masks)
    for image, sender in photographers(data).items():
        if image not in places or sender_split(sender) not in splits:
            continue
        pixels = open_photo(data / "photos" / f"{image}.jpg").pixels
        mask = silhouettes.of(image, pixels)
        if not mask.any():
            continue
        height, width = mask.shape
        yield Labelled(
            image,
            pixels,
            mask,
            {
                name: Landmark(name, x * width / 100, y * height / 100, 0.0, 1.0)
                for name, (x, y) in places[image].items()
            },
        )


def photographers(data: Path) -> dict[str, str]:
    """Image → sender."""
    with (data / "photos.csv").open(newline="") as file:
        return {row["image"]: row["sender"] for row in csv.DictReader(file)}


class Silhouettes:
    """Masks by photo: read from a folder, or made by the network when there is none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._registry = Registry("cpu", 1) if folder is None else None

    def of(self, image: str, pixels: Pixels) -> Mask:
        """H×W bool; empty when the folder has none for the photo."""
        if self._registry is not None:
            return segment(pixels, self._registry).mask
        if self._folder is None:
            raise RuntimeError("neither a folder nor a network")
        grey = cv2.imread(str(self._folder / f"{image}.png"), cv2.IMREAD_GRAYSCALE)
        if grey is None:
            return np.zeros(pixels.shape[:2], np.bool_)
        if grey.shape != pixels.shape[:2]:
            grey = cv2.resize(grey, (pixels.shape[1], pixels.shape[0]))
        return np.asarray(grey > 127, np.bool_)


def with_noise(photo: Labelled, percent: float, random: np.random.Generator) -> Landmarks:
    """The hand landmarks with normal errors of ``percent`` of the garment's height, saying so."""
    rows = np.flatnonzero(photo.mask.any(axis=1))
    spread = percent / 100 * float(rows[-1] - rows[0] + 1)
    return {
        name: Landmark(
            name, found.x + random.normal(0, spread), found.y + random.normal(0, spread), spread, 1.0
        )
        for name, found in photo.hand.items()
    }


def network_reader() -> Reader:
    """The landmarks that the traits network finds in the silhouette's crop."""
    registry = Registry("cpu", 1)

    def read(pixels: Pixels, mask: Mask) -> Landmarks:
        traits, _ = read_traits(pixels, garment_crop(mask), registry)
        return traits.landmarks

    return read


def compare(photo: Labelled, found: Landmarks) -> list[Compared]:
    """Every POM with each of GIVEN known in turn, against the same POM at the hand landmarks."""
    hand = {reading.pom: reading for reading in measure(photo.hand, photo.mask, snapped=False)}
    compared = []
    for given in GIVEN:
        if given not in hand:
            continue
        typed = {given: ASSUMED_CM.get(given, 45.0)}
        known = measure_garment(photo.hand, photo.mask, (), typed=typed)
        truth = {
            reading.pom: reading
            for reading in measure(photo.hand, photo.mask, scale=known.scale, snapped=False)
        }
        if given not in truth:
            continue
        cm_per_px = typed[given] / truth[given].pixels
        poms = tuple(pom for pom in truth if pom not in (given, "S2"))
        for value in measure_garment(found, photo.mask, poms, typed=typed).measurements:
            if value.value is None or value.uncertainty is None or value.reason == "no_scale":
                continue
            true = truth[value.pom].pixels * cm_per_px
            error = value.value - true
            compared.append(
                Compared(value.pom, given, error / true, abs(error) <= value.uncertainty, value.reliable)
            )
    return compared


def largest(hand: list[PixelMeasurement]) -> str | None:
    """The longest of GIVEN: with it the tape's own error matters least."""
    lengths = {reading.pom: reading.pixels for reading in hand if reading.pom in GIVEN}
    return max(lengths, key=lambda pom: lengths[pom]) if lengths else None


def garments(
    data: Path, masks: Path | None, splits: tuple[str, ...], noise: float, reader: Reader | None = None
) -> None:
    """Print errors, coverage and refusals; ``reader`` finds the landmarks, noise stands for it where None."""
    random = np.random.default_rng(SEED)
    everything: list[Compared] = []
    one: list[Compared] = []
    photos, seconds = 0, []
    for photo in labelled(data, masks, splits):
        found = with_noise(photo, noise, random) if reader is None else reader(photo.pixels, photo.mask)
        started = time.perf_counter()
        measure(found, photo.mask)
        seconds.append(time.perf_counter() - started)
        compared = compare(photo, found)
        given = largest(list(measure(photo.hand, photo.mask, snapped=False)))
        everything += compared
        one += [value for value in compared if value.given == given]
        photos += 1
    source = f"hand landmarks with errors of {noise} % of the height" if reader is None else "landmarks found"
    print(
        f"{source}; {photos} photos of {', '.join(splits)}; {1000 * np.median(seconds):.0f} ms to measure one"
    )
    print_line("largest dimension given", one)
    print_line("each dimension given in turn", everything)
    for title, values in (("given", by(everything, "given")), ("measured", by(one, "pom"))):
        for name, group in values.items():
            print_line(f"  {title} {name}", group)


def by(values: list[Compared], field: str) -> dict[str, list[Compared]]:
    """Groups by a field, in its order."""
    groups: dict[str, list[Compared]] = defaultdict(list)
    for value in values:
        groups[getattr(value, field)].append(value)
    return dict(sorted(groups.items()))


def print_line(name: str, values: list[Compared]) -> None:
    """Print count, relative error, coverage and the share that is not reliable."""
    if not values:
        print(f"{name:<32} none")
        return
    errors = np.abs([value.error for value in values])
    inside = np.mean([value.inside for value in values])
    refused = 1 - np.mean([value.reliable for value in values])
    print(
        f"{name:<32} n {len(values):5d}  median {np.median(errors):.4f}  p90 {np.quantile(errors, 0.9):.4f}"
        f"  inside 95 % {inside:.3f}  not reliable {refused:.3f}"
    )


def references(data: Path, masks: Path | None, photos: int, longest: int) -> None:
    """Print for sheets and cards laid into photos: found, taken for something else, error of the scale."""
    silhouettes = Silhouettes(masks)
    images = sorted(photographers(data))
    kinds: tuple[ReferenceKind, ...] = ("a4", "card")
    for kind in kinds:
        random = np.random.default_rng(SEED)
        made, found, wrong, errors, inside = 0, 0, 0, [], []
        for index in random.permutation(len(images)):
            if made == photos:
                break
            pixels = open_photo(data / "photos" / f"{images[index]}.jpg").pixels
            small = silhouettes.of(images[index], pixels)
            made_photo = with_reference(pixels, small, kind, random, longest) if small.any() else None
            if made_photo is None:
                continue
            made += 1
            size = (made_photo.pixels.shape[1], made_photo.pixels.shape[0])
            mask = cv2.resize(small.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST).astype(np.bool_)
            reference = find_reference(made_photo.pixels, mask)
            if reference is None:
                continue
            away = np.array(reference.corners).mean(axis=0) - made_photo.corners.mean(axis=0)
            long_side = float(np.hypot(*(made_photo.corners[1] - made_photo.corners[0])))
            if reference.kind != kind or float(np.hypot(*away)) > 0.1 * long_side:
                wrong += 1
                continue
            found += 1
            _, scale = view_from_above(reference, mask)
            error = _across_garment(reference.to_cm, mask) / _across_garment(made_photo.to_cm, mask) - 1
            errors += list(np.abs(error))
            inside += list(np.abs(error) < 1.96 * scale.spread_relative)
        line = f"{kind:<5} {longest} px: {made} photos, found {found / made:.3f}"
        line += f", something else {wrong / made:.3f}"
        if errors:
            line += f", length error median {np.median(errors):.4f} p90 {np.quantile(errors, 0.9):.4f}"
            line += f", inside 95 % {np.mean(inside):.3f}"
        print(line)


def _across_garment(to_cm: NDArray[np.float64], mask: Mask) -> NDArray[np.float64]:
    """Height and width of the garment's box in cm."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    x, y = (columns[0] + columns[-1]) / 2, (rows[0] + rows[-1]) / 2
    ends = np.array(((x, rows[0]), (x, rows[-1]), (columns[0], y), (columns[-1], y)), np.float64)
    mapped = np.column_stack((ends, np.ones(4))) @ to_cm.T
    places = mapped[:, :2] / mapped[:, 2:]
    return np.asarray(np.hypot(*(places[1::2] - places[::2]).T), np.float64)


def false_alarms(data: Path, masks: Path | None, every: int) -> None:
    """Print how often a reference is found in photos that were taken without one."""
    silhouettes = Silhouettes(masks)
    seen, alarms, seconds = 0, [], []
    for image in sorted(photographers(data))[::every]:
        pixels = open_photo(data / "photos" / f"{image}.jpg").pixels
        mask = silhouettes.of(image, pixels)
        started = time.process_time()
        reference = find_reference(pixels, mask)
        seconds.append(time.process_time() - started)
        seen += 1
        if reference is not None:
            alarms.append(f"{image} ({reference.kind})")
    print(
        f"{seen} photos without a reference: {len(alarms)} false alarms ({len(alarms) / seen:.4f}),"
        f" median {1000 * np.median(seconds):.0f} ms of one core"
    )
    for alarm in alarms:
        print(f"  {alarm}")


def main() -> int:
    """Print the figures; 2 when the data folder is not there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("garments", "references", "false-alarms"))
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="the training data folder")
    parser.add_argument("--masks", type=Path, help="silhouettes as DIR/IMAGE.png instead of the network's")
    parser.add_argument("--split", nargs="+", choices=SPLITS, default=["val", "test"])
    parser.add_argument("--noise", type=float, default=1.5, help="error of landmarks, %% of the height")
    parser.add_argument("--network", action="store_true", help="find the landmarks with the traits network")
    parser.add_argument("--photos", type=int, default=100, help="photos a kind of reference")
    parser.add_argument(
        "--longest", type=int, default=1600, help="longer side of photos with a reference, px"
    )
    parser.add_argument("--every", type=int, default=10, help="one photo in N for false alarms")
    options = parser.parse_args()
    if not (options.data / "photos.csv").is_file():
        print(f"{options.data}/photos.csv is not there; name the data folder with --data", file=sys.stderr)
        return 2
    cv2.setNumThreads(1)
    if options.what == "garments":
        reader = network_reader() if options.network else None
        garments(options.data, options.masks, tuple(options.split), options.noise, reader)
    elif options.what == "references":
        references(options.data, options.masks, options.photos, options.longest)
    else:
        false_alarms(options.data, options.masks, options.every)
    return 0


if __name__ == "__main__":
    sys.exit(main())
