"""Last step of the recipe: the type head alone, fitted again on the features of the finished network.

The photos are seen far more often this way than the encoder could be trained on them in the same time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from ml.training import augment
from ml.training.garment_data import Photo, read_rgb
from ml.training.garment_losses import type_loss
from ml.training.garment_network import GarmentNetwork
from ml.training.garment_types import CLASSES

STEPS = 3000
BATCH = 256
RATE = 1e-3
DECAY = 0.1
DROPOUT = 0.5


@dataclass(frozen=True)
class TypeFeatures:
    """features (N, channels) float32 before the last layer; allowed (N, classes) bool."""

    features: Tensor
    allowed: Tensor

    def __post_init__(self) -> None:
        if self.features.shape[0] != self.allowed.shape[0]:
            raise ValueError("as many features as rows of allowed classes are needed")


def collect(
    state: Mapping[str, Tensor], data: Path, photos: Sequence[Photo], area: int, *, plain: bool
) -> TypeFeatures:
    """Type features of the photos of known type: stretched as at run time, or mirrored, turned and relit."""
    network = GarmentNetwork()
    network.load_state_dict(dict(state))
    network = network.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    caught: list[Tensor] = []
    handle = network.classify.register_forward_pre_hook(lambda _, inputs: caught.append(inputs[0]))
    rng = np.random.default_rng(11)
    known = [photo for photo in photos if photo.allowed]
    for photo in known:
        picture = _view(read_rgb(data / "photos" / f"{photo.image}.jpg"), area, rng, plain=plain)
        with torch.inference_mode():
            network(
                torch.from_numpy(picture).permute(2, 0, 1)[None].contiguous(memory_format=torch.channels_last)
            )
    handle.remove()
    allowed = np.array([np.isin(CLASSES, photo.allowed) for photo in known])
    return TypeFeatures(torch.cat(caught).clone(), torch.from_numpy(allowed))


def _view(pixels: augment.Pixels, area: int, rng: np.random.Generator, *, plain: bool) -> augment.Picture:
    height, width = pixels.shape[:2]
    size = augment.canvas_size(width / height, area)
    if plain:
        return cv2.resize(pixels, size[::-1], interpolation=cv2.INTER_AREA).astype(np.float32)
    view = augment.gentle_view(rng, pixels.shape[:2], size)
    return augment.photograph(augment.warp(pixels, view, size, rng), rng)


def fit(start: Mapping[str, Tensor], views: Sequence[TypeFeatures]) -> dict[str, Tensor]:
    """Fit the last layer (weight and bias of `classify`) from where it stands; returns its new state."""
    features = torch.cat([view.features for view in views])
    allowed = torch.cat([view.allowed for view in views])
    torch.manual_seed(5)
    layer = nn.Linear(features.shape[1], len(CLASSES))
    layer.load_state_dict({name: start[f"classify.{name}"] for name in ("weight", "bias")})
    optimizer = torch.optim.AdamW(layer.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    dropout = nn.Dropout(DROPOUT)
    average = {name: value.detach().clone() for name, value in layer.state_dict().items()}
    for _ in range(STEPS):
        rows = torch.randint(len(features), (BATCH,))
        loss = type_loss(layer(dropout(features[rows])), allowed[rows])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        for name, value in layer.state_dict().items():
            average[name].lerp_(value, 0.02)
    return {f"classify.{name}": value for name, value in average.items()}
