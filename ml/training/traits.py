"""Train and evaluate the traits network: type, view, sleeve, neck, closure and landmarks.

    python -m ml.training.traits train    --data DIR --out DIR [--resume] [--encoder garment.pt]
    python -m ml.training.traits evaluate --data DIR [--weights DIR] [--split val|test]
    python -m ml.training.traits export   --data DIR --out DIR [--weights DIR] [--version V] [--test]

`train` keeps a checkpoint of every epoch in `--out` and goes on from the last one with `--resume`.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ml.registry import WEIGHTS, read_card
from ml.training.crop_view import read_crops
from ml.training.fine_tuning import Run, channels_last, go_on, stages_done, start
from ml.training.garment_loop import Stage
from ml.training.parts_labels import read_labelled
from ml.training.traits_data import SIGMA, Known, TraitsBatch, TraitsPictures, read_known
from ml.training.traits_export import (
    best_spread,
    best_temperatures,
    card_json,
    embedding_basis,
    load_network,
    onnx_answer,
    torch_answer,
    write_card,
    write_traits,
)
from ml.training.traits_network import TraitsNetwork
from ml.training.traits_scores import score_traits, see
from ml.vision.perception import NOT_A_GARMENT
from ml.vision.traits import traits_facts

CHECKPOINT = "traits.pt"
# The second stage goes on with more labels, a little larger.
RECIPE = (
    Stage(epochs=16, steps=100, size=14, area=320 * 320, peak=1.0),
    Stage(epochs=22, steps=100, size=14, area=352 * 352, peak=0.6),
)
BY_EYE = 0.43  # share of a batch that is labelled by eye
ENCODER_RATE = 3e-4
HEAD_RATE = 1.2e-3
DECAY = 0.03
SCORE_EVERY = 4
EMBEDDING_PHOTOS = 1500
SMOOTHING = 0.08
# How much the losses count. The heat maps' loss is in nats over some 7,000 places.
SHARES = {"family": 1.0, "type": 0.7, "view": 0.1, "sleeve": 0.3, "neck": 0.3, "closure": 0.3}
HEAT_SHARE, SEEN_SHARE = 0.35, 0.5


def train(run: Run) -> None:
    """Train; every fourth epoch ends with a look at the val split."""
    network = TraitsNetwork()
    training = start(network, run, CHECKPOINT, encoder_rate=ENCODER_RATE, head_rate=HEAD_RATE, decay=DECAY)
    crops, photos = read_crops(run.crops), read_known(run.data, read_labelled(run.data))
    mine = [photo for photo in photos if photo.split == "train"]

    def pictures(stage: Stage, epoch: int) -> TraitsPictures:
        return TraitsPictures(
            run.data, mine, crops, area=stage.area, size=stage.size, by_eye=round(BY_EYE * stage.size),
            length=stage.steps, epoch=epoch,
        )  # fmt: skip

    go_on(
        training,
        run,
        pictures=pictures,
        losses=lambda batch: traits_losses(network, batch),
        material={"photos": len(mine), "by_eye": sum(photo.landmarks is not None for photo in mine)},
        score=lambda state: evaluate(state, run, photos, "val"),
        score_every=SCORE_EVERY,
    )


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
    chosen = [photo for photo in photos if photo.split == split]
    answer = torch_answer(channels_last(load_network(state)))
    return score_traits(see(answer, run.data, chosen, read_crops(run.crops), run.area)).line()


def export(run: Run, weights: Path, version: str, *, test: bool) -> None:
    """Write traits.onnx and its card from the last checkpoint; `test` also measures the test split."""
    saved = torch.load(run.out / CHECKPOINT, weights_only=True)
    weights.mkdir(parents=True, exist_ok=True)
    network, crops = load_network(saved["average"]), read_crops(run.crops)
    photos = read_known(run.data, read_labelled(run.data))
    answer = torch_answer(channels_last(network))
    garments = [p for p in photos if p.split == "train" and p.words.get("family") != (NOT_A_GARMENT,)]
    sample = garments[:: max(1, len(garments) // EMBEDDING_PHOTOS)]
    features = np.array([one.features for one in see(answer, run.data, sample, crops, run.area)])
    digest = write_traits(network, *embedding_basis(features.astype(np.float64)), weights / "traits.onnx")
    scores, temperatures, spread = {}, {}, (1.0, 0.005)
    for split in ("val", "test") if test else ("val",):
        seen = see(answer, run.data, [p for p in photos if p.split == split], crops, run.area)
        if split == "val":
            temperatures, spread = best_temperatures(seen), best_spread(seen)
        scores[split] = score_traits(seen)
        print(split, scores[split].line(), flush=True)
    card = card_json(
        version=version, sha256=digest, area=run.area, temperatures=temperatures, spread=spread,
        material=saved["material"], scores=scores,
        recipe=stages_done(run.recipe, saved["epoch"]),
    )  # fmt: skip
    write_card(card, weights)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ml.training.traits", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("command", choices=("train", "evaluate", "export"))
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TECHPACK_DATA", "../shared/data")))
    parser.add_argument("--out", type=Path, default=Path("var/training/traits"), help="checkpoints")
    parser.add_argument("--crops", type=Path, default=Path("var/training/silhouettes/crops.json"))
    parser.add_argument("--encoder", type=Path, default=Path("var/training/garment/garment.pt"))
    parser.add_argument("--threads", type=int, default=1, help="of torch")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint in --out")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder of traits.onnx and its card")
    parser.add_argument("--version", default="1.0.0", help="version written by export")
    parser.add_argument("--test", action="store_true", help="export: measure the test split too")
    parser.add_argument("--split", choices=("val", "test"), default="val")
    options = parser.parse_args(arguments)
    run = Run(options.data, options.out, options.crops, options.encoder, options.resume, RECIPE)
    torch.set_num_threads(options.threads)
    if options.command == "train":
        train(run)
    elif options.command == "export":
        export(run, options.weights, options.version, test=options.test)
    else:
        facts = traits_facts(read_card(options.weights, "traits"))
        chosen = [p for p in read_known(run.data, read_labelled(run.data)) if p.split == options.split]
        answer = onnx_answer(options.weights / "traits.onnx", facts)
        print(score_traits(see(answer, run.data, chosen, read_crops(run.crops), facts.area)).line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
