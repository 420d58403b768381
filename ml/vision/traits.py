"""What the traits network says of a garment's crop: words with confidences, and landmarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WINDOW = 5  # cells round a heat map's peak that its place and spread are computed over


@dataclass(frozen=True, eq=False)
class Answer:
    """The network's raw answer for one crop: logits (classes,) of every head, ``seen`` (20,) logits,
    ``heat`` (20, h, w) logits over places, ``features`` (N,).
    """

    words: Mapping[str, NDArray[np.float32]]
    seen: NDArray[np.float32]
    heat: NDArray[np.float32]
    features: NDArray[np.float32]


def locate(heat: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places (N, 2) x, y and spreads (N,) in cells of heat maps (N, h, w) given as logits.

    A map is a distribution over its cells (softmax). The place is the mean round its peak; the spread the
    root of the mean square distance from there along one axis over the whole map, so that a second peak
    widens it.
    """
    count, height, width = heat.shape
    flat = heat.reshape(count, -1).astype(np.float64)
    chances = np.exp(flat - flat.max(axis=1, keepdims=True))
    chances = (chances / chances.sum(axis=1, keepdims=True)).reshape(count, height, width)
    ys, xs = np.mgrid[0:height, 0:width]
    places, spreads = np.zeros((count, 2)), np.zeros(count)
    reach = WINDOW // 2
    for number in range(count):
        chance = chances[number]
        y, x = np.unravel_index(int(chance.argmax()), chance.shape)
        rows, columns = slice(max(0, y - reach), y + reach + 1), slice(max(0, x - reach), x + reach + 1)
        near = chance[rows, columns]
        places[number] = [
            (near * xs[rows, columns]).sum() / near.sum(),
            (near * ys[rows, columns]).sum() / near.sum(),
        ]
        square = (xs - places[number, 0]) ** 2 + (ys - places[number, 1]) ** 2
        spreads[number] = np.sqrt((chance * square).sum() / 2)
    return places, spreads


def family_types(
    family: NDArray[np.float64],
    types: NDArray[np.float64],
    families: Sequence[str],
    classes: Sequence[str],
    members: Mapping[str, Sequence[str]],
) -> dict[str, float]:
    """Chances of every fine class: the family's chance, shared among its types as the fine head has them.

    The family head has seen ten times as many photos as the fine one; the fine one tells members apart.
    """
    fine = dict(zip(classes, types.tolist(), strict=True))
    chances = dict.fromkeys(classes, 0.0)
    for name, chance in zip(families, family.tolist(), strict=True):
        total = sum(fine[member] for member in members[name])
        for member in members[name]:
            share = fine[member] / total if total > 0 else 1 / len(members[name])
            chances[member] += chance * share
    return chances
