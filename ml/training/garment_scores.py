"""Scores of the garment network on a split: silhouette IoU, garment type, refusal."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml.training.augment import canvas_size
from ml.training.garment_data import Photo, read_photos, read_rgb, read_teacher
from ml.training.garment_network import GarmentNetwork
from ml.training.garment_types import APPAREL_LABELS, CLASSES, OWNER_LABEL
from ml.training.silhouettes import compose_reference, read_labels
from ml.training.splits import Split
from ml.vision.perception import NOT_A_GARMENT, NetworkFacts, network_input

Mask = NDArray[np.bool_]
Pixels = NDArray[np.uint8]
Logits = NDArray[np.float32]
# pixels (H, W, 3) RGB → mask logits (H, W), type logits (classes,)
Model = Callable[[Pixels], tuple[Logits, Logits]]

TEMPERATURES = np.round(np.arange(0.5, 2.51, 0.05), 2)


@dataclass(frozen=True)
class Observation:
    """The network's answer to one photo, as far as there is something to compare it with."""

    photo: Photo
    iou: float | None
    logits: Logits

    @property
    def chances(self) -> NDArray[np.float64]:
        """Probability of each class."""
        exponents = np.exp(self.logits.astype(np.float64) - self.logits.max())
        return np.asarray(exponents / exponents.sum(), np.float64)

    @property
    def best(self) -> str:
        """The likeliest class."""
        return CLASSES[int(self.logits.argmax())]

    @property
    def owner_label(self) -> str:
        """The owner's apparel label with the highest sum over its types."""
        sums = dict.fromkeys(APPAREL_LABELS, 0.0)
        for name, chance in zip(CLASSES, self.chances, strict=True):
            if name in OWNER_LABEL:
                sums[OWNER_LABEL[name]] += float(chance)
        return max(sums, key=lambda label: sums[label])


@dataclass(frozen=True)
class Scores:
    """What was measured on one split; shares come with the count they are taken over (`…_count`)."""

    split: Split
    iou_median: float
    iou_mean: float
    iou_p10: float
    iou_count: int
    label_top1: float
    label_count: int
    fine_top1: float
    fine_count: int
    refused: float
    refused_count: int
    wrongly_refused: float

    def line(self) -> str:
        """All figures on one line."""
        return (
            f"{self.split}: IoU median {self.iou_median:.4f} mean {self.iou_mean:.4f} p10 {self.iou_p10:.4f}"
            f" (n {self.iou_count}); owner's label top-1 {self.label_top1:.3f} (n {self.label_count}),"
            f" fine type top-1 {self.fine_top1:.3f} (n {self.fine_count}); non-garments refused"
            f" {self.refused:.3f} (n {self.refused_count}), garments refused {self.wrongly_refused:.3f}"
        )


def references(data: Path, split: Split) -> dict[str, Mask]:
    """The cleaned references of a split by image: masks judged good by eye, and those corrected by hand."""
    labels = read_labels()
    found = {}
    for photo in read_photos(data):
        if photo.split == split and photo.verdict in ("good", "hand"):
            teacher = read_teacher(data, photo.image)
            picture = read_rgb(data / "photos" / f"{photo.image}.jpg")
            found[photo.image] = compose_reference(teacher, labels.get(photo.image), picture.shape[:2])
    return found


def iou(a: Mask, b: Mask) -> float:
    """Intersection over union; two empty masks agree fully."""
    union = float((a | b).sum())
    return float((a & b).sum()) / union if union else 1.0


def network_model(network: GarmentNetwork, area: int) -> Model:
    """A torch network as a model: the photo stretched to about `area` pixels, logits back at its own size."""
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    network.eval()

    def run(pixels: Pixels) -> tuple[Logits, Logits]:
        height, width = pixels.shape[:2]
        size = canvas_size(width / height, area)
        small = cv2.resize(pixels, size[::-1], interpolation=cv2.INTER_AREA)
        batch = torch.from_numpy(small).permute(2, 0, 1)[None].float()
        with torch.inference_mode():
            mask, kind = network(batch.contiguous(memory_format=torch.channels_last))
        return _enlarge(mask[0, 0].numpy(), height, width), kind[0].numpy()

    return run


def onnx_model(path: Path, facts: NetworkFacts, threads: int = 1) -> Model:
    """An exported network as a model, fed as the runtime feeds it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(pixels: Pixels) -> tuple[Logits, Logits]:
        mask, kind = session.run([facts.mask, facts.type], {facts.input: network_input(pixels, facts)})
        return _enlarge(mask[0, 0], pixels.shape[0], pixels.shape[1]), kind[0]

    return run


def _enlarge(logits: Logits, height: int, width: int) -> Logits:
    return np.asarray(cv2.resize(logits, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def observe(model: Model, data: Path, split: Split) -> list[Observation]:
    """Run the model over every photo of the split that has a reference silhouette or a known type."""
    truths = references(data, split)
    seen = []
    for photo in read_photos(data):
        if photo.split == split and (photo.image in truths or photo.allowed):
            mask, kind = model(read_rgb(data / "photos" / f"{photo.image}.jpg"))
            agreement = iou(mask > 0, truths[photo.image]) if photo.image in truths else None
            seen.append(Observation(photo, agreement, kind))
    return seen


def summarise(observations: Sequence[Observation], split: Split) -> Scores:
    """The figures of a split; a share over nothing is NaN."""
    ious = np.array([o.iou for o in observations if o.iou is not None], np.float64)
    apparel = [o for o in observations if o.photo.owner_label in APPAREL_LABELS]
    fine = [o for o in apparel if o.photo.fine_type]
    others = [o for o in observations if o.photo.allowed == (NOT_A_GARMENT,)]
    return Scores(
        split=split,
        iou_median=float(np.median(ious)) if ious.size else float("nan"),
        iou_mean=float(ious.mean()) if ious.size else float("nan"),
        iou_p10=float(np.quantile(ious, 0.1)) if ious.size else float("nan"),
        iou_count=ious.size,
        label_top1=_share([o.owner_label == o.photo.owner_label for o in apparel]),
        label_count=len(apparel),
        fine_top1=_share([o.best == o.photo.fine_type for o in fine]),
        fine_count=len(fine),
        refused=_share([o.best == NOT_A_GARMENT for o in others]),
        refused_count=len(others),
        wrongly_refused=_share([o.best == NOT_A_GARMENT for o in apparel]),
    )


def _share(values: Sequence[bool]) -> float:
    return float(np.mean(values)) if values else float("nan")


def best_temperature(observations: Sequence[Observation]) -> float:
    """The temperature at which the probabilities of the allowed classes are likeliest (Guo et al., 2017)."""
    known = [o for o in observations if o.photo.allowed]
    allowed = np.array([np.isin(CLASSES, o.photo.allowed) for o in known])

    def cost(temperature: float) -> float:
        scaled = np.array([o.logits for o in known], np.float64) / temperature
        scaled -= scaled.max(axis=1, keepdims=True)
        chances = np.exp(scaled)
        right = (chances * allowed).sum(axis=1) / chances.sum(axis=1)
        return float(-np.log(np.maximum(right, 1e-9)).mean())

    return float(min(TEMPERATURES, key=lambda value: cost(float(value))))


def confusions(observations: Sequence[Observation]) -> list[tuple[str, str, int]]:
    """(owner's label, label found, count), most frequent mistakes first."""
    counts = Counter(
        (o.photo.owner_label, o.owner_label)
        for o in observations
        if o.photo.owner_label in APPAREL_LABELS and o.owner_label != o.photo.owner_label
    )
    return [(truth, found, count) for (truth, found), count in counts.most_common()]


def score_network(state: Mapping[str, Tensor], data: Path, split: Split, area: int) -> Scores:
    """Score a network given by its weights."""
    network = GarmentNetwork()
    network.load_state_dict(dict(state))
    return summarise(observe(network_model(network, area), data, split), split)
