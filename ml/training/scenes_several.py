"""Synthetic photos of several garments, and of one laid on another's floor.

The single ones are made by the same hand, so that a cut-out's edge tells nothing about the count.
"""

import cv2
import numpy as np
from numpy.random import Generator

from ml.training.scenes_wardrobe import Pixels, Wardrobe, background, lay, placing


def several(rng: Generator, wardrobe: Wardrobe, side: int = 512) -> Pixels:
    """Two to four garments: side by side or overlapping on one ground, laid over a photo, or two photos."""
    kind = rng.random()
    if kind < 0.6:
        return laid(rng, wardrobe, int(rng.choice([2, 2, 2, 3, 3, 4])), side)
    return _over_photo(rng, wardrobe, side) if kind < 0.8 else _side_by_side(rng, wardrobe, side)


def laid(rng: Generator, wardrobe: Wardrobe, count: int, side: int = 512) -> Pixels:
    """`count` garments on the ground of another photo; each is seen by at least about half."""
    across = count if count == 1 or (count < 4 and rng.random() < 0.7) else 2
    down = -(-count // across)
    aspect = 1.0 if count == 1 else np.clip(across / down * rng.uniform(0.7, 1.3), 0.56, 1.8)
    if count == 1:
        aspect = float(rng.choice([0.75, 0.75, 0.56, 1.33]))
    height, width = (side, round(side * aspect)) if aspect < 1 else (round(side / aspect), side)
    scene = background(wardrobe.any_garment(rng), (height, width), rng)
    cell = np.array([width / across, height / down])
    room = rng.uniform(0.8, 1.25) if count > 1 else rng.uniform(0.6, 0.95)
    for place in rng.permutation(count):
        garment = wardrobe.any_garment(rng).cut()
        centre = (np.array([place % across, place // across]) + 0.5 + rng.normal(0, 0.06, 2)) * cell
        reach = np.array(garment.mask.shape[::-1]) / max(garment.mask.shape)
        size = room * float(np.min(cell / reach)) * rng.uniform(0.85, 1.1)
        turned = float(rng.normal(0, 8) if rng.random() < 0.85 else rng.uniform(-60, 60))
        scene = lay(scene, garment, placing(garment, (centre[0], centre[1]), size, turned), rng)
    return scene


def _over_photo(rng: Generator, wardrobe: Wardrobe, side: int) -> Pixels:
    """A photo as taken, with one or two more garments beside its own or partly over it."""
    first = wardrobe.any_garment(rng)
    scale = side / max(first.mask.shape)
    scene = np.asarray(
        cv2.resize(first.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
    )
    height, width = scene.shape[:2]
    for _ in range(int(rng.integers(1, 3))):
        garment = wardrobe.any_garment(rng).cut()
        edge = rng.uniform(-0.5, 0.5, 2)
        edge[int(rng.integers(2))] = rng.choice([-1, 1]) * rng.uniform(0.28, 0.42)
        centre = (0.5 + edge) * (width, height)
        size = float(rng.uniform(0.45, 0.75)) * min(width, height)
        view = placing(garment, (centre[0], centre[1]), size, float(rng.normal(0, 20)))
        scene = lay(scene, garment, view, rng)
    return scene


def _side_by_side(rng: Generator, wardrobe: Wardrobe, side: int) -> Pixels:
    """Two to four photos as one picture, with or without a gap, as people send a wardrobe."""
    photos = [wardrobe.any_garment(rng).pixels for _ in range(int(rng.choice([2, 2, 3, 4])))]
    gap = int(rng.choice([0, 0, 4, 10]))
    tone = int(rng.choice([255, 0, 128]))
    if len(photos) == 4:
        tiles = [cv2.resize(p, (side // 2, side // 2), interpolation=cv2.INTER_AREA) for p in photos]
        rows = [np.concatenate(tiles[at : at + 2], axis=1) for at in (0, 2)]
        return np.asarray(np.concatenate(rows), np.uint8)
    height = round(side / len(photos) * rng.uniform(1.0, 1.4))
    pieces: list[Pixels] = []
    for photo in photos:
        if pieces and gap:
            pieces.append(np.full((height, gap, 3), tone, np.uint8))
        width = max(1, round(height * photo.shape[1] / photo.shape[0]))
        pieces.append(np.asarray(cv2.resize(photo, (width, height), interpolation=cv2.INTER_AREA), np.uint8))
    return np.concatenate(pieces, axis=1)
