"""Training pictures of the traits network: augmented garment crops with what is known of each."""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from ml.training import augment
from ml.training.crop_view import (
    ASPECT_SHARES,
    ASPECTS,
    crop_view,
    map_points,
    nearest_aspect,
    warp_crop,
)
from ml.training.garment_types import ALLOWED, APPAREL_LABELS
from ml.training.parts_data import read_pixels
from ml.training.parts_labels import Labelled
from ml.training.parts_sheet import LANDMARKS
from ml.training.splits import Split, sender_split
from ml.training.traits_network import HEADS, HEAT_STRIDE
from ml.vision.garment_crop import Crop
from ml.vision.perception import NOT_A_GARMENT

SEED = 13
SIGMA = 1.4  # cells of the heat map round a landmark
OTHER_SIDE = {
    name: name.replace("_left", "_right") if "_left" in name else name.replace("_right", "_left")
    for name in LANDMARKS
}


@dataclass(frozen=True, eq=False)
class Known:
    """A photo and what is known of it: words allowed by head, landmarks as shares of the photo or None."""

    image: str
    owner_label: str
    split: Split
    words: Mapping[str, tuple[str, ...]]
    landmarks: Mapping[str, tuple[float, float]] | None = field(default=None)


def read_known(data: Path, labelled: Sequence[Labelled]) -> list[Known]:
    """Every photo with a label that says something: the labelled ones, then those with the owner's alone."""
    by_eye = {photo.image: photo for photo in labelled}
    known = []
    with (data / "photos.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            label = row["label"]
            words: dict[str, tuple[str, ...]] = {}
            if label in APPAREL_LABELS:
                words["family"] = (label,)
            if label in ALLOWED:
                words["type"] = ALLOWED[label]
                if ALLOWED[label] == (NOT_A_GARMENT,):
                    words["family"] = (NOT_A_GARMENT,)
            photo = by_eye.get(row["image"])
            if photo is not None:
                words |= {name: (word,) for name, word in photo.attributes.items() if word != "unclear"}
            if words:
                points = None if photo is None else photo.landmarks
                known.append(Known(row["image"], label, sender_split(row["sender"]), words, points))
    return known


@dataclass(frozen=True)
class TraitsBatch:
    """pixels (N, 3, H, W) 0–255; allowed by head (N, classes) bool, all False where nothing is known.

    points (N, 20, 2) in heat map cells, seen (N, 20) bool, judged (N,) bool: whether landmarks are labelled.
    """

    pixels: Tensor
    allowed: dict[str, Tensor]
    points: Tensor
    seen: Tensor
    judged: Tensor


class TraitsPictures(Dataset[TraitsBatch]):
    """`length` augmented batches, seeded by epoch and index: `by_eye` photos with labels by eye, the rest
    by the owner's label, rare labels more often.
    """

    def __init__(
        self,
        data: Path,
        photos: Sequence[Known],
        crops: Mapping[str, Crop],
        *,
        area: int,
        size: int,
        by_eye: int,
        length: int,
        epoch: int,
    ) -> None:
        self.data, self.area, self.size, self.by_eye = data, area, size, by_eye
        self.length, self.epoch = length, epoch
        self.groups = [[p for p in photos if (p.landmarks is not None) == eye] for eye in (True, False)]
        self.crops = [[crops[p.image] for p in group] for group in self.groups]
        counts = Counter(p.owner_label for p in photos)
        self.weights = [np.array([counts[p.owner_label] ** -0.4 for p in group]) for group in self.groups]

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> TraitsBatch:
        rng = np.random.default_rng((SEED, self.epoch, index))
        aspect = float(rng.choice(ASPECTS, p=ASPECT_SHARES))
        canvas = augment.canvas_size(aspect, self.area)
        rows = []
        for group, count in ((0, self.by_eye), (1, self.size - self.by_eye)):
            shares = nearest_aspect(rng, self.crops[group], aspect) * self.weights[group]
            for number in rng.choice(len(shares), count, p=shares / shares.sum()):
                photo, crop = self.groups[group][int(number)], self.crops[group][int(number)]
                rows.append(self._sample(photo, crop, canvas, rng))
        pictures, allowed, points, seen, judged = zip(*rows, strict=True)
        return TraitsBatch(
            torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2),
            {name: torch.from_numpy(np.stack([row[name] for row in allowed])) for name in HEADS},
            torch.from_numpy(np.stack(points)).float(),
            torch.from_numpy(np.stack(seen)),
            torch.from_numpy(np.array(judged)),
        )

    def _sample(
        self, photo: Known, crop: Crop, canvas: augment.Size, rng: Generator
    ) -> tuple[augment.Picture, dict[str, NDArray[np.bool_]], NDArray[np.float64], NDArray[np.bool_], bool]:
        pixels = read_pixels(self.data, photo.image)
        view = crop_view(rng, crop, canvas)
        picture = warp_crop(pixels, view, canvas, rng)
        allowed = {name: np.isin(words, photo.words.get(name, ())) for name, words in HEADS.items()}
        points, seen = landmark_targets(photo, view, pixels.shape[:2], canvas)
        if rng.random() < 0.15:
            picture = _hide(picture, rng)
        return augment.photograph(picture, rng), allowed, points, seen, photo.landmarks is not None


def landmark_targets(
    photo: Known, view: NDArray[np.float64], shape: tuple[int, int], canvas: augment.Size
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The landmarks in heat map cells (20, 2) and which of them are in the picture (20,).

    A mirroring view swaps left and right, which are those of the picture.
    """
    mirrored = np.linalg.det(view[:, :2]) < 0
    points, seen = np.zeros((len(LANDMARKS), 2)), np.zeros(len(LANDMARKS), np.bool_)
    for name, (x, y) in (photo.landmarks or {}).items():
        place = map_points(view, np.array([[x * shape[1], y * shape[0]]]))[0]
        number = LANDMARKS.index(OTHER_SIDE[name] if mirrored else name)
        inside = 0 <= place[0] < canvas[1] and 0 <= place[1] < canvas[0]
        points[number], seen[number] = (place + 0.5) / HEAT_STRIDE - 0.5, inside
    return points, seen


def _hide(picture: augment.Picture, rng: Generator) -> augment.Picture:
    """Cover a patch with a flat colour (random erasing, Zhong et al. 2017)."""
    height, width = picture.shape[:2]
    high, wide = (round(side * rng.uniform(0.08, 0.3)) for side in (height, width))
    top, left = int(rng.integers(0, height - high)), int(rng.integers(0, width - wide))
    picture[top : top + high, left : left + wide] = rng.uniform(0, 255, 3)
    return picture
