"""Train, evaluate and export the parts detector (needs the packages of the `training` extra).

    python -m ml.training.parts train    --data DIR --out DIR [--resume] [--encoder garment.pt]
    python -m ml.training.parts evaluate --data DIR [--weights DIR] [--split val|test]
    python -m ml.training.parts export   --data DIR --out DIR [--weights DIR] [--version V] [--test]

`train` keeps a checkpoint of every epoch in `--out` and goes on from the last one with `--resume`.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from ml.registry import WEIGHTS, read_card
from ml.training.crop_view import read_crops
from ml.training.fine_tuning import Run, channels_last, go_on, stages_done, start
from ml.training.garment_loop import Stage
from ml.training.parts_data import PartsBatch, PartsPictures
from ml.training.parts_export import card_json, fit_calibration, write_card, write_parts
from ml.training.parts_labels import Labelled, read_labelled
from ml.training.parts_network import PartsNetwork, detection_loss
from ml.training.parts_scores import find_parts, onnx_raw, score_parts
from ml.vision.parts_detector import detector_facts

CHECKPOINT = "parts.pt"
# The second stage goes on with more labels, at the size of run time.
RECIPE = (
    Stage(epochs=36, steps=50, size=8, area=448 * 448, peak=1.0),
    Stage(epochs=40, steps=50, size=8, area=544 * 544, peak=0.6),
)
ENCODER_RATE = 4e-4
HEAD_RATE = 1.6e-3
DECAY = 0.02
SCORE_EVERY = 6


def train(run: Run) -> None:
    """Train; every sixth epoch ends with a look at the val split."""
    network = PartsNetwork()
    training = start(network, run, CHECKPOINT, encoder_rate=ENCODER_RATE, head_rate=HEAD_RATE, decay=DECAY)
    crops, photos, loss = read_crops(run.crops), read_labelled(run.data), detection_loss(network)
    mine = [photo for photo in photos if photo.split == "train"]

    def pictures(stage: Stage, epoch: int) -> PartsPictures:
        return PartsPictures(
            run.data, mine, crops, area=stage.area, size=stage.size, length=stage.steps, epoch=epoch
        )

    def losses(batch: PartsBatch) -> dict[str, torch.Tensor]:
        found = network(batch.pixels.contiguous(memory_format=torch.channels_last))
        targets = {"batch_idx": batch.index, "cls": batch.kinds, "bboxes": batch.boxes}
        total, _ = loss(found, targets)
        return dict(zip(("box", "class", "l1"), total / len(batch.pixels), strict=True))

    go_on(
        training,
        run,
        pictures=pictures,
        losses=losses,
        material={"photos": len(mine), "senders": len({photo.sender for photo in mine})},
        score=lambda state: evaluate(state, run, photos, "val"),
        score_every=SCORE_EVERY,
    )


def evaluate(state: Mapping[str, torch.Tensor], run: Run, photos: Sequence[Labelled], split: str) -> str:
    """The scores of a network's state on a split in one line."""
    network = PartsNetwork()
    network.fold()
    network.load_state_dict(dict(state))
    network = channels_last(network.eval())

    def raw(canvas: NDArray[np.float32]) -> NDArray[np.float32]:
        with torch.inference_mode():
            return np.asarray(network(torch.from_numpy(canvas)).numpy())

    chosen = [photo for photo in photos if photo.split == split]
    return score_parts(find_parts(raw, run.data, chosen, read_crops(run.crops), run.area)).line()


def export(run: Run, weights: Path, version: str, area: int, *, test: bool) -> None:
    """Write parts.onnx and its card from the last checkpoint; `test` also measures the test split."""
    saved = torch.load(run.out / CHECKPOINT, weights_only=True)
    weights.mkdir(parents=True, exist_ok=True)
    path = weights / "parts.onnx"
    digest = write_parts(saved["average"], path)
    photos, crops = read_labelled(run.data), read_crops(run.crops)
    raw = onnx_raw(path)
    scores, calibration = {}, {}
    for split in ("val", "test") if test else ("val",):
        found = find_parts(raw, run.data, [p for p in photos if p.split == split], crops, area)
        scores[split] = score_parts(found)
        if split == "val":
            calibration = fit_calibration(found)
        print(split, scores[split].line(), flush=True)
    card = card_json(
        version=version, sha256=digest, area=area, calibration=calibration, material=saved["material"],
        recipe=stages_done(run.recipe, saved["epoch"]),
        scores=scores,
    )  # fmt: skip
    write_card(card, weights)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ml.training.parts", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("command", choices=("train", "evaluate", "export"))
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TECHPACK_DATA", "../shared/data")))
    parser.add_argument("--out", type=Path, default=Path("var/training/parts"), help="checkpoints")
    parser.add_argument("--crops", type=Path, default=Path("var/training/silhouettes/crops.json"))
    parser.add_argument("--encoder", type=Path, default=Path("var/training/garment/garment.pt"))
    parser.add_argument("--threads", type=int, default=1, help="of torch")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint in --out")
    parser.add_argument("--input-area", type=int, default=512 * 512, help="export: pixels at run time")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder of parts.onnx and its card")
    parser.add_argument("--version", default="1.0.0", help="version written by export")
    parser.add_argument("--test", action="store_true", help="export: measure the test split too")
    parser.add_argument("--split", choices=("val", "test"), default="val")
    options = parser.parse_args(arguments)
    run = Run(options.data, options.out, options.crops, options.encoder, options.resume, RECIPE)
    torch.set_num_threads(options.threads)
    if options.command == "train":
        train(run)
    elif options.command == "export":
        export(run, options.weights, options.version, options.input_area, test=options.test)
    else:
        area = detector_facts(read_card(options.weights, "parts")).area
        chosen = [photo for photo in read_labelled(run.data) if photo.split == options.split]
        raw = onnx_raw(options.weights / "parts.onnx")
        print(score_parts(find_parts(raw, run.data, chosen, read_crops(run.crops), area)).line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
