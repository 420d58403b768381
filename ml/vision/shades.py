"""Shades of cloth by k-means, and which of them are one colour under different light."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import cast

import numpy as np
from numpy.typing import NDArray

from ml.vision.colour_space import TEXTILE_LIGHTNESS, Lab, delta_e_2000, luminance

MOST_SHADES = 12
MOST_PIXELS = 12_000
ROUNDS = 25
LIGHTNESS_SCALE = 0.6  # shading moves L* more than a* and b*: it counts less when shades are found
SAME_COLOUR = 5.0  # ΔE2000 with the textile weight for lightness
SEED_CELL = 4.0  # scaled Lab: coarse colours that seeds are chosen from
NEW_SHADE = 6.0  # a seed further than this (scaled Lab) from all others is worth a cluster
LIT_PART = (0.40, 0.85)  # quantiles of lightness that show the cloth rather than its folds and gloss
DARKEST_SHADOW = 0.16  # luminance of a shadow by that of the lit cloth
FLARE = 0.012  # stray light and sensor floor, relative luminance
NO_GAP = 0.27  # pixels between two shades, relative to the lower of the two
CHROMA_FACTORS = (0.35, 1.5)  # chroma of a shadow by that of the lit cloth
NEUTRAL_DRIFT = 11.0  # a*b* units: shadows take the colour of the room
CHROMA_DRIFT = 0.18  # and turn in hue with the camera's tone curve, more so on saturated cloth
GAP_BINS = 10


@dataclass(frozen=True, eq=False)
class Shade:
    """Pixels of one colour: (N, 3) Lab, and ``members``, the k-means centres joined in it, (M, 3).

    ``lab`` (3,) is the colour of the cloth where it is lit: the median of its middle to upper lightness.
    """

    pixels: Lab
    members: Lab
    lab: Lab

    @staticmethod
    def of(pixels: Lab, members: Lab) -> Shade:
        """The shade with these pixels, its colour taken from them."""
        low, high = np.quantile(pixels[:, 0], LIT_PART)
        lit = pixels[(pixels[:, 0] >= low) & (pixels[:, 0] <= high)]
        return Shade(pixels, members, cast(Lab, np.median(lit, axis=0)))

    def joined(self, other: Shade) -> Shade:
        """Both as one."""
        return Shade.of(
            np.concatenate([self.pixels, other.pixels]), np.concatenate([self.members, other.members])
        )


def find_shades(pixels: Lab) -> list[Shade]:
    """Up to MOST_SHADES clusters of (N, 3) Lab pixels; seeds are chosen without chance, farthest first."""
    pixels = pixels[:: max(1, len(pixels) // MOST_PIXELS)]
    points = pixels * np.array((LIGHTNESS_SCALE, 1, 1), np.float32)
    centres = _seeds(points)
    for _ in range(ROUNDS):
        nearest = nearest_of(points, centres)
        counts = np.bincount(nearest, minlength=len(centres))
        sums = [np.bincount(nearest, points[:, axis], minlength=len(centres)) for axis in range(3)]
        moved = (np.stack(sums, axis=1)[counts > 0] / counts[counts > 0, None]).astype(np.float32)
        if moved.shape == centres.shape and np.abs(moved - centres).max() < 0.05:
            break
        centres = moved
    nearest = nearest_of(points, centres)
    groups = [pixels[nearest == index] for index in np.unique(nearest)]
    return [Shade.of(group, cast(Lab, group.mean(axis=0, keepdims=True))) for group in groups]


def _seeds(points: Lab) -> Lab:
    """Seeds: the median, then always the coarse colour farthest from all seeds that enough pixels have."""
    cells = np.round(points / SEED_CELL).astype(np.int32) + 64
    codes, counts = np.unique(cells @ np.array((1 << 16, 1 << 8, 1), np.int32), return_counts=True)
    codes = codes[counts >= max(2, len(points) // 500)]
    common = (np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=1) - 64).astype(
        np.float32
    ) * SEED_CELL
    seeds = [np.median(points, axis=0)]
    distance = np.full(len(common), np.inf)
    while len(seeds) < MOST_SHADES and len(common):
        distance = np.minimum(distance, ((common - seeds[-1]) ** 2).sum(axis=1))
        if distance.max() < NEW_SHADE**2:
            break
        seeds.append(common[int(distance.argmax())])
    return cast(Lab, np.array(seeds, np.float32))


def nearest_of(points: Lab, centres: Lab) -> NDArray[np.intp]:
    """Index of the nearest of the centres (M, 3) for each of the points (N, 3)."""
    distance = -2 * points @ centres.T + (centres**2).sum(axis=1)
    return cast(NDArray[np.intp], distance.argmin(axis=1))


def join_shades(shades: list[Shade]) -> list[Shade]:
    """Joins shades that are one colour, the most alike first, until none are left to join."""
    left = dict(enumerate(shades))
    pairs = {pair: unlikeness(left[pair[0]], left[pair[1]]) for pair in combinations(left, 2)}
    while pairs:
        pair = min(pairs, key=lambda key: (pairs[key], key))
        if pairs[pair] > 1:
            break
        pairs = {key: value for key, value in pairs.items() if not set(key) & set(pair)}
        joined = left.pop(pair[0]).joined(left.pop(pair[1]))
        pairs.update({(key, pair[0]): unlikeness(shade, joined) for key, shade in left.items()})
        left[pair[0]] = joined
    return list(left.values())


def unlikeness(one: Shade, other: Shade) -> float:
    """At most 1 when two shades are one colour: alike to the eye, or shadow and light of the same cloth."""
    difference = float(delta_e_2000(one.lab, other.lab, TEXTILE_LIGHTNESS)) / SAME_COLOUR
    if difference <= 1:
        return difference
    dark, light = sorted((one, other), key=lambda shade: float(shade.lab[0]))
    if not _may_be_shadow(dark.lab, light.lab) or _gap(dark.pixels, light.pixels):
        return 1 + difference
    return 0.5 + 0.5 * min(1.0, difference / 8)


def _may_be_shadow(dark: Lab, light: Lab) -> bool:
    """True when ``dark`` is ``light`` with less light on it: not too dark, and of the same hue."""
    luminances = luminance(np.array([dark[0], light[0]], np.float32)) + FLARE
    if luminances[0] < DARKEST_SHADOW * luminances[1]:
        return False
    chroma = float(np.hypot(*light[1:]))
    factor = float(dark[1:] @ light[1:]) / max(chroma**2, 1.0)
    rest = dark[1:] - np.clip(factor, *CHROMA_FACTORS) * light[1:]
    return float(np.hypot(*rest)) <= NEUTRAL_DRIFT + CHROMA_DRIFT * chroma


def _gap(dark: Lab, light: Lab) -> bool:
    """True when few pixels lie between two shades along the line from one to the other."""
    start, end = np.median(dark, axis=0), np.median(light, axis=0)
    line = end - start
    length = float((line**2).sum())
    if length < 1e-6:
        return False
    both = np.concatenate([dark, light])
    place = (both - start) @ line / length
    counts, _ = np.histogram(place, bins=GAP_BINS, range=(0.0, 1.0))
    smooth = np.convolve(counts, (0.25, 0.5, 0.25), mode="same")
    ends = min(counts[:2].max(), counts[-2:].max())
    return bool(smooth[2:-2].min() < NO_GAP * ends)
