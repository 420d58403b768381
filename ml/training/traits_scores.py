"""Scores of a traits network on labelled photos: words, landmarks, and the family by the owners' labels."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.training.garment_types import APPAREL_LABELS
from ml.training.parts_data import read_pixels
from ml.training.parts_sheet import LANDMARKS
from ml.training.traits_data import Known
from ml.training.traits_network import HEADS, MEMBERS
from ml.vision.garment_crop import Crop, crop_input
from ml.vision.perception import NOT_A_GARMENT
from ml.vision.traits import Answer, family_types, locate, softmax

NEAR = 0.05  # of the garment's height: a landmark this near to the labelled one is right

Network = Callable[[NDArray[np.float32]], Answer]


@dataclass(frozen=True, eq=False)
class Seen:
    """A photo, what the network says of its words (chances by head), and its landmarks in photo pixels.

    ``points`` (20, 2), ``spread`` (20,) 1-sigma in pixels, ``chance`` (20,) of being visible; ``truth`` the
    labelled points in pixels; ``height`` of the garment and ``diagonal`` of its crop in pixels; ``features``:
    what the network gives as embedding.
    """

    photo: Known
    chances: Mapping[str, NDArray[np.float64]]
    points: NDArray[np.float64]
    spread: NDArray[np.float64]
    chance: NDArray[np.float64]
    truth: Mapping[str, tuple[float, float]]
    height: float
    diagonal: float
    features: NDArray[np.float32]


@dataclass(frozen=True)
class TraitsScore:
    """Shares of right answers with their counts, by name; see `line`."""

    shares: Mapping[str, tuple[float, int]]

    def line(self) -> str:
        return " ".join(f"{name} {share:.4f}({count})" for name, (share, count) in self.shares.items())


def see(
    network: Network, data: Path, photos: Sequence[Known], crops: Mapping[str, Crop], area: int
) -> list[Seen]:
    """What `network` says of the photos as at run time."""
    seen = []
    for photo in photos:
        pixels, crop = read_pixels(data, photo.image), crops[photo.image]
        answer = network(crop_input(pixels, crop, area))
        chances = {name: softmax(logits) for name, logits in answer.words.items()}
        places, spread = locate(answer.heat)
        cell = np.array([crop.width / answer.heat.shape[2], crop.height / answer.heat.shape[1]])
        points = (places + 0.5) * cell + np.array([crop.left, crop.top])
        truth = {
            name: (x * pixels.shape[1], y * pixels.shape[0])
            for name, (x, y) in (photo.landmarks or {}).items()
        }
        visible = 1 / (1 + np.exp(-answer.seen))
        # A crop has a margin of 6 % of its longer side above and below.
        height = crop.height - 0.12 * max(crop.height, crop.width) / 1.12
        seen.append(
            Seen(
                photo=photo,
                chances=chances,
                points=points,
                spread=spread * float(cell.mean()),
                chance=visible,
                truth=truth,
                height=height,
                diagonal=float(np.hypot(crop.width, crop.height)),
                features=answer.embedding,
            )
        )
    return seen


def score_traits(seen: Sequence[Seen]) -> TraitsScore:
    """Top-1 of the family (apparel alone), the fine words, refusals, and landmarks by their distance."""
    right: Counter[str] = Counter()
    count: Counter[str] = Counter()

    def tell(name: str, truth: bool) -> None:
        count[name] += 1
        right[name] += truth

    for one in seen:
        types = family_types(
            one.chances["family"], one.chances["type"], HEADS["family"], HEADS["type"], MEMBERS
        )
        label = one.photo.owner_label
        refused = types[NOT_A_GARMENT] >= 0.5
        if label in APPAREL_LABELS:
            best = max(APPAREL_LABELS, key=lambda name: one.chances["family"][HEADS["family"].index(name)])
            tell("family", best == label)
            tell("wrongly_refused", refused)
        elif one.photo.words.get("family") == (NOT_A_GARMENT,):
            tell("refused", refused)
        if one.photo.landmarks is None:
            continue
        for head, words in one.photo.words.items():
            if head == "family":
                continue
            if head == "type":
                tell(head, max(types, key=lambda name: types[name]) in words)
            else:
                tell(head, HEADS[head][int(one.chances[head].argmax())] in words)
        for number, name in enumerate(LANDMARKS):
            if name in one.truth:
                off = float(np.hypot(*(one.points[number] - one.truth[name])))
                tell("landmarks_5%", off <= NEAR * one.height)
                tell("landmarks_2%", off <= 0.02 * one.height)
                tell("landmarks_1sigma", off <= 1.5 * one.spread[number])
                tell("landmark_seen", bool(one.chance[number] >= 0.5))
            elif one.photo.landmarks:
                tell("landmark_unseen", bool(one.chance[number] < 0.5))
    return TraitsScore({name: (right[name] / count[name], count[name]) for name in count})
