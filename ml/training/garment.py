"""Train, evaluate and export the garment network.

    python -m ml.training.garment train    --data DIR --out DIR [--resume]
    python -m ml.training.garment evaluate --data DIR [--weights DIR] [--split val|test]
    python -m ml.training.garment export   --data DIR --out DIR [--weights DIR] [--version V] [--test]

`train` runs the recipe from the data folder alone, keeps a checkpoint of every epoch in `--out` and goes on
from the last one with `--resume`.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch

from ml.registry import WEIGHTS, read_card
from ml.training.garment_export import Card, export_facts, write_card, write_garment
from ml.training.garment_loop import CHECKPOINT, Run, train
from ml.training.garment_scores import best_temperature, confusions, observe, onnx_model, summarise
from ml.training.splits import Split
from ml.vision.perception import network_facts

EXPORT_AREA = 288 * 384
SOURCE = "Clothing Dataset (github.com/alexeygrigorev/clothing-dataset), CC0 1.0"


def evaluate(run: Run, weights: Path, split: Split) -> None:
    """Print the exported network's scores on a split, its mistakes in type, and its worst silhouettes."""
    seen = observe(
        onnx_model(weights / "garment.onnx", network_facts(read_card(weights, "garment"))), run.data, split
    )
    print(summarise(seen, split).line())
    for truth, found, count in confusions(seen)[:12]:
        print(f"  type: {truth} taken for {found}: {count}")
    drawn = [(o.iou, o.photo) for o in seen if o.iou is not None]
    for agreement, photo in sorted(drawn, key=lambda pair: pair[0])[:20]:
        print(f"  silhouette {agreement:.3f} {photo.image} ({photo.owner_label}, {photo.verdict})")


def export(run: Run, weights: Path, version: str, *, test: bool) -> None:
    """Write garment.onnx and its card from the last checkpoint; `test` also measures the test split."""
    saved = torch.load(run.out / CHECKPOINT, weights_only=True)
    weights.mkdir(parents=True, exist_ok=True)
    path = weights / "garment.onnx"
    digest = write_garment(saved["average"], path)
    plain = export_facts(EXPORT_AREA, 1.0)
    seen = observe(onnx_model(path, plain), run.data, "val")
    scores = [summarise(seen, "val")]
    if test:
        scores.append(summarise(observe(onnx_model(path, plain), run.data, "test"), "test"))
    data = {"source": SOURCE, **saved["material"]}
    facts = export_facts(EXPORT_AREA, best_temperature(seen))
    write_card(
        Card(version, digest, facts, tuple(scores), data, [asdict(stage) for stage in run.recipe]), weights
    )
    for score in scores:
        print(score.line())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ml.training.garment", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("command", choices=("train", "evaluate", "export"))
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TECHPACK_DATA", "../shared/data")))
    parser.add_argument("--out", type=Path, default=Path("var/training/garment"), help="checkpoints")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder of garment.onnx and its card")
    parser.add_argument("--split", choices=("val", "test"), default="val")
    parser.add_argument("--pseudo", type=Path, help="folder of masks made by an earlier model")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint in --out")
    parser.add_argument("--version", default="1.0.0", help="version written by export")
    parser.add_argument("--test", action="store_true", help="export: measure the test split too")
    options = parser.parse_args(arguments)
    run = Run(options.data, options.out, options.resume, options.pseudo)
    if options.command == "train":
        train(run)
    elif options.command == "evaluate":
        evaluate(run, options.weights, options.split)
    else:
        export(run, options.weights, options.version, test=options.test)
    return 0


if __name__ == "__main__":
    sys.exit(main())
