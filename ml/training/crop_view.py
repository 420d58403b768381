"""Where a training picture looks at a garment: the run-time crop, moved, zoomed, turned and mirrored."""

import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.training.augment import Picture, Size
from ml.vision.garment_crop import Crop

Affine = NDArray[np.float64]

# Aspects (width / height) of garment crops, and how often a batch has them.
ASPECTS = (0.45, 0.6, 0.75, 0.9, 1.1, 1.4)
ASPECT_SHARES = (0.1, 0.18, 0.27, 0.22, 0.15, 0.08)


def read_crops(path: Path) -> dict[str, Crop]:
    """The garment crops of photos by image id, as `python -m ml.training.crops` writes them."""
    return {image: Crop(*box) for image, box in json.loads(path.read_text("utf-8")).items()}


def nearest_aspect(rng: Generator, crops: Sequence[Crop], aspect: float) -> NDArray[np.float64]:
    """Shares with which crops are drawn for a canvas of `aspect`: those that fit it well more often."""
    ratio = np.log(np.array([crop.width / crop.height for crop in crops]) / aspect)
    shares = np.exp(-0.5 * (ratio / 0.25) ** 2) + 0.03
    return np.asarray(shares / shares.sum())


def crop_view(rng: Generator, crop: Crop, canvas: Size, *, strong: bool = True) -> Affine:
    """The (2, 3) affine map from the photo into the canvas; mirrored when its determinant is negative."""
    fit = min(canvas[0] / crop.height, canvas[1] / crop.width)
    zoom = fit * np.exp(rng.normal(-0.03, 0.16 if strong else 0.08))
    wide = rng.random() < 0.12 and strong
    angle = np.deg2rad(rng.uniform(-40, 40) if wide else rng.normal(0.0, 7.0))
    stretch = np.exp(rng.normal(0.0, 0.06))
    flip = -1.0 if rng.random() < 0.5 else 1.0
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = turn @ np.array([[zoom * stretch * flip, zoom * rng.normal(0.0, 0.04)], [0.0, zoom / stretch]])
    spare = np.array([canvas[1], canvas[0]]) * 0.05
    target = np.array([canvas[1], canvas[0]]) / 2 + rng.normal(0.0, 1.0, 2) * spare
    centre = np.array([(crop.left + crop.right) / 2, (crop.top + crop.bottom) / 2])
    return np.hstack([linear, (target - linear @ centre)[:, None]])


def plain_crop_view(crop: Crop, canvas: Size) -> Affine:
    """The map that stretches the crop onto the canvas, as at run time (pixel centres aligned)."""
    sx, sy = canvas[1] / crop.width, canvas[0] / crop.height
    return np.array(
        [
            [sx, 0.0, (0.5 - crop.left) * sx - 0.5],
            [0.0, sy, (0.5 - crop.top) * sy - 0.5],
        ]
    )


def map_points(view: Affine, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (N, 2) of the photo in the canvas."""
    return np.asarray(points @ view[:, :2].T + view[:, 2])


def map_boxes(view: Affine, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Boxes (N, 4) of the photo in the canvas; a turned box is that of the ellipse inscribed in it."""
    centres = map_points(view, (boxes[:, :2] + boxes[:, 2:]) / 2)
    half = (boxes[:, 2:] - boxes[:, :2]) / 2
    linear = view[:, :2]
    around = np.sqrt(half**2 @ (linear**2).T)
    return np.hstack([centres - around, centres + around])


def warp_crop(image: NDArray[np.uint8], view: Affine, canvas: Size, rng: Generator) -> Picture:
    """Warp the photo into the canvas; enlarged photos smoothly, reduced ones without aliasing."""
    scale = float(np.sqrt(abs(np.linalg.det(view[:, :2]))))
    if scale < 0.7:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), 0.5 / scale), np.uint8)
    border = cv2.BORDER_REPLICATE if rng.random() < 0.4 else cv2.BORDER_CONSTANT
    colour = image[::23, ::23].mean(axis=(0, 1)).tolist()
    how = cv2.INTER_CUBIC if scale > 1.2 and rng.random() < 0.3 else cv2.INTER_LINEAR
    return cv2.warpAffine(image, view, canvas[::-1], flags=how, borderMode=border, borderValue=colour).astype(
        np.float32
    )
