"""One figure a network on the validation split, by which a new one is accepted; higher is better."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from ml.registry import read_card
from ml.training.garment_scores import observe, onnx_model, summarise
from ml.vision.perception import network_facts

Scorer = Callable[[Path, Path], float]


def garment_score(weights: Path, data: Path) -> float:
    """Mean of silhouette IoU (mean over photos) and top-1 of the owner's label: the network's two tasks."""
    model = onnx_model(weights / "garment.onnx", network_facts(read_card(weights, "garment")))
    scores = summarise(observe(model, data, "val"), "val")
    return (scores.iou_mean + scores.label_top1) / 2


SCORERS: Mapping[str, Scorer] = MappingProxyType({"garment": garment_score})


def score(name: str, weights: Path, data: Path) -> float:
    """The figure of network `name` whose onnx and card lie in `weights`, on the training data folder `data`.

    Raises KeyError for a network that has no figure. NaN where the data have nothing to compare with.
    """
    return SCORERS[name](weights, data)
