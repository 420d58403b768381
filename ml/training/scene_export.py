"""The scene head in the garment network's file and cards, and how good it is."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from ml.vision.refusal import refusal_by_scene
from ml.vision.scene import SCENES, Scene

OUTPUT = "scene"
TEMPLATE = Path(__file__).parent / "scene_card.md"
HEADING = "## Scene\n"

Layer = NDArray[np.float32]


@dataclass(frozen=True)
class SceneScore:
    """Pictures of one scene in one split, ``count`` of them, and what became of them.

    ``refused``: by the scene alone. ``taken_for``: the likeliest scene, by word.
    """

    split: str
    scene: str
    synthetic: bool
    count: int
    refused: int
    taken_for: Mapping[str, int]

    def row(self) -> str:
        """The score as a row of the card's table."""
        taken = ", ".join(f"{word} {count}" for word, count in self.taken_for.items())
        kind = "made" if self.synthetic else "real"
        return f"| {self.split} | {self.scene} | {kind} | {self.refused} of {self.count} | {taken} |"


def score_scenes(
    split: str, scenes: NDArray[np.int64], synthetic: NDArray[np.bool_], chances: NDArray[np.float64]
) -> list[SceneScore]:
    """What becomes of pictures by their chances (N, scenes): one score a scene, real ones first.

    ``scenes`` (N,) are indices of what they show, ``synthetic`` (N,) whether they were made.
    """
    scores = []
    for made in (False, True):
        for number, scene in enumerate(SCENES):
            mine = chances[(scenes == number) & (synthetic == made)]
            if not len(mine):
                continue
            seen = [Scene(dict(zip(SCENES, row, strict=True))) for row in mine.tolist()]
            refused = sum(refusal_by_scene(one) is not None for one in seen)
            taken = Counter(one.likeliest for one in seen)
            scores.append(SceneScore(split, scene, made, len(mine), refused, dict(taken.most_common())))
    return scores


def classifier_input(model: onnx.ModelProto) -> str:
    """The tensor that the type head reads: the pooled features. Raises ValueError when there is none."""
    for node in model.graph.node:
        if node.op_type == "Gemm" and "type" in node.output:
            return str(node.input[0])
    raise ValueError("the network has no linear layer that gives the type")


def write_head(weights: Path, weight: Layer, bias: Layer, version: str, scores: Sequence[SceneScore]) -> None:
    """Put a layer (scenes, F), (scenes,) into garment.onnx as output "scene", and say so in its cards."""
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
    digest = hashlib.sha256(content).hexdigest()
    card = json.loads((weights / "garment.json").read_text("utf-8"))
    text = (weights / "garment.md").read_text("utf-8").split(HEADING)[0]
    text = text.replace(card["version"], version, 1).replace(card["sha256"], digest).rstrip()
    rows = "\n".join(one.row() for one in scores)
    card |= {"version": version, "sha256": digest, "scenes": list(SCENES)}
    card["outputs"][OUTPUT] = OUTPUT
    card["scene_scores"] = [asdict(one) for one in scores]
    path.write_bytes(content)
    (weights / "garment.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", "utf-8")
    (weights / "garment.md").write_text(f"{text}\n\n{TEMPLATE.read_text('utf-8').format(rows=rows)}", "utf-8")


def _of_scene(item: object) -> bool:
    return str(getattr(item, "name", "")).split(".")[0] == OUTPUT
