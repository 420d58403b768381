"""Fit the scene head of the garment network: what the photo shows as a whole.

    python -m ml.training.scene_head --data DIR --refusals DIR --out DIR --version V [--weights DIR]

The network stays as it is; one linear layer on its pooled features tells single garments from several, worn
ones, screenshots, drawings and what is no garment. Photos, collected pictures (`refusal_pictures`)
and synthetic ones (`scenes`) are seen once each; their features are kept in `--out`.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import helper
from torch import nn
from torch.nn import functional

from ml.registry import WEIGHTS, read_card
from ml.training.scene_export import SceneScore, classifier_input, score_scenes, write_head
from ml.training.scenes import SceneMaker, portraits, read_scenes, read_wardrobe
from ml.training.splits import SPLITS, Split
from ml.vision.perception import network_facts, network_input
from ml.vision.photo import Pixels, open_photo, shrink
from ml.vision.scene import SCENES

LONGEST = 1280
SYNTHETIC = {"train": 1200, "val": 150, "test": 150}
STEPS, BATCH, RATE, DECAY, DROPOUT = 3000, 256, 1e-3, 0.1, 0.3
SMOOTHING = 0.03

Features = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class SceneSet:
    """Features (N, F) of pictures, their scenes (N,) as indices, whether synthetic (N,), and names (N,)."""

    features: Features
    scenes: NDArray[np.int64]
    synthetic: NDArray[np.bool_]
    names: NDArray[np.str_]


class FeatureReader:
    """The pooled features of a picture as the garment network sees it."""

    def __init__(self, weights: Path) -> None:
        model = onnx.load(str(weights / "garment.onnx"))
        self.tensor = classifier_input(model)
        model.graph.output.append(helper.make_tensor_value_info(self.tensor, onnx.TensorProto.FLOAT, None))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        card = read_card(weights, "garment")
        self.facts = network_facts(replace(card, facts={**card.facts, "scenes": SCENES}))

    def read(self, pixels: Pixels) -> Features:
        """Features (F,) of H×W×3 uint8 sRGB."""
        canvas = network_input(shrink(pixels, LONGEST), self.facts)
        return np.asarray(self.session.run([self.tensor], {self.facts.input: canvas})[0][0], np.float32)


def gather(data: Path, refusals: Path, silhouettes: Path, split: Split, reader: FeatureReader) -> SceneSet:
    """Features of all pictures of a split and of its synthetic scenes."""
    rows: list[tuple[Features, str, bool, str]] = []
    for path, scene, its_split in read_scenes(data, refusals):
        if its_split == split:
            rows.append((reader.read(open_photo(path).pixels), scene, False, path.stem))
    maker = SceneMaker(read_wardrobe(data, silhouettes, split), portraits(refusals, split))
    for number in range(SYNTHETIC[split]):
        pixels, scene = maker.make(number + 100_000 * SPLITS.index(split))
        rows.append((reader.read(pixels), scene, True, f"synthetic-{number}"))
    features, scenes, synthetic, names = zip(*rows, strict=True)
    return SceneSet(
        np.stack(features),
        np.array([SCENES.index(scene) for scene in scenes], np.int64),
        np.array(synthetic, np.bool_),
        np.array(names, np.str_),
    )


def kept(file: Path, make: Iterator[SceneSet]) -> SceneSet:
    """The set in a file, or the next of `make`, written there."""
    if not file.exists():
        made = next(make)
        np.savez(file, features=made.features, scenes=made.scenes, synthetic=made.synthetic, names=made.names)
    with np.load(file) as saved:
        return SceneSet(saved["features"], saved["scenes"], saved["synthetic"], saved["names"])


def fit(material: SceneSet) -> tuple[Features, Features]:
    """Weight (scenes, F) and bias (scenes,) of the layer, every scene drawn as often as the others."""
    torch.manual_seed(5)
    features, scenes = torch.from_numpy(material.features), torch.from_numpy(material.scenes)
    counts = np.bincount(material.scenes, minlength=len(SCENES))
    weights = torch.from_numpy(counts[material.scenes] ** -0.5)
    layer, dropout = nn.Linear(features.shape[1], len(SCENES)), nn.Dropout(DROPOUT)
    optimizer = torch.optim.AdamW(layer.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    for _ in range(STEPS):
        rows = torch.multinomial(weights, BATCH, replacement=True)
        loss = functional.cross_entropy(
            layer(dropout(features[rows])), scenes[rows], label_smoothing=SMOOTHING
        )
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
    return layer.weight.detach().numpy(), layer.bias.detach().numpy()


def chances(material: SceneSet, weight: Features, bias: Features) -> NDArray[np.float64]:
    """Chances (N, scenes) by the layer."""
    logits = (material.features @ weight.T + bias).astype(np.float64)
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ml.training.scene_head", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TECHPACK_DATA", "../shared/data")))
    parser.add_argument("--refusals", type=Path, default=Path("var/training/refusals"))
    parser.add_argument("--silhouettes", type=Path, default=Path("var/training/silhouettes"))
    parser.add_argument(
        "--out", type=Path, default=Path("var/training/scenes"), help="features are kept here"
    )
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--version", help="version of the garment network with this head; none: only score")
    parser.add_argument("--test", action="store_true", help="score the test split too")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    reader = FeatureReader(options.weights)
    sets = {}
    for split in SPLITS if options.test else ("train", "val"):
        make = (gather(options.data, options.refusals, options.silhouettes, one, reader) for one in (split,))
        sets[split] = kept(options.out / f"{split}.npz", make)
    weight, bias = fit(sets["train"])
    scores = []
    for split, material in sets.items():
        told = chances(material, weight, bias)
        scores += score_scenes(split, material.scenes, material.synthetic, told)
    print(*map(SceneScore.row, scores), sep="\n")
    if options.version:
        held_out = [one for one in scores if one.split != "train"]
        write_head(options.weights, weight, bias, options.version, held_out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
