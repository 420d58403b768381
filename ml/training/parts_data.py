"""Training pictures of the parts detector: augmented garment crops with their boxes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
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
    Affine,
    crop_view,
    map_boxes,
    nearest_aspect,
    warp_crop,
)
from ml.training.parts_labels import PARTS, Labelled
from ml.vision.garment_crop import Crop

SEED = 11
# Share of a box that must be inside the canvas, and its least side there in pixels.
LEAST_VISIBLE = 0.4
LEAST_SIDE = 3.0
# Small parts that are pasted onto other garments, and how often a picture gets some.
PASTED = tuple(PARTS.index(name) for name in ("button", "logo", "label", "drawstring"))
PASTE_SHARE = 0.25
# How often a photo is drawn: those with rare parts more.
RARE = {PARTS.index(name): 2.0 for name in ("hood", "drawstring", "zipper", "stitch", "print", "logo")}
EMPHASIS = {"owner": 1.0, "own": 1.0, "pseudo": 0.5}

Boxes = NDArray[np.float64]
Kinds = NDArray[np.int64]


@dataclass(frozen=True)
class PartsBatch:
    """pixels (N, 3, H, W) 0–255; index (M,), kinds (M,), boxes (M, 4) centre x, y, width, height in 0–1."""

    pixels: Tensor
    index: Tensor
    kinds: Tensor
    boxes: Tensor


@dataclass(frozen=True, eq=False)
class Patch:
    """A small part cut from a photo: pixels (h, w, 3) with a little margin, its kind, and the margin."""

    pixels: NDArray[np.uint8]
    kind: int
    margin: int


class PartsPictures(Dataset[PartsBatch]):
    """`length` augmented batches, seeded by epoch and index, so that a resumed run sees the same."""

    def __init__(
        self,
        data: Path,
        photos: Sequence[Labelled],
        crops: Mapping[str, Crop],
        *,
        area: int,
        size: int,
        length: int,
        epoch: int,
    ) -> None:
        self.data, self.photos, self.area = data, list(photos), area
        self.crops = [crops[photo.image] for photo in self.photos]
        self.size, self.length, self.epoch = size, length, epoch
        self.weights = np.array(
            [
                EMPHASIS[photo.source] * max([1.0, *(RARE.get(int(kind), 1.0) for kind in photo.kinds)])
                for photo in self.photos
            ]
        )
        self.patches = _patches(data, self.photos)

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> PartsBatch:
        rng = np.random.default_rng((SEED, self.epoch, index))
        aspect = float(rng.choice(ASPECTS, p=ASPECT_SHARES))
        canvas = augment.canvas_size(aspect, round(self.area * rng.uniform(0.75, 1.15)))
        shares = nearest_aspect(rng, self.crops, aspect) * self.weights
        chosen = rng.choice(len(self.photos), self.size, p=shares / shares.sum())
        rows = [self._sample(int(number), canvas, rng) for number in chosen]
        scale = np.array([canvas[1], canvas[0]] * 2)
        boxes = np.concatenate([row[1] for row in rows]) / scale
        middle = np.hstack([(boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]])
        return PartsBatch(
            torch.from_numpy(np.stack([row[0] for row in rows])).permute(0, 3, 1, 2),
            torch.from_numpy(np.repeat(np.arange(self.size), [len(row[1]) for row in rows])).float(),
            torch.from_numpy(np.concatenate([row[2] for row in rows])).float(),
            torch.from_numpy(middle).float(),
        )

    def _sample(
        self, number: int, canvas: augment.Size, rng: Generator
    ) -> tuple[augment.Picture, Boxes, Kinds]:
        photo = self.photos[number]
        pixels = read_pixels(self.data, photo.image)
        view = crop_view(rng, self.crops[number], canvas)
        picture = warp_crop(pixels, view, canvas, rng)
        boxes, kinds = _visible(view, photo, pixels.shape[:2], canvas)
        if rng.random() < PASTE_SHARE and self.patches:
            picture, boxes, kinds = self._paste(picture, boxes, kinds, view, rng)
        return augment.photograph(picture, rng), boxes, kinds

    def _paste(
        self, picture: augment.Picture, boxes: Boxes, kinds: Kinds, view: Affine, rng: Generator
    ) -> tuple[augment.Picture, Boxes, Kinds]:
        """Lay up to five small parts of other photos on free places near the middle of the garment."""
        height, width = picture.shape[:2]
        zoom = float(np.sqrt(abs(np.linalg.det(view[:, :2]))))
        for _ in range(int(rng.integers(1, 6))):
            patch = self.patches[int(rng.integers(len(self.patches)))]
            scale = zoom * float(np.exp(rng.normal(0.0, 0.2)))
            high, wide = (max(6, round(side * scale)) for side in patch.pixels.shape[:2])
            if high > height / 3 or wide > width / 3:
                continue
            left = int(width * rng.uniform(0.2, 0.8)) - wide // 2
            top = int(height * rng.uniform(0.15, 0.85)) - high // 2
            place = np.array([left, top, left + wide, top + high], np.float64)
            if left < 0 or top < 0 or left + wide > width or top + high > height or _covers(place, boxes):
                continue
            margin = patch.margin * scale
            piece = cv2.resize(patch.pixels, (wide, high), interpolation=cv2.INTER_LINEAR).astype(np.float32)
            alpha = np.zeros((high, wide), np.float32)
            radii = (max(1, round(wide / 2 - margin * 0.6)), max(1, round(high / 2 - margin * 0.6)))
            cv2.ellipse(alpha, (wide // 2, high // 2), radii, 0, 0, 360, 1.0, -1)
            alpha = cv2.GaussianBlur(alpha, (0, 0), max(0.6, margin * 0.35))[..., None]
            region = picture[top : top + high, left : left + wide]
            picture[top : top + high, left : left + wide] = region * (1 - alpha) + piece * alpha
            inner = place + margin * np.array([1, 1, -1, -1])
            boxes, kinds = np.vstack([boxes, inner]), np.append(kinds, patch.kind)
        return picture, boxes, kinds


def read_pixels(data: Path, image: str) -> NDArray[np.uint8]:
    """A photo of the data folder as (H, W, 3) uint8 RGB. Raises FileNotFoundError."""
    path = data / "photos" / f"{image}.jpg"
    pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if pixels is None:
        raise FileNotFoundError(path)
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8)


def _visible(
    view: Affine, photo: Labelled, shape: tuple[int, int], canvas: augment.Size
) -> tuple[Boxes, Kinds]:
    """The photo's boxes in the canvas, clipped; those mostly outside or too small are left out."""
    boxes = map_boxes(view, photo.boxes * np.array([shape[1], shape[0]] * 2))
    clipped = np.clip(boxes, 0, np.array([canvas[1], canvas[0]] * 2))
    sides = clipped[:, 2:] - clipped[:, :2]
    whole = np.maximum((boxes[:, 2:] - boxes[:, :2]).prod(axis=1), 1e-6)
    keep = (sides.min(axis=1, initial=1e9) >= LEAST_SIDE) & (sides.prod(axis=1) >= LEAST_VISIBLE * whole)
    return clipped[keep], photo.kinds[keep]


def _covers(place: Boxes, boxes: Boxes) -> bool:
    """Whether a box at `place` would touch one of the small boxes already there."""
    small = boxes[(boxes[:, 2:] - boxes[:, :2]).prod(axis=1) < 8 * (place[2:] - place[:2]).prod()]
    apart = (
        (small[:, 2] < place[0])
        | (small[:, 0] > place[2])
        | (small[:, 3] < place[1])
        | (small[:, 1] > place[3])
    )
    return bool((~apart).any())


def _patches(data: Path, photos: Sequence[Labelled]) -> list[Patch]:
    """All small parts of the photos as patches, but those that touch the photo's border."""
    patches = []
    for photo in photos:
        wanted = np.isin(photo.kinds, PASTED)
        if not wanted.any() or photo.source == "pseudo":
            continue
        pixels = read_pixels(data, photo.image)
        height, width = pixels.shape[:2]
        for kind, box in zip(photo.kinds[wanted], photo.boxes[wanted], strict=True):
            left, top, right, bottom = (box * np.array([width, height, width, height])).round().astype(int)
            margin = max(2, round(0.25 * min(right - left, bottom - top)))
            area = (slice(top - margin, bottom + margin), slice(left - margin, right + margin))
            inside = left >= margin and top >= margin and right + margin <= width
            if inside and bottom + margin <= height and right - left >= 4 and bottom - top >= 4:
                patches.append(Patch(pixels[area].copy(), int(kind), margin))
    return patches
