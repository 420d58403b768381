"""One figure a network on the validation split, by which a new one is accepted; higher is better."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from ml.registry import read_card
from ml.training.crops import crops_of
from ml.training.garment_scores import observe, onnx_model, summarise
from ml.training.parts_labels import read_labelled
from ml.training.parts_scores import find_parts, onnx_raw, score_parts
from ml.training.traits_data import read_known
from ml.training.traits_export import onnx_answer
from ml.training.traits_scores import score_traits, see
from ml.vision.parts_detector import detector_facts
from ml.vision.perception import network_facts
from ml.vision.traits import traits_facts

Scorer = Callable[[Path, Path], float]


def garment_score(weights: Path, data: Path) -> float:
    """Mean of silhouette IoU (mean over photos) and top-1 of the owner's label: the network's two tasks."""
    model = onnx_model(weights / "garment.onnx", network_facts(read_card(weights, "garment")))
    scores = summarise(observe(model, data, "val"), "val")
    return (scores.iou_mean + scores.label_top1) / 2


def parts_score(weights: Path, data: Path) -> float:
    """Mean average precision of the parts at IoU 0.5."""
    area = detector_facts(read_card(weights, "parts")).area
    photos = [photo for photo in read_labelled(data) if photo.split == "val"]
    crops = crops_of(data, [photo.image for photo in photos])
    return score_parts(find_parts(onnx_raw(weights / "parts.onnx"), data, photos, crops, area)).mean


def traits_score(weights: Path, data: Path) -> float:
    """Mean of the top-1 of family and attributes and the share of landmarks within 2 % of the height."""
    facts = traits_facts(read_card(weights, "traits"))
    photos = [photo for photo in read_known(data, read_labelled(data)) if photo.split == "val"]
    crops = crops_of(data, [photo.image for photo in photos])
    answer = onnx_answer(weights / "traits.onnx", facts)
    shares = score_traits(see(answer, data, photos, crops, facts.area)).shares
    told = ("family", "sleeve", "neck", "closure", "landmarks_2%")
    return sum(shares[name][0] for name in told) / len(told)


SCORERS: Mapping[str, Scorer] = MappingProxyType(
    {"garment": garment_score, "parts": parts_score, "traits": traits_score}
)


def score(name: str, weights: Path, data: Path) -> float:
    """The figure of network `name` whose onnx and card lie in `weights`, on the training data folder `data`.

    Raises KeyError for a network that has no figure. NaN where the data have nothing to compare with.
    """
    return SCORERS[name](weights, data)
