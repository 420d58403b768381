"""Scores of a parts detector on labelled photos: average precision by kind, and the F1 of the buttons."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from ml.training.onnx_export import INPUT
from ml.training.parts_data import read_pixels
from ml.training.parts_labels import PARTS, Labelled
from ml.vision.garment_crop import Crop, crop_input
from ml.vision.part_rules import merge_parts
from ml.vision.parts import Part
from ml.vision.parts_detector import both_ways, decode, in_photo, with_mirror

OVERLAP = 0.5
BUTTON = PARTS.index("button")
BUTTON_REACH = 0.02  # of the photo's diagonal: a button found this near to a labelled one is right
RECALLS = np.linspace(0, 1, 101)

Raw = Callable[[NDArray[np.float32]], NDArray[np.float32]]


def onnx_raw(path: Path) -> Raw:
    """An exported detector as a function from N×3×h×w to (N, 4 + kinds, anchors)."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def raw(canvas: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(session.run(None, {INPUT: canvas})[0], np.float32)

    return raw


@dataclass(frozen=True, eq=False)
class Found:
    """A photo's finds, surest first: boxes (N, 4) in photo pixels, kinds (N,), raw scores (N,)."""

    photo: Labelled
    size: tuple[int, int]
    boxes: NDArray[np.float64]
    kinds: NDArray[np.int64]
    scores: NDArray[np.float64]

    @property
    def truth(self) -> NDArray[np.float64]:
        """The labelled boxes in photo pixels."""
        height, width = self.size
        return np.asarray(self.photo.boxes * np.array([width, height, width, height]))


@dataclass(frozen=True)
class PartsScore:
    """``precision``: AP at IoU 0.5 of each kind with labels, ``counts`` these; buttons at their best F1."""

    photos: int
    precision: Mapping[str, float]
    counts: Mapping[str, int]
    button_f1: float
    button_score: float

    @property
    def mean(self) -> float:
        """MAP at IoU 0.5 over the kinds that occur."""
        return float(np.mean(list(self.precision.values())))

    def line(self) -> str:
        """The score in one line."""
        kinds = " ".join(f"{kind} {self.precision[kind]:.2f}({self.counts[kind]})" for kind in self.precision)
        return (
            f"{self.photos} photos mAP50 {self.mean:.4f} button F1 {self.button_f1:.3f}"
            f" at {self.button_score:.2f} | {kinds}"
        )


def find_parts(
    network: Raw, data: Path, photos: Sequence[Labelled], crops: Mapping[str, Crop], area: int
) -> list[Found]:
    """What `network` (N×3×h×w float32 → (N, 4 + kinds, anchors)) finds in the photos as at run time."""
    found = []
    for photo in photos:
        pixels = read_pixels(data, photo.image)
        crop = crops[photo.image]
        canvas = crop_input(pixels, crop, area)
        boxes, kinds, scores = decode(both_ways(network(with_mirror(canvas)), canvas.shape[3]))
        placed = in_photo(boxes, crop, (canvas.shape[2], canvas.shape[3]))
        parts = [
            Part(PARTS[kind], tuple(box), score)
            for kind, box, score in zip(kinds, placed.tolist(), scores.tolist(), strict=True)
            if box[0] < box[2] and box[1] < box[3]
        ]
        found.append(found_parts(photo, pixels.shape[:2], merge_parts(parts)))
    return found


def found_parts(photo: Labelled, size: tuple[int, int], parts: Sequence[Part]) -> Found:
    """Parts in pixels of a photo of `size` (height, width) as finds."""
    order = sorted(parts, key=lambda part: -part.confidence)
    return Found(
        photo,
        size,
        np.array([part.box for part in order], np.float64).reshape(-1, 4),
        np.array([PARTS.index(part.kind) for part in order], np.int64),
        np.array([part.confidence for part in order], np.float64),
    )


def score_parts(found: Sequence[Found]) -> PartsScore:
    """Average precision at IoU 0.5 (101 recall points, as COCO has it) and the buttons' best F1."""
    precision, counts = {}, {}
    for kind, name in enumerate(PARTS):
        count = sum(int((f.photo.kinds == kind).sum()) for f in found)
        if count:
            hits, scores = _matched(found, kind, _overlaps)
            precision[name], counts[name] = average_precision(hits, scores, count), count
    hits, scores = _matched(found, BUTTON, _nearness)
    f1, at = _best_f1(hits, scores, counts.get("button", 0))
    return PartsScore(len(found), precision, counts, f1, at)


def hits_of_kind(found: Sequence[Found], kind: int) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Right or wrong (buttons by nearness, else IoU 0.5) and raw score of every find of a kind."""
    return _matched(found, kind, _nearness if kind == BUTTON else _overlaps)


def average_precision(hits: NDArray[np.bool_], scores: NDArray[np.float64], count: int) -> float:
    """Area under the precision envelope at 101 recalls; `count` labels, finds with hit or miss and score."""
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum(hits[order])
    recall, precision = right / count, right / np.arange(1, len(right) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    places = np.searchsorted(recall, RECALLS, side="left")
    return float(np.mean(np.append(envelope, 0.0)[np.minimum(places, len(envelope))]))


def _best_f1(hits: NDArray[np.bool_], scores: NDArray[np.float64], count: int) -> tuple[float, float]:
    if not len(scores) or not count:
        return 0.0, 1.0
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum(hits[order])
    f1 = 2 * right / (np.arange(1, len(right) + 1) + count)
    best = int(f1.argmax())
    return float(f1[best]), float(scores[order][best])


Likeness = Callable[[NDArray[np.float64], NDArray[np.float64], tuple[int, int]], NDArray[np.float64]]


def _matched(
    found: Sequence[Found], kind: int, likeness: Likeness
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Hit or miss and score of every find of a kind: the surest find takes the likest label left."""
    hits: list[bool] = []
    scores: list[float] = []
    for one in found:
        mine = one.kinds == kind
        alike = likeness(one.boxes[mine], one.truth[one.photo.kinds == kind], one.size)
        free = np.ones(alike.shape[1], np.bool_)
        for row, score in zip(alike, one.scores[mine], strict=True):
            candidates = np.where(free, row, -1.0)
            best = int(candidates.argmax()) if len(candidates) else -1
            hit = best >= 0 and candidates[best] >= OVERLAP
            if hit:
                free[best] = False
            hits.append(bool(hit))
            scores.append(float(score))
    return np.array(hits, np.bool_), np.array(scores, np.float64)


def _overlaps(
    boxes: NDArray[np.float64], truth: NDArray[np.float64], _: tuple[int, int]
) -> NDArray[np.float64]:
    """IoU of every find with every label."""
    low = np.maximum(boxes[:, None, :2], truth[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], truth[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    areas = [np.clip(b[:, 2:] - b[:, :2], 0, None).prod(axis=1) for b in (boxes, truth)]
    return np.asarray(shared / np.maximum(areas[0][:, None] + areas[1][None] - shared, 1e-9))


def _nearness(
    boxes: NDArray[np.float64], truth: NDArray[np.float64], size: tuple[int, int]
) -> NDArray[np.float64]:
    """1 at the same centre, 0.5 at the reach of a hit, down to 0."""
    centres = [(b[:, :2] + b[:, 2:]) / 2 for b in (boxes, truth)]
    distance = np.hypot(*np.moveaxis(centres[0][:, None] - centres[1][None], 2, 0))
    return np.asarray(np.clip(1 - distance / (2 * BUTTON_REACH * np.hypot(*size)), 0, 1))
