"""Labelled parts, attributes and landmarks of the photos: the data folder's and our own, by split."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.training.parts_sheet import LABELS, PARTS, read_labels
from ml.training.splits import Split, sender_split

__all__ = ["PARTS", "Labelled", "read_labelled"]


@dataclass(frozen=True, eq=False)
class Labelled:
    """One labelled photo.

    ``boxes`` (N, 4) left, top, right, bottom and ``landmarks`` name → (x, y): shares of the photo, 0–1.
    ``kinds`` (N,) index into PARTS. ``attributes``: type, view, sleeve, neck and closure.
    ``source``: "owner" for the data folder's labels, "own" for ours, "pseudo" for a network's.
    """

    image: str
    sender: str
    owner_label: str
    split: Split
    kinds: NDArray[np.int64]
    boxes: NDArray[np.float64]
    landmarks: Mapping[str, tuple[float, float]]
    attributes: Mapping[str, str]
    source: str

    def __post_init__(self) -> None:
        if self.boxes.shape != (len(self.kinds), 4):
            raise ValueError(f"{self.image}: as many boxes as kinds are needed")


def read_labelled(data: Path, own: Path = LABELS) -> list[Labelled]:
    """All labelled photos; raises ValueError for a label of ours that is not valid."""
    parts = json.loads((data / "parts.json").read_text("utf-8"))
    landmarks = json.loads((data / "landmarks.json").read_text("utf-8"))
    labels: dict[str, tuple[str, Mapping[str, Any]]] = {
        image: ("owner", {**label, "landmarks": landmarks.get(image, {})}) for image, label in parts.items()
    }
    labels |= {image: (label.get("source", "own"), label) for image, label in read_labels(own).items()}
    with (data / "photos.csv").open(newline="") as file:
        photos = {row["image"]: row for row in csv.DictReader(file)}
    return [_labelled(image, photos[image], *labels[image]) for image in sorted(labels)]


def _labelled(image: str, row: Mapping[str, str], source: str, label: Mapping[str, Any]) -> Labelled:
    boxes = np.array([part["box"] for part in label["parts"]], np.float64).reshape(-1, 4) / 100
    return Labelled(
        image=image,
        sender=row["sender"],
        owner_label=row["label"],
        split=sender_split(row["sender"]),
        kinds=np.array([PARTS.index(part["cls"]) for part in label["parts"]], np.int64),
        boxes=boxes,
        landmarks={name: (x / 100, y / 100) for name, (x, y) in label["landmarks"].items()},
        attributes={name: label[name] for name in ("type", "view", "sleeve", "neck", "closure")},
        source=source,
    )
