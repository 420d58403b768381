"""Fit the scene head of the garment network: what the photo shows as a whole.

    python -m ml.training.scene_head --data DIR --refusals DIR --out DIR --version V [--weights DIR]

The network stays as it is; one linear layer on its pooled features tells single garments from several, worn
ones, screenshots, drawings and what is no garment. Photos, collected pictures (`refusal_pictures`)
and synthetic ones (`scenes`) are seen once each; their features are kept in `--out`.
"""

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from torch import nn
from torch.nn import functional

from ml.registry import WEIGHTS, read_card
from ml.training.scenes import SCENES, SceneMaker, read_scenes, read_wardrobe
from ml.training.splits import SPLITS, Split
from ml.vision.perception import network_facts, network_input
from ml.vision.photo import Pixels, open_photo, shrink

OUTPUT = "scene"
LONGEST = 1280
SYNTHETIC = {"train": 800, "val": 150, "test": 150}
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


def classifier_input(model: onnx.ModelProto) -> str:
    """The tensor that the type head reads: the pooled features. Raises ValueError when there is none."""
    for node in model.graph.node:
        if node.op_type == "Gemm" and "type" in node.output:
            return str(node.input[0])
    raise ValueError("the network has no linear layer that gives the type")


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
        self.facts = network_facts(read_card(weights, "garment"))

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
    maker = SceneMaker(read_wardrobe(data, silhouettes, split))
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


def write_head(weights: Path, weight: Features, bias: Features, version: str) -> None:
    """Put the layer into garment.onnx as output "scene", and say so in its card, in place."""
    path = weights / "garment.onnx"
    model = onnx.load(str(path))
    for repeated in (model.graph.node, model.graph.output, model.graph.initializer):
        for item in [item for item in repeated if _of_scene(item)]:
            repeated.remove(item)
    names = [f"{OUTPUT}.weight", f"{OUTPUT}.bias"]
    model.graph.initializer.extend(
        numpy_helper.from_array(value, name) for name, value in zip(names, (weight, bias), strict=True)
    )
    model.graph.node.append(
        helper.make_node("Gemm", [classifier_input(model), *names], [OUTPUT], name=OUTPUT, transB=1)
    )
    model.graph.output.append(
        helper.make_tensor_value_info(OUTPUT, onnx.TensorProto.FLOAT, ["batch", len(SCENES)])
    )
    onnx.checker.check_model(model)
    content = model.SerializeToString()
    card = json.loads((weights / "garment.json").read_text("utf-8"))
    card |= {"version": version, "sha256": hashlib.sha256(content).hexdigest(), "scenes": list(SCENES)}
    card["outputs"][OUTPUT] = OUTPUT
    path.write_bytes(content)
    (weights / "garment.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _of_scene(item: object) -> bool:
    return str(getattr(item, "name", "")).split(".")[0] == OUTPUT


def chances(material: SceneSet, weight: Features, bias: Features) -> NDArray[np.float64]:
    """Chances (N, scenes) by the layer."""
    logits = (material.features @ weight.T + bias).astype(np.float64)
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def report(name: str, material: SceneSet, told: NDArray[np.float64]) -> None:
    """Print how many of each scene are refused (single below one half) and what they are taken for."""
    for synthetic in (False, True):
        for number, scene in enumerate(SCENES):
            mine = (material.scenes == number) & (material.synthetic == synthetic)
            if not mine.any():
                continue
            taken = np.bincount(told[mine].argmax(axis=1), minlength=len(SCENES))
            refused = float((told[mine, 0] < 0.5).mean())
            words = ", ".join(f"{SCENES[at]} {count}" for at, count in enumerate(taken) if count)
            kind = "synthetic" if synthetic else "real"
            print(f"{name} {kind} {scene}: {int(mine.sum())}, not single {refused:.3f}; taken for {words}")


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
    for split, material in sets.items():
        report(split, material, chances(material, weight, bias))
    if options.version:
        write_head(options.weights, weight, bias, options.version)
    return 0


if __name__ == "__main__":
    sys.exit(main())
