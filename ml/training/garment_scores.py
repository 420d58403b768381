"""Scores of the garment network on a split: silhouette IoU and garment type."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml.training.augment import canvas_size
from ml.training.garment_data import Photo, read_photos, read_rgb, read_teacher
from ml.training.garment_network import GarmentNetwork
from ml.training.garment_types import APPAREL_LABELS, CLASSES, GARMENT_TYPES, NOT_A_GARMENT, OWNER_LABEL
from ml.training.silhouettes import compose_reference, read_labels
from ml.training.splits import Split

# pixels (H, W, 3) uint8 RGB → mask logits (H, W), type logits (classes,)
Model = Callable[[NDArray[np.uint8]], tuple[NDArray[np.float32], NDArray[np.float32]]]


@dataclass(frozen=True)
class Scores:
    """Measured on one split; `ious` by image, the rest are shares with their counts."""

    ious: Mapping[str, float]
    top1: float
    apparel: int
    fine_top1: float
    fine: int
    refused: float
    others: int
    wrongly_refused: float

    def line(self) -> str:
        iou = np.array(list(self.ious.values()))
        return (
            f"IoU median {np.median(iou):.4f} mean {iou.mean():.4f} p10 {np.quantile(iou, 0.1):.4f} n {len(iou)}; "
            f"type top-1 {self.top1:.3f} n {self.apparel}, fine {self.fine_top1:.3f} n {self.fine}; "
            f"refused {self.refused:.3f} n {self.others}, wrongly {self.wrongly_refused:.3f}"
        )


def references(data: Path, split: Split) -> dict[str, NDArray[np.bool_]]:
    """Return the cleaned references of a split: masks judged good by eye, and those corrected by hand."""
    labels = read_labels()
    found = {}
    for photo in read_photos(data):
        if photo.split == split and photo.verdict in ("good", "hand"):
            teacher = read_teacher(data, photo.image)
            shape = read_rgb(data / "photos" / f"{photo.image}.jpg").shape[:2] if teacher is None else teacher.shape
            found[photo.image] = compose_reference(teacher, labels.get(photo.image), (shape[0], shape[1]))
    return found


def iou(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    """Intersection over union; two empty masks agree fully."""
    union = float((a | b).sum())
    return float((a & b).sum()) / union if union else 1.0


def network_model(network: GarmentNetwork, area: int) -> Model:
    """Wrap a torch network: resized to its aspect at `area` pixels, logits brought back to the photo's size."""
    network.eval()

    def run(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        height, width = pixels.shape[:2]
        size = canvas_size(width / height, area)
        small = cv2.resize(pixels, size[::-1], interpolation=cv2.INTER_AREA)
        batch = torch.from_numpy(small).permute(2, 0, 1)[None].float().contiguous(memory_format=torch.channels_last)
        with torch.inference_mode():
            mask, kind = network(batch)
        logits = cv2.resize(mask[0, 0].numpy(), (width, height), interpolation=cv2.INTER_LINEAR)
        return np.asarray(logits, np.float32), kind[0].numpy()

    return run


def score(model: Model, data: Path, split: Split) -> Scores:
    """Run the model over every photo of the split that has a reference or a type."""
    truths = references(data, split)
    photos = [p for p in read_photos(data) if p.split == split and (p.image in truths or p.allowed)]
    ious: dict[str, float] = {}
    hits: list[bool] = []
    fine: list[bool] = []
    refused: list[bool] = []
    wrongly: list[bool] = []
    for photo in photos:
        logits, kind = model(read_rgb(data / "photos" / f"{photo.image}.jpg"))
        if photo.image in truths:
            ious[photo.image] = iou(logits > 0, truths[photo.image])
        _score_type(photo, kind, hits, fine, refused, wrongly)
    return Scores(ious, _share(hits), len(hits), _share(fine), len(fine), _share(refused), len(refused), _share(wrongly))


def _share(values: list[bool]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _score_type(
    photo: Photo, kind: NDArray[np.float32], hits: list[bool], fine: list[bool], refused: list[bool], wrongly: list[bool]
) -> None:
    chances = np.exp(kind - kind.max())
    chances /= chances.sum()
    best = CLASSES[int(chances.argmax())]
    if photo.owner_label in APPAREL_LABELS:
        sums = {label: sum(float(chances[CLASSES.index(t)]) for t in GARMENT_TYPES if OWNER_LABEL.get(t) == label) for label in APPAREL_LABELS}
        hits.append(max(sums, key=lambda label: sums[label]) == photo.owner_label)
        wrongly.append(best == NOT_A_GARMENT)
        if photo.fine_type:
            fine.append(best == photo.fine_type)
    elif photo.allowed == (NOT_A_GARMENT,):
        refused.append(best == NOT_A_GARMENT)


def score_network(state: Mapping[str, Tensor], data: Path, split: Split, area: int) -> Scores:
    """Score a network given by its weights."""
    network = GarmentNetwork()
    network.load_state_dict(dict(state))
    return score(network_model(network.to(memory_format=torch.channels_last), area), data, split)  # type: ignore[call-overload]
