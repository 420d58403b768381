"""Train, evaluate and export the garment network.

    python -m ml.training.garment train    --data DIR --out DIR [--resume]
    python -m ml.training.garment evaluate --data DIR --out DIR [--split val|test]
    python -m ml.training.garment export   --data DIR --out DIR [--weights DIR]

`train` runs the recipe of `RECIPE` from the data folder alone, keeps a checkpoint of every epoch in `--out` and goes on
from the last one with `--resume`.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import torch
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader

from ml.training.garment_data import Batch, GarmentBatches, GarmentData, read_photos
from ml.training.garment_network import GarmentNetwork

CHECKPOINT = "garment.pt"


@dataclass(frozen=True)
class Stage:
    """A part of the recipe: `epochs` of `steps` batches of `size` pictures of about `area` pixels."""

    epochs: int
    steps: int
    size: int
    area: int
    peak: float


RECIPE = (
    Stage(epochs=18, steps=80, size=24, area=192 * 256, peak=1.0),
    Stage(epochs=9, steps=60, size=16, area=288 * 384, peak=0.4),
)
ENCODER_RATE = 5e-4
DECODER_RATE = 2e-3
WARM_UP_STEPS = 100
TYPE_SHARE = 0.25
AVERAGE_DECAY = 0.995


def mask_loss(logits: Tensor, mask: Tensor, trust: Tensor) -> Tensor:
    """BCE, three times as heavy near the outline, plus soft Dice per picture; pixels count by their trust."""
    soft = functional.avg_pool2d(mask, 9, stride=1, padding=4, count_include_pad=False)
    near = ((soft > 0.02) & (soft < 0.98)).float()
    weight = trust * (1 + 2 * near)
    bce = functional.binary_cross_entropy_with_logits(logits, mask, weight=weight, reduction="sum") / weight.sum().clamp(min=1)
    known = trust.amax(dim=(1, 2, 3)) > 0
    chance = torch.sigmoid(logits) * trust
    truth = mask * trust
    dims = (1, 2, 3)
    dice = 1 - (2 * (chance * truth).sum(dims) + 50) / (chance.sum(dims) + truth.sum(dims) + 50)
    return bce + dice[known].sum() / known.sum().clamp(min=1)


def type_loss(logits: Tensor, allowed: Tensor) -> Tensor:
    """Negative log of the probability summed over the allowed classes, a little smoothed; rows without any are left out."""
    known = allowed.any(dim=1)
    chances = functional.log_softmax(logits[known], dim=1)
    right = torch.logsumexp(chances.masked_fill(~allowed[known], -1e4), dim=1)
    return -(0.95 * right + 0.05 * chances.mean(dim=1)).mean()


class Average:
    """Exponential moving average of a network's weights and buffers."""

    def __init__(self, network: GarmentNetwork) -> None:
        self.state = {name: tensor.clone() for name, tensor in network.state_dict().items()}
        self.steps = 0

    def update(self, network: GarmentNetwork) -> None:
        self.steps += 1
        decay = min(AVERAGE_DECAY, (1 + self.steps) / (10 + self.steps))
        for name, tensor in network.state_dict().items():
            if tensor.is_floating_point():
                self.state[name].lerp_(tensor, 1 - decay)
            else:
                self.state[name].copy_(tensor)


def _rate(recipe: Sequence[Stage], epoch: int, step: int, total: int) -> float:
    """Warm up, hold the stage's peak, and fall to nearly nothing over the last half of the last stage."""
    ends = [sum(s.epochs for s in recipe[: i + 1]) for i in range(len(recipe))]
    index = next(i for i, end in enumerate(ends) if epoch < end)
    stage = recipe[index]
    place = (epoch - (ends[index] - stage.epochs) + step / stage.steps) / stage.epochs
    following = recipe[index + 1].peak if index + 1 < len(recipe) else 0.01
    fall = following + (stage.peak - following) * 0.5 * (1 + torch.cos(torch.tensor(place * torch.pi)).item())
    return float(fall * min(1.0, (total + 1) / WARM_UP_STEPS))


def _one(batch: list[Batch]) -> Batch:
    return batch[0]


def _quiet_worker(_: int) -> None:
    cv2.setNumThreads(0)
    torch.set_num_threads(1)


def train(data: Path, out: Path, *, resume: bool, recipe: Sequence[Stage] = RECIPE, pseudo: Path | None = None, threads: int = 2) -> None:
    """Train by the recipe; every epoch ends with a checkpoint and a look at the val split."""
    from ml.training.garment_scores import score_network

    torch.set_num_threads(threads)
    torch.manual_seed(7)
    out.mkdir(parents=True, exist_ok=True)
    photos = read_photos(data, pseudo)
    source = GarmentData(data, [photo for photo in photos if photo.split == "train"], pseudo)
    print(f"{len(source.with_mask)} silhouettes, {len(source.type_only)} for the type alone, {len(source.strips)} backgrounds", flush=True)
    network = GarmentNetwork()
    network.encoder.load_imagenet()
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    encoder = list(network.encoder.parameters())
    inside = {id(parameter) for parameter in encoder}
    decoder = [parameter for parameter in network.parameters() if id(parameter) not in inside]
    optimizer = torch.optim.AdamW(
        [{"params": encoder, "rate": ENCODER_RATE}, {"params": decoder, "rate": DECODER_RATE}], lr=1e-3, weight_decay=0.01
    )
    average = Average(network)
    first = 0
    if resume and (out / CHECKPOINT).exists():
        saved = torch.load(out / CHECKPOINT, weights_only=True)
        network.load_state_dict(saved["network"])
        optimizer.load_state_dict(saved["optimizer"])
        average.state, average.steps, first = saved["average"], saved["steps"], saved["epoch"]
    ends = [sum(stage.epochs for stage in recipe[: i + 1]) for i in range(len(recipe))]
    for epoch in range(first, ends[-1]):
        stage = recipe[next(i for i, end in enumerate(ends) if epoch < end)]
        batches = GarmentBatches(source, area=stage.area, size=stage.size, length=stage.steps, epoch=epoch)
        loader = DataLoader(batches, batch_size=1, collate_fn=_one, num_workers=1, prefetch_factor=4, worker_init_fn=_quiet_worker)
        network.train()
        started, sums = time.monotonic(), torch.zeros(2)
        for step, batch in enumerate(loader):
            for group in optimizer.param_groups:
                group["lr"] = group["rate"] * _rate(recipe, epoch, step, average.steps)
            mask, kind = network(batch.pixels.contiguous(memory_format=torch.channels_last))
            losses = mask_loss(mask, batch.mask, batch.trust), type_loss(kind, batch.allowed)
            optimizer.zero_grad(set_to_none=True)
            (losses[0] + TYPE_SHARE * losses[1]).backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimizer.step()
            average.update(network)
            sums += torch.tensor([loss.item() for loss in losses])
        state = {"network": network.state_dict(), "optimizer": optimizer.state_dict(), "average": average.state}
        torch.save({**state, "steps": average.steps, "epoch": epoch + 1}, out / "new.pt")
        os.replace(out / "new.pt", out / CHECKPOINT)
        line = f"epoch {epoch + 1}: mask {sums[0] / stage.steps:.4f} type {sums[1] / stage.steps:.4f} {time.monotonic() - started:.0f} s"
        if epoch % 3 == 2 or epoch + 1 == ends[-1]:
            line += f" | val {score_network(average.state, data, 'val', stage.area).line()}"
        print(line, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ml.training.garment", description="Train, evaluate, export the garment network.")
    parser.add_argument("command", choices=("train", "evaluate", "export"))
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TECHPACK_DATA", "../shared/data")))
    parser.add_argument("--out", type=Path, default=Path("var/training/garment"))
    parser.add_argument("--weights", type=Path, default=Path("ml/weights"))
    parser.add_argument("--split", choices=("val", "test"), default="val")
    parser.add_argument("--pseudo", type=Path, help="folder of masks made by an earlier model")
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args(arguments)
    if options.command == "train":
        train(options.data, options.out, resume=options.resume, pseudo=options.pseudo)
    return 0


if __name__ == "__main__":
    sys.exit(main())
