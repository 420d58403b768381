"""What the traits network says of a garment's crop: words with confidences, landmarks, an embedding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError
from ml.registry import ModelCard, Registry
from ml.vision.garment_crop import Crop, crop_input
from ml.vision.landmarks import LANDMARKS, Landmark
from ml.vision.photo import Pixels

NETWORK = "traits"
TYPE, FAMILY = "type", "family"
LEAST_CHANCE = 1e-12
WINDOW = 5  # cells round a heat map's peak that its place is computed over


@dataclass(frozen=True)
class TraitsFacts:
    """The part of the network's card that its answers are read by.

    ``heads``: head → words in the order of its logits; the heads stand in this order in the output.
    ``temperatures`` divide each head's logits. ``members``: family → its garment types. ``landmarks``: order
    of the heat maps. ``spread``: a heat map's own spread is multiplied by the first number, and the second,
    a share of the crop's diagonal, is added in squares, which makes it a standard error. ``seen_from``:
    least chance of being visible from which a landmark is reported.
    """

    input: str
    outputs: Mapping[str, str]
    area: int
    heads: Mapping[str, tuple[str, ...]]
    temperatures: Mapping[str, float]
    members: Mapping[str, tuple[str, ...]]
    landmarks: tuple[str, ...]
    spread: tuple[float, float]
    seen_from: float

    def __post_init__(self) -> None:
        if not {TYPE, FAMILY} <= set(self.heads) or set(self.heads) != set(self.temperatures):
            raise ValueError("heads must hold type and family, each with a temperature")
        if set(self.members) != set(self.heads[FAMILY]):
            raise ValueError("every family needs its members")
        if set(self.landmarks) - set(LANDMARKS):
            raise ValueError("unknown landmarks")
        if min(*self.temperatures.values(), *self.spread) <= 0 or not 0 < self.seen_from < 1:
            raise ValueError("temperatures and spread must be positive and seen_from between 0 and 1")


def traits_facts(card: ModelCard) -> TraitsFacts:
    """The facts of a traits network's card; raises ModelError "bad_card" when one is missing or wrong."""
    facts: Any = card.facts
    try:
        first, second = facts["spread"]
        return TraitsFacts(
            input=str(facts["input"]["name"]),
            outputs=MappingProxyType({name: str(facts["outputs"][name]) for name in OUTPUTS}),
            area=int(facts["input"]["area"]),
            heads=MappingProxyType({name: tuple(words) for name, words in facts["heads"].items()}),
            temperatures=MappingProxyType({n: float(value) for n, value in facts["temperatures"].items()}),
            members=MappingProxyType({name: tuple(types) for name, types in facts["members"].items()}),
            landmarks=tuple(facts["landmarks"]),
            spread=(float(first), float(second)),
            seen_from=float(facts["seen_from"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(
            "bad_card", f"The card of {card.name} {card.version} is not valid: {error}."
        ) from error


OUTPUTS = ("words", "seen", "heat", "embedding")


@dataclass(frozen=True, eq=False)
class Answer:
    """The network's raw answer for one crop: logits by head, ``seen`` (N,) logits, ``heat`` (N, h, w)
    logits over places, ``embedding`` (256,) of unit length.
    """

    words: Mapping[str, NDArray[np.float32]]
    seen: NDArray[np.float32]
    heat: NDArray[np.float32]
    embedding: NDArray[np.float32]


@dataclass(frozen=True)
class Word:
    """The likeliest word of a head and the confidence in it, 0–1."""

    value: str
    confidence: float

    def to_json(self) -> dict[str, Any]:
        """The word as results carry it."""
        return {"value": self.value, "confidence": self.confidence}


@dataclass(frozen=True, eq=False)
class Traits:
    """``types``: chance of every garment type and of no garment. ``words``: view, sleeve, neck, closure.

    ``landmarks``: those that are probably to be seen, in upright photo pixels. ``embedding``: (256,) float32
    of unit length; near vectors are garments that look alike.
    """

    types: Mapping[str, float]
    words: Mapping[str, Word]
    landmarks: Mapping[str, Landmark]
    embedding: NDArray[np.float32]


def read_traits(pixels: Pixels, crop: Crop, registry: Registry) -> tuple[Traits, ModelCard]:
    """What the network says of ``crop`` of ``pixels`` (H×W×3 uint8 sRGB). Raises ModelError."""
    model = registry.load(NETWORK)
    facts = traits_facts(model.card)
    canvas = crop_input(pixels, crop, facts.area)
    both = np.concatenate([canvas, canvas[..., ::-1]])
    answer = mean_answer(split_answers(model.run(**{facts.input: both}), facts), facts.landmarks)
    chances = {name: softmax(answer.words[name] / facts.temperatures[name]) for name in facts.heads}
    types = family_types(
        chances[FAMILY], chances[TYPE], facts.heads[FAMILY], facts.heads[TYPE], facts.members
    )
    words = {
        name: Word(words[int(chances[name].argmax())], round(float(chances[name].max()), 4))
        for name, words in facts.heads.items()
        if name not in (TYPE, FAMILY)
    }
    landmarks = {
        landmark.name: landmark
        for landmark in place_landmarks(answer, crop, facts)
        if landmark.confidence >= facts.seen_from
    }
    return Traits(types, words, landmarks, answer.embedding), model.card


def split_answers(raw: Mapping[str, NDArray[np.float32]], facts: TraitsFacts) -> list[Answer]:
    """The network's outputs, picture by picture, words by head."""
    words, seen, heat, embedding = (raw[facts.outputs[name]] for name in OUTPUTS)
    ends = np.cumsum([len(options) for options in facts.heads.values()])[:-1]
    return [
        Answer(
            dict(zip(facts.heads, np.split(words[number], ends), strict=True)),
            seen[number],
            heat[number],
            embedding[number],
        )
        for number in range(len(words))
    ]


def mean_answer(answers: Sequence[Answer], landmarks: Sequence[str]) -> Answer:
    """One answer from those for a crop and for its mirror image.

    Logits are averaged, which is the geometric mean of the chances; in the mirror image left is right.
    """
    plain, mirrored = answers
    other = [landmarks.index(other_side(name)) for name in landmarks]
    heat = np.log(
        (_spatial(plain.heat) + _spatial(mirrored.heat[other][..., ::-1])) / 2 + np.float32(LEAST_CHANCE)
    )
    embedding = plain.embedding + mirrored.embedding
    return Answer(
        {name: _halved(logits + mirrored.words[name]) for name, logits in plain.words.items()},
        _halved(plain.seen + mirrored.seen[other]),
        heat,
        np.asarray(embedding / np.linalg.norm(embedding), np.float32),
    )


def _halved(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(values / 2, np.float32)


def other_side(name: str) -> str:
    """The landmark that a mirror shows in its place."""
    if name.endswith("_left"):
        return name.removesuffix("_left") + "_right"
    return name.removesuffix("_right") + "_left" if name.endswith("_right") else name


def _spatial(heat: NDArray[np.float32]) -> NDArray[np.float32]:
    """Chances over the places of each map (N, h, w)."""
    raised = np.exp(heat - heat.max(axis=(1, 2), keepdims=True))
    return np.asarray(raised / raised.sum(axis=(1, 2), keepdims=True), np.float32)


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Chances (N,) that sum to 1."""
    chances = np.exp(logits.astype(np.float64) - float(logits.max()))
    return np.asarray(chances / chances.sum())


def place_landmarks(answer: Answer, crop: Crop, facts: TraitsFacts) -> list[Landmark]:
    """Every landmark in upright photo pixels, with its standard error and its chance of being visible."""
    places, spreads = locate(answer.heat)
    cell = np.array([crop.width / answer.heat.shape[2], crop.height / answer.heat.shape[1]])
    points = (places + 0.5) * cell + np.array([crop.left, crop.top])
    floor = facts.spread[1] * float(np.hypot(crop.width, crop.height))
    errors = np.hypot(spreads * float(cell.mean()) * facts.spread[0], floor)
    chances = 1 / (1 + np.exp(-answer.seen.astype(np.float64)))
    return [
        Landmark(name, float(x), float(y), float(error), round(float(chance), 4))
        for name, (x, y), error, chance in zip(facts.landmarks, points, errors, chances, strict=True)
    ]


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
