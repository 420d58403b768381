"""The parts of the garment as the detector sees them in the garment's crop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError
from ml.registry import ModelCard, Registry
from ml.vision.garment_crop import Crop, crop_input
from ml.vision.parts import PART_KINDS, Part
from ml.vision.photo import Pixels

NETWORK = "parts"
OVERLAP = 0.9  # IoU from which two boxes of one kind are the same find; looser ones are averaged later
FLOOR = 0.01  # raw scores below this are never looked at
MOST_CANDIDATES = 1000


@dataclass(frozen=True)
class DetectorFacts:
    """The part of the detector's card that its answers are read by.

    ``area``: pixels of the input. ``kinds``: order of the scores. ``thresholds``: least confidence of each
    kind that is reported. ``calibration``: (slope, offset) of each kind; a raw score s becomes
    sigmoid(slope · logit(s) + offset), the share of such finds that are right (Platt 1999).
    """

    input: str
    output: str
    area: int
    kinds: tuple[str, ...]
    thresholds: tuple[float, ...]
    calibration: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        if set(self.kinds) - set(PART_KINDS) or len(set(self.kinds)) != len(self.kinds):
            raise ValueError("kinds must be different kinds of parts")
        if not len(self.kinds) == len(self.thresholds) == len(self.calibration):
            raise ValueError("every kind needs a threshold and a calibration")


def detector_facts(card: ModelCard) -> DetectorFacts:
    """The facts of a parts detector's card; raises ModelError "bad_card" when one is missing or wrong."""
    facts: Any = card.facts
    try:
        kinds = tuple(facts["kinds"])
        return DetectorFacts(
            input=str(facts["input"]["name"]),
            output=str(facts["outputs"]["parts"]),
            area=int(facts["input"]["area"]),
            kinds=kinds,
            thresholds=tuple(float(facts["thresholds"][kind]) for kind in kinds),
            calibration=tuple(
                (float(a), float(b)) for a, b in (facts["calibration"][kind] for kind in kinds)
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(
            "bad_card", f"The card of {card.name} {card.version} is not valid: {error}."
        ) from error


def detect_parts(pixels: Pixels, crop: Crop, registry: Registry) -> tuple[tuple[Part, ...], ModelCard]:
    """The parts in ``crop`` of ``pixels`` (H×W×3 uint8 sRGB), calibrated. Raises ModelError."""
    model = registry.load(NETWORK)
    facts = detector_facts(model.card)
    canvas = crop_input(pixels, crop, facts.area)
    answer = model.run(**{facts.input: with_mirror(canvas)})[facts.output]
    boxes, kinds, scores = decode(both_ways(answer, canvas.shape[3]))
    confidences = calibrate(scores, kinds, facts)
    keep = confidences >= np.array(facts.thresholds)[kinds]
    placed = in_photo(boxes[keep], crop, (canvas.shape[2], canvas.shape[3]))
    parts = tuple(
        Part(facts.kinds[kind], tuple(box), round(float(confidence), 4))
        for kind, box, confidence in zip(kinds[keep], placed.tolist(), confidences[keep], strict=True)
    )
    return parts, model.card


def with_mirror(canvas: NDArray[np.float32]) -> NDArray[np.float32]:
    """2×3×h×w: the input 1×3×h×w and its mirror image."""
    return np.concatenate([canvas, canvas[..., ::-1]])


def both_ways(answer: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """(4 + kinds, 2 · anchors): the finds of an input ``width`` pixels wide and of its mirror image, in the
    places of the input. ``answer``: (2, 4 + kinds, anchors).
    """
    plain, mirrored = answer
    mirrored = mirrored.copy()
    mirrored[0] = width - mirrored[0]
    return np.concatenate([plain, mirrored], axis=1)


def decode(
    raw: NDArray[np.float32], floor: float = FLOOR
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """Boxes (N, 4) left, top, right, bottom in input pixels, kinds (N,) and raw scores (N,), surest first.

    ``raw``: (4 + kinds, anchors) as the network gives it. Duplicates of one kind are suppressed.
    """
    scores = raw[4:]
    kinds, anchors = np.nonzero(scores >= floor)
    values = scores[kinds, anchors].astype(np.float64)
    order = np.argsort(-values)[:MOST_CANDIDATES]
    kinds, anchors, values = kinds[order], anchors[order], values[order]
    centre, size = raw[:2, anchors].T.astype(np.float64), raw[2:4, anchors].T.astype(np.float64)
    boxes = np.hstack([centre - size / 2, centre + size / 2])
    kept = (
        cv2.dnn.NMSBoxesBatched(
            np.hstack([boxes[:, :2], size]).tolist(), values.tolist(), kinds.tolist(), floor, OVERLAP
        )
        if len(values)
        else ()
    )
    chosen = np.array(kept, np.int64).reshape(-1)
    chosen = chosen[np.argsort(-values[chosen], kind="stable")]
    return boxes[chosen], kinds[chosen].astype(np.int64), values[chosen]


def calibrate(
    scores: NDArray[np.float64], kinds: NDArray[np.int64], facts: DetectorFacts
) -> NDArray[np.float64]:
    """The probability that each find is right, from raw ``scores`` (N,)."""
    slopes, offsets = np.array(facts.calibration).T
    inside = np.clip(scores, 1e-6, 1 - 1e-6)
    logits = np.log(inside / (1 - inside)) * slopes[kinds] + offsets[kinds]
    return np.asarray(1 / (1 + np.exp(-logits)))


def in_photo(boxes: NDArray[np.float64], crop: Crop, canvas: tuple[int, int]) -> NDArray[np.float64]:
    """``boxes`` of the input of size ``canvas`` (height, width) in photo pixels, inside the crop."""
    scale = np.array([crop.width / canvas[1], crop.height / canvas[0]] * 2)
    shift = np.array([crop.left, crop.top] * 2)
    limit = np.array([crop.right, crop.bottom] * 2)
    return np.asarray(np.clip(boxes * scale + shift, shift, limit))
