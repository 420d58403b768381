"""Cut-out garments and backgrounds for synthetic scenes, from the photos and their silhouettes.

Pixels are (H, W, 3) uint8 RGB, masks (H, W) uint8 with 0 or 255.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.training.parts_data import read_pixels

Pixels = NDArray[np.uint8]
Mask = NDArray[np.uint8]
Landmarks = dict[str, tuple[float, float]]

SMALLEST_SHARE = 0.04
"""Share of the photo below which a silhouette is a failure of the network rather than a garment."""


@dataclass(frozen=True, eq=False)
class Garment:
    """A photo and the garment's mask, and its landmarks in pixels where they are labelled."""

    pixels: Pixels
    mask: Mask
    landmarks: Landmarks

    def __post_init__(self) -> None:
        if self.pixels.shape[:2] != self.mask.shape:
            raise ValueError(f"photo {self.pixels.shape[:2]} and mask {self.mask.shape} differ in size")
        if (self.mask > 127).mean() < SMALLEST_SHARE:
            raise ValueError("the silhouette is too small to be a garment")

    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of the mask in pixels, right and bottom exclusive."""
        rows, columns = np.flatnonzero((self.mask > 127).any(1)), np.flatnonzero((self.mask > 127).any(0))
        return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1

    def cut(self) -> "Garment":
        """The garment alone, cropped to its mask."""
        left, top, right, bottom = self.box()
        moved = {name: (x - left, y - top) for name, (x, y) in self.landmarks.items()}
        return Garment(self.pixels[top:bottom, left:right], self.mask[top:bottom, left:right], moved)


@dataclass(frozen=True)
class Wardrobe:
    """The photos that scenes are made of: images with a silhouette `<silhouettes>/<image>.png` each.

    `landmarks` are shares of the photo's width and height, by image, where known.
    """

    data: Path
    silhouettes: Path
    images: Sequence[str]
    landmarks: dict[str, Landmarks]

    def __post_init__(self) -> None:
        if not self.images:
            raise ValueError("a wardrobe needs at least one image")

    def garment(self, image: str) -> Garment:
        """A photo with its garment. Raises FileNotFoundError, and ValueError where the silhouette failed."""
        pixels = read_pixels(self.data, image)
        path = self.silhouettes / f"{image}.png"
        mask = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if mask is None:
            raise FileNotFoundError(path)
        size = pixels.shape[1], pixels.shape[0]
        mask = cv2.resize(mask, size, interpolation=cv2.INTER_LINEAR)
        count, pieces, stats, _ = cv2.connectedComponentsWithStats((mask > 127).astype(np.uint8))
        if count > 1:
            mask = np.where(pieces == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()), mask, 0)
        known = self.landmarks.get(image, {})
        points = {name: (x * size[0], y * size[1]) for name, (x, y) in known.items()}
        return Garment(pixels, np.where(mask > 127, 255, 0).astype(np.uint8), points)

    def any_garment(self, rng: Generator, among: Sequence[str] = ()) -> Garment:
        """A garment drawn by chance from `among` or all images; failed silhouettes are drawn again.

        Raises ValueError when twenty in a row are failures.
        """
        images = among or self.images
        for _ in range(20):
            try:
                return self.garment(images[int(rng.integers(len(images)))])
            except ValueError:
                continue
        raise ValueError("twenty silhouettes in a row were no garments")


def background(garment: Garment, size: tuple[int, int], rng: Generator) -> Pixels:
    """The floor, wall or bed of a photo as (height, width) pixels: its widest free strip, tiled by mirroring.

    A plain tone with soft shade where the garment fills the photo.
    """
    left, top, right, bottom = garment.box()
    height, width = garment.mask.shape
    margin = 4
    strips = [
        garment.pixels[: max(0, top - margin)],
        garment.pixels[bottom + margin :],
        garment.pixels[:, : max(0, left - margin)],
        garment.pixels[:, right + margin :],
    ]
    strip = max(strips, key=lambda s: min(s.shape[:2]))
    if min(strip.shape[:2]) < 24 or rng.random() < 0.1:
        tone = np.full((*size, 3), rng.uniform(40, 245, 3), np.float32)
        shade = cv2.resize(
            rng.normal(1, 0.12, (3, 3)).astype(np.float32), size[::-1], interpolation=cv2.INTER_CUBIC
        )
        grain = rng.normal(0, rng.uniform(0, 6), (*size, 1))
        return np.clip(tone * shade[..., None] + grain, 0, 255).astype(np.uint8)
    factor = rng.uniform(0.8, 1.4) * max(size) / max(height, width)
    strip = np.asarray(cv2.resize(strip, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
    tile = np.concatenate(
        [np.concatenate([strip, strip[:, ::-1]], 1), np.concatenate([strip[::-1], strip[::-1, ::-1]], 1)]
    )
    down, across = -(-size[0] // tile.shape[0]), -(-size[1] // tile.shape[1])
    return np.ascontiguousarray(np.tile(tile, (down, across, 1))[: size[0], : size[1]])


def lay(ground: Pixels, garment: Garment, view: NDArray[np.float64], rng: Generator) -> Pixels:
    """Lay a garment on a ground through the (2, 3) map `view`, with a soft edge and a shadow."""
    size = ground.shape[1], ground.shape[0]
    pixels = cv2.warpAffine(garment.pixels, view, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.warpAffine(garment.mask, view, size, flags=cv2.INTER_LINEAR).astype(np.float32) / 255
    alpha = cv2.GaussianBlur(np.clip((mask - 0.45) / 0.5, 0, 1), (3, 3), 0)[..., None]
    drift = rng.normal(0, 0.012 * max(size), 2)
    shadow = cv2.warpAffine(mask, np.array([[1, 0, drift[0]], [0, 1, drift[1]]]), size)
    shadow = cv2.GaussianBlur(shadow, (0, 0), float(rng.uniform(0.004, 0.015) * max(size)))[..., None]
    shaded = ground * (1 - rng.uniform(0.1, 0.5) * shadow)
    return np.clip(pixels * alpha + shaded * (1 - alpha), 0, 255).astype(np.uint8)


def placing(
    garment: Garment, centre: tuple[float, float], side: float, degrees: float
) -> NDArray[np.float64]:
    """The (2, 3) map that scales a cut garment's longer side to `side` px, turns it and centres it."""
    height, width = garment.mask.shape
    view = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, side / max(height, width))
    view[:, 2] += np.array(centre) - (width / 2, height / 2)
    return np.asarray(view, np.float64)
