"""The garment network's data: photos, what is known about each, and augmented batches."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from ml.training import augment
from ml.training.garment_types import ALLOWED, CLASSES
from ml.training.silhouettes import (
    NETWORK_OUTLINES,
    Silhouette,
    Verdict,
    passes_checks,
    read_labels,
    training_silhouette,
)
from ml.training.splits import Split, sender_split
from ml.vision.perception import NOT_A_GARMENT

# Aspects (width / height) of phone photos and how often a batch has them.
ASPECTS = (0.75, 4 / 3, 1.0, 0.5625)
ASPECT_SHARES = (0.72, 0.12, 0.06, 0.10)
SEED = 7
# How often a silhouette is drawn, against 1 for those judged good: the hard photos more, the unchecked less.
EMPHASIS = {"hand": 1.6, "network": 1.6, "unreviewed": 0.6, "pseudo": 0.6}


@dataclass(frozen=True)
class Photo:
    """One photo of the data folder and everything known about it."""

    image: str
    sender: str
    owner_label: str
    fine_type: str | None
    verdict: Verdict
    split: Split

    @property
    def allowed(self) -> tuple[str, ...]:
        """The classes this photo may belong to; empty where nothing is known."""
        return (self.fine_type,) if self.fine_type else ALLOWED.get(self.owner_label, ())


def read_photos(data: Path, pseudo: Path | None = None) -> list[Photo]:
    """List the photos of the data folder. `pseudo` is a folder of masks made by an earlier model."""
    with (data / "masks_review.csv").open(newline="") as file:
        review = {row["image"]: row["verdict"] for row in csv.DictReader(file)}
    parts = json.loads((data / "parts.json").read_text("utf-8"))
    hand, drawn = read_labels(), read_labels(NETWORK_OUTLINES)
    photos = []
    with (data / "photos.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            image = row["image"]
            verdict = review.get(image, "unreviewed")
            if image in hand:
                verdict = "skip" if hand[image].get("verdict") == "unusable" else "hand"
            elif image in drawn:
                verdict = "network"
            if verdict == "unreviewed" and pseudo is not None and (pseudo / f"{image}.png").exists():
                verdict = "pseudo"
            fine = parts[image]["type"] if image in parts else None
            split = sender_split(row["sender"])
            photos.append(Photo(image, row["sender"], row["label"], fine, cast(Verdict, verdict), split))
    return photos


def read_rgb(path: Path) -> NDArray[np.uint8]:
    """Read a photo of the data folder as (H, W, 3) uint8 RGB. Raises FileNotFoundError."""
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise FileNotFoundError(path)
    return cast(NDArray[np.uint8], cv2.cvtColor(image, cv2.COLOR_BGR2RGB))


def read_teacher(data: Path, image: str) -> NDArray[np.uint8] | None:
    """Read the teacher's probabilities of a photo, (H, W) uint8, or None where it made none."""
    path = data / "masks" / f"{image}.png"
    return cast(NDArray[np.uint8], cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)) if path.exists() else None


class GarmentData:
    """Photos of one split with their training silhouettes in memory (about 0.4 MB each)."""

    def __init__(self, data: Path, photos: Sequence[Photo], pseudo: Path | None = None) -> None:
        self.data = data
        self.photos = list(photos)
        self.silhouettes: dict[str, Silhouette] = {}
        self.strips: list[NDArray[np.uint8]] = []
        labels = read_labels(NETWORK_OUTLINES) | read_labels()
        parts = json.loads((data / "parts.json").read_text("utf-8"))
        for photo in self.photos:
            boxes = [part["box"] for part in parts.get(photo.image, {}).get("parts", ())]
            silhouette = self._silhouette(photo, labels, boxes, pseudo)
            if silhouette is not None:
                self.silhouettes[photo.image] = silhouette
                if photo.verdict in ("good", "hand"):
                    self._keep_strip(photo, silhouette)
        self.with_mask = [photo for photo in self.photos if photo.image in self.silhouettes]
        self.type_only = [
            photo for photo in self.photos if photo.image not in self.silhouettes and photo.allowed
        ]

    def _silhouette(
        self,
        photo: Photo,
        labels: dict[str, dict[str, object]],
        boxes: list[list[float]],
        pseudo: Path | None,
    ) -> Silhouette | None:
        if photo.verdict == "pseudo" and pseudo is not None:
            teacher = cast(
                NDArray[np.uint8], cv2.imread(str(pseudo / f"{photo.image}.png"), cv2.IMREAD_GRAYSCALE)
            )
            return training_silhouette(teacher, None, "pseudo", teacher.shape[:2])
        teacher_mask = read_teacher(self.data, photo.image)
        label = labels.get(photo.image)
        if label is not None and photo.verdict in ("hand", "network"):
            shape = teacher_mask.shape if teacher_mask is not None else read_rgb(self.path(photo)).shape
            return training_silhouette(teacher_mask, label, photo.verdict, (shape[0], shape[1]))
        if teacher_mask is None or photo.verdict in ("bad", "skip"):
            return None
        if photo.verdict == "unreviewed" and not passes_checks(teacher_mask, boxes):
            return None
        return training_silhouette(
            teacher_mask, None, photo.verdict, (teacher_mask.shape[0], teacher_mask.shape[1])
        )

    def _keep_strip(self, photo: Photo, silhouette: Silhouette) -> None:
        """Keep the widest garment-free margin of the photo as a piece of background."""
        ys, xs = (np.flatnonzero(silhouette.mask.any(axis=axis)) for axis in (1, 0))
        height, width = silhouette.mask.shape
        margins = {
            "top": (slice(0, max(0, ys[0] - 8)), slice(0, width)),
            "bottom": (slice(ys[-1] + 8, height), slice(0, width)),
            "left": (slice(0, height), slice(0, max(0, xs[0] - 8))),
            "right": (slice(0, height), slice(xs[-1] + 8, width)),
        }
        sizes = {
            "top": ys[0] / height,
            "bottom": 1 - ys[-1] / height,
            "left": xs[0] / width,
            "right": 1 - xs[-1] / width,
        }
        side = max(sizes, key=lambda name: float(sizes[name]))
        if sizes[side] > 0.13:
            self.strips.append(np.ascontiguousarray(read_rgb(self.path(photo))[margins[side]]))

    def path(self, photo: Photo) -> Path:
        return self.data / "photos" / f"{photo.image}.jpg"


@dataclass(frozen=True)
class Batch:
    """pixels (N, 3, H, W) 0–255, mask and trust (N, 1, H, W) 0–1, allowed (N, classes) bool; float32 else."""

    pixels: Tensor
    mask: Tensor
    trust: Tensor
    allowed: Tensor


class GarmentBatches(Dataset[Batch]):
    """`length` augmented batches: two thirds photos with a silhouette, the rest for the type alone.

    Every batch has a generator seeded by epoch and index, so that a resumed run sees the same pictures.
    """

    def __init__(
        self,
        source: GarmentData,
        *,
        area: int,
        size: int,
        length: int,
        epoch: int,
        part: int = 0,
        parts: int = 1,
    ) -> None:
        self.source, self.area, self.size, self.length = source, area, size, length
        self.epoch, self.part, self.parts = epoch, part, parts
        weights = np.array([EMPHASIS.get(photo.verdict, 1.0) for photo in source.with_mask])
        self.mask_shares = weights / weights.sum()
        labels = [photo.owner_label for photo in source.type_only]
        counts = {label: labels.count(label) for label in set(labels)}
        rarity = np.array([counts[label] ** -0.5 for label in labels])
        self.type_shares = rarity / rarity.sum()

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> Batch:
        rng = np.random.default_rng((SEED, self.epoch, index * self.parts + self.part))
        canvas = augment.canvas_size(float(rng.choice(ASPECTS, p=ASPECT_SHARES)), self.area)
        masked = self.size * 2 // 3
        rows = [
            self._sample(self.source.with_mask[int(i)], canvas, rng)
            for i in rng.choice(len(self.mask_shares), masked, p=self.mask_shares)
        ]
        rows += [
            self._sample(self.source.type_only[int(i)], canvas, rng)
            for i in rng.choice(len(self.type_shares), self.size - masked, p=self.type_shares)
        ]
        if rng.random() < 0.4:
            rows[-1] = self._empty(canvas, rng)
        pictures, masks, trusts, allowed = zip(*rows, strict=True)
        pixels = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)
        return Batch(
            pixels,
            torch.from_numpy(np.stack(masks))[:, None],
            torch.from_numpy(np.stack(trusts))[:, None],
            torch.from_numpy(np.stack(allowed)),
        )

    def _sample(
        self, photo: Photo, canvas: augment.Size, rng: Generator
    ) -> tuple[augment.Picture, augment.Plane, augment.Plane, NDArray[np.bool_]]:
        image = read_rgb(self.source.path(photo))
        view = augment.random_view(rng, image.shape[:2], canvas)
        picture = augment.warp(image, view, canvas, rng)
        silhouette = self.source.silhouettes.get(photo.image)
        mask = trust = np.zeros(canvas, np.float32)
        if silhouette is not None:
            mask = augment.warp_plane(silhouette.mask.astype(np.uint8) * 255, view, canvas)
            trust = augment.warp_plane(silhouette.trust, view, canvas)
            if photo.verdict in ("good", "hand", "network", "unreviewed") and rng.random() < 0.25:
                picture = augment.dress_up(picture, mask, self._background(canvas, rng), rng)
            if silhouette.cut_out and rng.random() < 0.45:
                picture = augment.lay_on(picture, mask, self._cloth(canvas, rng), rng)
                trust = np.ones(canvas, np.float32)
        return augment.photograph(picture, rng), mask, trust, np.isin(CLASSES, photo.allowed)

    def _background(self, canvas: augment.Size, rng: Generator) -> augment.Picture:
        return augment.tile_background(
            self.source.strips[int(rng.integers(len(self.source.strips)))], canvas, rng
        )

    def _cloth(self, canvas: augment.Size, rng: Generator) -> augment.Picture:
        """A background, every second one printed over."""
        background = self._background(canvas, rng)
        if rng.random() < 0.5:
            return augment.print_cloth(background, self._background(canvas, rng), rng)
        return background

    def _empty(
        self, canvas: augment.Size, rng: Generator
    ) -> tuple[augment.Picture, augment.Plane, augment.Plane, NDArray[np.bool_]]:
        picture = augment.photograph(self._background(canvas, rng), rng)
        return (
            picture,
            np.zeros(canvas, np.float32),
            np.ones(canvas, np.float32),
            np.isin(CLASSES, [NOT_A_GARMENT]),
        )
