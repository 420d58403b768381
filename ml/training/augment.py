"""Augmentation of one photo with its silhouette, at the size the network sees.

Pictures are (H, W, 3) float32 RGB in 0–255, masks and trusts (H, W) float32 in 0–1.
"""

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Picture = NDArray[np.float32]
Plane = NDArray[np.float32]
Size = tuple[int, int]
Pixels = NDArray[np.uint8]


def canvas_size(aspect: float, area: int) -> Size:
    """Return (height, width), multiples of 32, of about `area` pixels and `aspect` (width / height)."""
    width = max(2, round((area * aspect) ** 0.5 / 32)) * 32
    height = max(2, round((area / aspect) ** 0.5 / 32)) * 32
    return height, width


def random_view(rng: Generator, shape: Size, canvas: Size) -> NDArray[np.float64]:
    """The (2, 3) affine map from a photo of `shape` into the canvas: fit, zoom, turn, shear, shift, flip."""
    height, width = shape
    fit = min(canvas[0] / height, canvas[1] / width)
    fill = max(canvas[0] / height, canvas[1] / width)
    base = fit if rng.random() < 0.6 else fill
    zoom = base * np.exp(rng.normal(0.0, 0.13))
    angle = np.deg2rad(rng.normal(0.0, 12.0) if rng.random() < 0.8 else rng.uniform(-45, 45))
    if rng.random() < 0.08:
        angle += np.pi / 2 * rng.integers(1, 4)
    stretch = np.exp(rng.normal(0.0, 0.06))
    flip = -1.0 if rng.random() < 0.5 else 1.0
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = turn @ np.array([[zoom * stretch * flip, zoom * rng.normal(0.0, 0.05)], [0.0, zoom / stretch]])
    target = np.array([canvas[1], canvas[0]]) * (0.5 + rng.normal(0.0, 0.04, 2))
    shift = target - linear @ np.array([width / 2, height / 2])
    return np.hstack([linear, shift[:, None]])


def gentle_view(rng: Generator, shape: Size, canvas: Size) -> NDArray[np.float64]:
    """The map that stretches a photo onto the canvas, mirrored, turned and zoomed a little."""
    plain = plain_view(shape, canvas)
    angle, zoom = np.deg2rad(rng.normal(0.0, 6.0)), np.exp(rng.normal(0.0, 0.07))
    flip = -1.0 if rng.random() < 0.5 else 1.0
    turn = zoom * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = turn @ plain[:, :2] @ np.diag([flip, 1.0])
    shift = np.array([canvas[1], canvas[0]]) / 2 - linear @ np.array([shape[1] / 2, shape[0] / 2])
    return np.hstack([linear, shift[:, None]])


def plain_view(shape: Size, canvas: Size) -> NDArray[np.float64]:
    """Return the affine map that stretches a photo of `shape` onto the canvas (pixel centres aligned)."""
    sy, sx = canvas[0] / shape[0], canvas[1] / shape[1]
    return np.array([[sx, 0.0, (sx - 1) / 2], [0.0, sy, (sy - 1) / 2]])


def warp(image: NDArray[np.uint8], view: NDArray[np.float64], canvas: Size, rng: Generator) -> Picture:
    """Warp the photo; beyond its border the edge is smeared or a flat colour shows."""
    scale = float(np.sqrt(abs(np.linalg.det(view[:, :2]))))
    if scale < 0.6:
        image = np.asarray(cv2.GaussianBlur(image, (3, 3), 0.6), np.uint8)
    if rng.random() < 0.5:
        border, colour = cv2.BORDER_REPLICATE, [0.0, 0.0, 0.0]
    else:
        border, colour = cv2.BORDER_CONSTANT, image[::23, ::23].mean(axis=(0, 1)).tolist()
    return cv2.warpAffine(
        image, view, canvas[::-1], flags=cv2.INTER_LINEAR, borderMode=border, borderValue=colour
    ).astype(np.float32)


def warp_plane(plane: NDArray[np.uint8], view: NDArray[np.float64], canvas: Size) -> Plane:
    """Warp a mask or trust plane (0–255); beyond the photo's border it is 0."""
    return cv2.warpAffine(plane, view, canvas[::-1], flags=cv2.INTER_LINEAR).astype(np.float32) / 255.0


def tile_background(strip: NDArray[np.uint8], canvas: Size, rng: Generator) -> Picture:
    """Fill the canvas with a strip of floor, bed or wall by mirrored tiling."""
    height, width = strip.shape[:2]
    scale = rng.uniform(0.5, 1.3)
    tile = cv2.resize(
        strip, (max(8, int(width * scale)), max(8, int(height * scale))), interpolation=cv2.INTER_LINEAR
    )
    if rng.random() < 0.5:
        tile = np.ascontiguousarray(tile.transpose(1, 0, 2))
    down, across = canvas[0] // tile.shape[0] + 2, canvas[1] // tile.shape[1] + 2
    y, x = (int(rng.integers(0, side)) for side in tile.shape[:2])
    tiled = cv2.copyMakeBorder(tile, 0, tile.shape[0] * down, 0, tile.shape[1] * across, cv2.BORDER_REFLECT)
    return tiled[y : y + canvas[0], x : x + canvas[1]].astype(np.float32)


def _waves(rng: Generator, canvas: Size) -> Plane:
    """Stripes, checks or dots as a plane in 0–1."""
    height, width = canvas
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = rng.choice([0.0, np.pi / 2]) + rng.normal(0.0, 0.25)
    period = float(np.exp(rng.uniform(np.log(4.0), np.log(height / 5))))
    bend = (
        rng.uniform(0, 0.5)
        * period
        * np.sin(2 * np.pi * xs / width * rng.uniform(0.5, 2) + rng.uniform(0, 6))
    )
    along = (xs * np.sin(angle) + ys * np.cos(angle) + bend) / period
    duty = rng.uniform(0.25, 0.75)
    first = ((along % 1.0) < duty).astype(np.float32)
    kind = rng.random()
    if kind < 0.6:
        return np.asarray(first, np.float32)
    across = (xs * np.cos(angle) - ys * np.sin(angle) + bend) / period
    second = ((across % 1.0) < duty).astype(np.float32)
    return np.asarray(first * second if kind < 0.75 else 0.5 * (first + second), np.float32)


def _blobs(rng: Generator, canvas: Size) -> Plane:
    """Soft-edged blots as a plane of 0 and 1."""
    noise = cv2.GaussianBlur(rng.random(canvas).astype(np.float32), (0, 0), float(rng.uniform(3, 20)))
    return np.asarray(noise > np.quantile(noise, rng.uniform(0.3, 0.8)), np.float32)


def print_cloth(background: Picture, other: Picture, rng: Generator) -> Picture:
    """Tint a background and print stripes, checks or blots on it, as bed linen and carpets have."""
    canvas = background.shape[:2]
    background = background * np.exp(rng.normal(0.0, 0.2, 3)) + rng.normal(0, 15)
    for _ in range(int(rng.integers(1, 4))):
        strength = _waves(rng, canvas) if rng.random() < 0.4 else _blobs(rng, canvas)
        paint = other if rng.random() < 0.4 else rng.uniform(0, 255, 3)
        alpha = (cv2.GaussianBlur(strength, (3, 3), 0) * rng.uniform(0.2, 1.0))[..., None]
        background = background * (1 - alpha) + paint * alpha
    return np.clip(background, 0, 255).astype(np.float32)


def dress_up(picture: Picture, mask: Plane, other: Picture, rng: Generator) -> Picture:
    """Give the garment stripes, a print or another colour; now and then the colour of what lies around it."""
    inside = mask > 0.5
    if inside.sum() < 200:
        return picture
    around = (cv2.dilate(mask, np.ones((15, 15), np.uint8)) > 0.5) & ~inside
    mean = picture[inside].mean(axis=0)
    kind = rng.random()
    if around.any() and rng.random() < 0.5:
        colour = picture[around].mean(axis=0) + rng.normal(0, 10, 3)
    else:
        colour = rng.uniform(0, 255, 3)
    shading = picture.mean(axis=2, keepdims=True) / max(float(mean.mean()), 1.0)
    strength: Plane
    paint: Picture
    if kind < 0.45:
        strength, paint = _waves(rng, mask.shape[:2]), colour * np.clip(shading, 0.3, 1.7)
    elif kind < 0.7:
        strength = _blobs(rng, mask.shape[:2])
        paint = other * np.clip(shading, 0.3, 1.7)
    else:
        strength = np.ones(mask.shape[:2], np.float32)
        paint = picture + (colour - mean) * rng.uniform(0.5, 1.0)
    alpha = (mask * cv2.GaussianBlur(strength, (3, 3), 0) * rng.uniform(0.5, 1.0))[..., None]
    return np.asarray(np.clip(picture * (1 - alpha) + paint * alpha, 0, 255), np.float32)


def lay_on(picture: Picture, mask: Plane, background: Picture, rng: Generator) -> Picture:
    """Cut the garment out and lay it on another background, with a soft shadow, at times in a like colour."""
    alpha = cv2.GaussianBlur(np.clip((mask - 0.35) / 0.5, 0, 1), (3, 3), 0)[..., None]
    inside = mask > 0.5
    if inside.any() and rng.random() < 0.4:
        background = background + (picture[inside].mean(axis=0) - background.mean(axis=(0, 1))) * rng.uniform(
            0.5, 1.0
        )
    shift = rng.normal(0, 4, 2)
    shadow = cv2.warpAffine(mask, np.array([[1, 0, shift[0]], [0, 1, shift[1]]]), mask.shape[::-1])
    shadow = cv2.GaussianBlur(shadow, (0, 0), float(rng.uniform(1.0, 6.0)))[..., None]
    background = background * (1 - rng.uniform(0, 0.55) * shadow)
    return np.asarray(np.clip(picture * alpha + background * (1 - alpha), 0, 255), np.float32)


def photograph(picture: Picture, rng: Generator) -> Picture:
    """Change light and camera: brightness, gamma, colour cast, saturation, shade, blur, noise, JPEG."""
    x: NDArray[np.floating] = picture / 255.0
    if rng.random() < 0.8:
        x = np.clip(x, 0, 1) ** np.exp(rng.normal(0.0, 0.3))
        x = (x - 0.5) * np.exp(rng.normal(0.0, 0.2)) + 0.5 + rng.normal(0.0, 0.07)
    if rng.random() < 0.1:
        x = x * rng.uniform(0.2, 0.6)
    if rng.random() < 0.6:
        x = x * np.exp(rng.normal(0.0, 0.08, 3))
    if rng.random() < 0.5:
        grey = x.mean(axis=2, keepdims=True)
        x = grey + (x - grey) * rng.uniform(0.1, 1.6)
    if rng.random() < 0.05:
        x = np.roll(x, int(rng.integers(1, 3)), axis=2)
    if rng.random() < 0.3:
        low = rng.normal(0.0, 0.2, (3, 3)).astype(np.float32)
        x = x * (1 + cv2.resize(low, x.shape[1::-1], interpolation=cv2.INTER_CUBIC)[..., None])
    if rng.random() < 0.2:
        x = np.asarray(cv2.GaussianBlur(np.asarray(x, np.float32), (0, 0), rng.uniform(0.4, 1.3)))
    if rng.random() < 0.3:
        x = x + rng.normal(0.0, rng.uniform(0.01, 0.05), x.shape)
    out = (np.clip(x, 0, 1) * 255).astype(np.uint8)
    if rng.random() < 0.25:
        out = cv2.imdecode(
            cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 80))])[1],
            cv2.IMREAD_COLOR,
        )
    return np.asarray(out, np.float32)
