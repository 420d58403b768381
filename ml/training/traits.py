"""Train and evaluate the traits network: type, view, sleeve, neck, closure and landmarks.

    python -m ml.training.traits train    --data DIR --out DIR [--resume] [--encoder garment.pt]
    python -m ml.training.traits evaluate --data DIR --out DIR [--split val|test]

`train` keeps a checkpoint of every epoch in `--out` and goes on from the last one with `--resume`.
"""

import argparse
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader

from ml.training.crop_view import read_crops
from ml.training.fine_tuning import (
    Training,
    channels_last,
    load_encoder,
    make_optimizer,
    quiet_worker,
    set_rate,
)
from ml.training.garment_loop import Average
from ml.training.parts_labels import read_labelled
from ml.training.traits_data import SIGMA, Known, TraitsBatch, TraitsPictures, read_known
from ml.training.traits_network import HEADS, TraitsNetwork
from ml.training.traits_scores import score_traits, see
from ml.vision.traits import Answer

CHECKPOINT = "traits.pt"
BATCH, BY_EYE = 14, 6
ENCODER_RATE = 3e-4
HEAD_RATE = 1.2e-3
DECAY = 0.03
SCORE_EVERY = 4
SMOOTHING = 0.08
# How much the losses count. The heat maps' loss is in nats over some 7,000 places.
SHARES = {"family": 1.0, "type": 0.7, "view": 0.1, "sleeve": 0.3, "neck": 0.3, "closure": 0.3}
HEAT_SHARE, SEEN_SHARE = 0.35, 0.5


@dataclass(frozen=True)
class Run:
    """What a training run needs. `area`: pixels of the input; `epochs` × `steps` batches."""

    data: Path
    out: Path
    crops: Path
    encoder: Path
    resume: bool
    epochs: int
    steps: int
    area: int


def train(run: Run) -> None:
    """Train; every epoch ends with a checkpoint, every fourth with a look at the val split."""
    torch.manual_seed(7)
    run.out.mkdir(parents=True, exist_ok=True)
    crops = read_crops(run.crops)
    network = TraitsNetwork()
    load_encoder(network.encoder, run.encoder)
    network.fold()
    network = channels_last(network)
    optimizer = make_optimizer(
        network, network.encoder, encoder_rate=ENCODER_RATE, head_rate=HEAD_RATE, decay=DECAY
    )
    training = Training(run.out / CHECKPOINT, network, optimizer, Average(network))
    if run.resume:
        training.resume()
    photos = read_known(run.data, read_labelled(run.data))
    mine = [photo for photo in photos if photo.split == "train"]
    material = {"photos": len(mine), "by_eye": sum(photo.landmarks is not None for photo in mine)}
    while training.epoch < run.epochs:
        started = time.monotonic()
        pictures = TraitsPictures(
            run.data, mine, crops, area=run.area, size=BATCH, by_eye=BY_EYE, length=run.steps,
            epoch=training.epoch,
        )  # fmt: skip
        loader = DataLoader(
            pictures, batch_size=None, num_workers=1, prefetch_factor=3, worker_init_fn=quiet_worker
        )
        network.train()
        sums: dict[str, float] = {}
        for step, batch in enumerate(loader):
            set_rate(optimizer, (training.epoch + step / run.steps) / run.epochs, training.average.steps)
            losses = traits_losses(network, batch)
            training.step(losses)
            for name, value in losses.items():
                sums[name] = sums.get(name, 0.0) + value.item() / run.steps
        training.epoch += 1
        training.save(material)
        told = " ".join(f"{name} {value:.3f}" for name, value in sums.items())
        line = f"epoch {training.epoch}: {told} {time.monotonic() - started:.0f} s"
        if training.epoch % SCORE_EVERY == 0 or training.epoch == run.epochs:
            line += f" | val {evaluate(training.average.state, run, photos, 'val')}"
        print(time.strftime("%H:%M:%S"), line, flush=True)


def traits_losses(network: TraitsNetwork, batch: TraitsBatch) -> dict[str, Tensor]:
    """The weighted losses by name: −log of the chance of what is allowed, of the landmarks' places (against
    a Gaussian round them), and of their being seen.
    """
    logits, seen, heat, _ = network(batch.pixels.contiguous(memory_format=torch.channels_last))
    losses = {name: share * allowed_loss(logits[name], batch.allowed[name]) for name, share in SHARES.items()}
    if batch.judged.any():
        judged = batch.judged
        losses["seen"] = SEEN_SHARE * functional.binary_cross_entropy_with_logits(
            seen[judged], batch.seen[judged].float()
        )
    if batch.seen.any():
        losses["heat"] = HEAT_SHARE * heat_loss(heat[batch.seen], batch.points[batch.seen])
    return losses


def allowed_loss(logits: Tensor, allowed: Tensor) -> Tensor:
    """−log of the chance of the allowed classes (N, classes), smoothed; rows that allow none do not count."""
    rows = allowed.any(dim=1)
    if not rows.any():
        return logits.sum() * 0
    chances = functional.log_softmax(logits[rows], dim=1)
    masked = chances.masked_fill(~allowed[rows], -1e4)
    right = -torch.logsumexp(masked, dim=1).mean()
    return (1 - SMOOTHING) * right - SMOOTHING * chances.mean()


def heat_loss(heat: Tensor, points: Tensor) -> Tensor:
    """Cross entropy of maps (K, h, w) against Gaussians of SIGMA cells round points (K, 2)."""
    height, width = heat.shape[1:]
    xs, ys = torch.arange(width), torch.arange(height)
    around = [
        torch.exp(-((axis[None] - points[:, number, None]) ** 2) / (2 * SIGMA**2))
        for number, axis in ((0, xs), (1, ys))
    ]
    target = around[1][:, :, None] * around[0][:, None, :]
    target = target / target.sum(dim=(1, 2), keepdim=True).clamp_min(1e-6)
    return -(target.flatten(1) * functional.log_softmax(heat.flatten(1), dim=1)).sum(dim=1).mean()


def evaluate(state: Mapping[str, Tensor], run: Run, photos: Sequence[Known], split: str) -> str:
    """The scores of a network's state on a split in one line."""
    network = TraitsNetwork()
    network.fold()
    network.load_state_dict(dict(state))
    network = channels_last(network.eval())

    def answer(canvas: NDArray[np.float32]) -> Answer:
        with torch.inference_mode():
            words, seen, heat, features = network(torch.from_numpy(canvas))
        return Answer(
            {name: words[name][0].numpy() for name in HEADS},
            seen[0].numpy(),
            heat[0].numpy(),
            features[0].numpy(),
        )

    chosen = [photo for photo in photos if photo.split == split]
    return score_traits(see(answer, run.data, chosen, read_crops(run.crops), run.area)).line()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ml.training.traits", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("command", choices=("train", "evaluate"))
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TECHPACK_DATA", "../shared/data")))
    parser.add_argument("--out", type=Path, default=Path("var/training/traits"), help="checkpoints")
    parser.add_argument("--crops", type=Path, default=Path("var/training/silhouettes/crops.json"))
    parser.add_argument("--encoder", type=Path, default=Path("var/training/garment/garment.pt"))
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint in --out")
    parser.add_argument("--epochs", type=int, default=32)
    parser.add_argument("--steps", type=int, default=100, help="batches of an epoch")
    parser.add_argument("--area", type=int, default=320 * 320, help="pixels of the input")
    parser.add_argument("--split", choices=("val", "test"), default="val")
    options = parser.parse_args(arguments)
    run = Run(
        options.data, options.out, options.crops, options.encoder, options.resume,
        options.epochs, options.steps, options.area,
    )  # fmt: skip
    torch.set_num_threads(1)
    if options.command == "train":
        train(run)
    else:
        saved = torch.load(run.out / CHECKPOINT, weights_only=True)
        photos = read_known(run.data, read_labelled(run.data))
        print(evaluate(saved["average"], run, photos, options.split))
    return 0


if __name__ == "__main__":
    sys.exit(main())
