"""Train, evaluate and export the parts detector (needs the packages of the `training` extra).

    python -m ml.training.parts train    --data DIR --out DIR [--resume] [--encoder garment.pt]
    python -m ml.training.parts evaluate --data DIR --out DIR [--split val|test]

`train` keeps a checkpoint of every epoch in `--out` and goes on from the last one with `--resume`.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import DataLoader

from ml.training.crop_view import read_crops
from ml.training.garment_loop import Average
from ml.training.parts_data import PartsBatch, PartsPictures
from ml.training.parts_labels import Labelled, read_labelled
from ml.training.parts_network import PartsNetwork, detection_loss
from ml.training.parts_scores import find_parts, score_parts

CHECKPOINT = "parts.pt"
BATCH = 8
ENCODER_RATE = 4e-4
HEAD_RATE = 1.6e-3
DECAY = 0.02
WARM_UP = 100
SCORE_EVERY = 8


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
    """Train; every epoch ends with a checkpoint, every eighth with a look at the val split."""
    torch.manual_seed(7)
    run.out.mkdir(parents=True, exist_ok=True)
    crops = read_crops(run.crops)
    photos = read_labelled(run.data)
    network, optimizer = start(run.encoder)
    average, first = Average(network), 0
    if run.resume and (run.out / CHECKPOINT).exists():
        saved = torch.load(run.out / CHECKPOINT, weights_only=True)
        network.load_state_dict(saved["network"])
        optimizer.load_state_dict(saved["optimizer"])
        average.state, average.steps, first = saved["average"], saved["steps"], saved["epoch"]
    loss = detection_loss(network)
    for epoch in range(first, run.epochs):
        started = time.monotonic()
        photos = read_labelled(run.data)
        mine = [photo for photo in photos if photo.split == "train"]
        pictures = PartsPictures(
            run.data, mine, crops, area=run.area, size=BATCH, length=run.steps, epoch=epoch
        )
        loader = DataLoader(
            pictures, batch_size=None, num_workers=1, prefetch_factor=3, worker_init_fn=_quiet_worker
        )
        network.train()
        sums = np.zeros(3)
        for step, batch in enumerate(loader):
            place = (epoch + step / run.steps) / run.epochs
            for group in optimizer.param_groups:
                group["lr"] = group["rate"] * min(1.0, (average.steps + 1) / WARM_UP) * _fall(place)
            total, parts = loss(
                network(batch.pixels.contiguous(memory_format=torch.channels_last)), _targets(batch)
            )
            optimizer.zero_grad(set_to_none=True)
            (total.sum() / BATCH).backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 10.0)
            optimizer.step()
            average.update(network)
            sums += np.array([float(value) for value in parts.values()]) / run.steps
        state = {
            "network": network.state_dict(),
            "optimizer": optimizer.state_dict(),
            "average": average.state,
        }
        torch.save(
            {**state, "steps": average.steps, "epoch": epoch + 1, "photos": len(mine)}, run.out / "new.pt"
        )
        (run.out / "new.pt").replace(run.out / CHECKPOINT)
        told = " ".join(
            f"{name} {value:.3f}" for name, value in zip(("box", "class", "l1"), sums, strict=True)
        )
        line = f"epoch {epoch + 1}: {told} {time.monotonic() - started:.0f} s"
        if epoch % SCORE_EVERY == SCORE_EVERY - 1 or epoch + 1 == run.epochs:
            line += f" | val {evaluate(average.state, run, photos, 'val')}"
        print(time.strftime("%H:%M:%S"), line, flush=True)


def _fall(place: float) -> float:
    """Full rate for the first tenth, then a cosine to 2 %."""
    along = max(0.0, (place - 0.1) / 0.9)
    return float(0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * along)))


def _targets(batch: PartsBatch) -> dict[str, torch.Tensor]:
    return {"batch_idx": batch.index, "cls": batch.kinds, "bboxes": batch.boxes}


def start(encoder: Path) -> tuple[PartsNetwork, torch.optim.AdamW]:
    """A new network on the garment network's encoder (its checkpoint), or ImageNet's where there is none."""
    network = PartsNetwork()
    if encoder.exists():
        saved = torch.load(encoder, weights_only=True)["average"]
        prefix = "encoder."
        network.encoder.load_state_dict(
            {name[len(prefix) :]: value for name, value in saved.items() if name.startswith(prefix)}
        )
    else:
        network.encoder.load_imagenet()
    network.fold()
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    inside = {id(parameter) for parameter in network.encoder.parameters()}
    groups: dict[tuple[bool, bool], list[torch.nn.Parameter]] = {}
    for parameter in filter(lambda parameter: parameter.requires_grad, network.parameters()):
        groups.setdefault((id(parameter) in inside, parameter.ndim > 1), []).append(parameter)
    return network, torch.optim.AdamW(
        [
            {
                "params": parameters,
                "rate": ENCODER_RATE if encoder_side else HEAD_RATE,
                "weight_decay": DECAY if weight else 0.0,
            }
            for (encoder_side, weight), parameters in groups.items()
        ],
        lr=1e-3,
    )


def evaluate(state: dict[str, torch.Tensor], run: Run, photos: Sequence[Labelled], split: str) -> str:
    """The scores of a network's state on a split in one line."""
    network = PartsNetwork()
    network.fold()
    network.load_state_dict(state)
    network = network.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def raw(canvas: NDArray[np.float32]) -> NDArray[np.float32]:
        with torch.inference_mode():
            return np.asarray(network(torch.from_numpy(canvas))[0].numpy())

    chosen = [photo for photo in photos if photo.split == split]
    return score_parts(find_parts(raw, run.data, chosen, read_crops(run.crops), run.area)).line()


def _quiet_worker(_: int) -> None:
    cv2.setNumThreads(0)
    torch.set_num_threads(1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ml.training.parts", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("command", choices=("train", "evaluate"))
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TECHPACK_DATA", "../shared/data")))
    parser.add_argument("--out", type=Path, default=Path("var/training/parts"), help="checkpoints")
    parser.add_argument("--crops", type=Path, default=Path("var/training/silhouettes/crops.json"))
    parser.add_argument("--encoder", type=Path, default=Path("var/training/garment/garment.pt"))
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint in --out")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--steps", type=int, default=50, help="batches of an epoch")
    parser.add_argument("--area", type=int, default=512 * 512, help="pixels of the input")
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
        print(evaluate(saved["average"], run, read_labelled(run.data), options.split))
    return 0


if __name__ == "__main__":
    sys.exit(main())
