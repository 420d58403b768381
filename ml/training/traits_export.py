"""Export of the traits network: ONNX file with embedding, calibration, and the cards."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ml.training.fine_tuning import stages_text
from ml.training.onnx_export import INPUT, write_onnx
from ml.training.parts_sheet import LANDMARKS
from ml.training.traits_network import FEATURES, HEADS, MEMBERS, TraitsNetwork
from ml.training.traits_scores import Seen, TraitsScore
from ml.vision.traits import OUTPUTS, Answer, TraitsFacts, mean_answer, split_answers

EMBEDDING = 256
WHITENING = 0.5  # power of the variances that components are divided by: 0 none, 1 full
SEEN_FROM = 0.2
TEMPERATURES = np.exp(np.linspace(np.log(0.4), np.log(3.0), 60))
TEMPLATE = Path(__file__).parent / "traits_card.md"


class TraitsExport(nn.Module):
    """The network with its words in one output and the embedding in place of the features."""

    middle: Tensor
    basis: Tensor

    def __init__(self, network: TraitsNetwork, middle: Tensor, basis: Tensor) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("middle", middle)
        self.register_buffer("basis", basis)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        words, seen, heat, features = self.network(pixels)
        vector = (features - self.middle) @ self.basis
        embedding = vector / torch.sqrt((vector * vector).sum(dim=1, keepdim=True) + 1e-12)
        return torch.cat([words[name] for name in HEADS], dim=1), seen, heat, embedding


def embedding_basis(features: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean (F,) and basis (F, 256) of the principal components of features (N, F), half whitened.

    Raises ValueError for fewer photos than components.
    """
    if len(features) < EMBEDDING:
        raise ValueError(f"at least {EMBEDDING} photos are needed for an embedding of {EMBEDDING} numbers")
    middle = features.mean(axis=0)
    _, values, components = np.linalg.svd(features - middle, full_matrices=False)
    deviations = values[:EMBEDDING] / np.sqrt(len(features))
    return middle, (components[:EMBEDDING] / np.maximum(deviations, 1e-6)[:, None] ** WHITENING).T


def load_network(state: Mapping[str, Tensor]) -> TraitsNetwork:
    """The trained network, ready to be asked."""
    network = TraitsNetwork()
    network.fold()
    network.load_state_dict(dict(state))
    return network.eval()


def torch_answer(network: TraitsNetwork) -> Callable[[NDArray[np.float32]], Answer]:
    """The network as a function from 1×3×h×w to its answer over the crop and its mirror image, as at run
    time; the features stand for the embedding.
    """

    def answer(canvas: NDArray[np.float32]) -> Answer:
        both = np.concatenate([canvas, canvas[..., ::-1]])
        with torch.inference_mode():
            words, seen, heat, features = network(torch.from_numpy(both))
        return mean_answer(
            [
                Answer(
                    {name: words[name][number].numpy() for name in HEADS},
                    seen[number].numpy(),
                    heat[number].numpy(),
                    features[number].numpy(),
                )
                for number in (0, 1)
            ],
            LANDMARKS,
        )

    return answer


def write_traits(
    network: TraitsNetwork, middle: NDArray[np.float64], basis: NDArray[np.float64], path: Path
) -> str:
    """Write the network and return the file's sha256. Raises ValueError as `write_onnx` does."""
    if middle.shape != (FEATURES,) or basis.shape != (FEATURES, EMBEDDING):
        raise ValueError("the embedding's basis does not fit the network's features")
    export = TraitsExport(network, torch.from_numpy(middle).float(), torch.from_numpy(basis).float())
    heat = {0: "batch", 2: "rows", 3: "columns"}
    axes = {name: {0: "batch"} for name in OUTPUTS} | {"heat": heat}
    return write_onnx(export, path, OUTPUTS, axes)


def onnx_answer(path: Path, facts: TraitsFacts) -> Callable[[NDArray[np.float32]], Answer]:
    """The exported network as a function from 1×3×h×w to its answer."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def answer(canvas: NDArray[np.float32]) -> Answer:
        both = np.concatenate([canvas, canvas[..., ::-1]])
        raw = dict(zip(OUTPUTS, session.run(OUTPUTS, {INPUT: both}), strict=True))
        return mean_answer(split_answers(raw, facts), facts.landmarks)

    return answer


def best_temperatures(seen: Sequence[Seen]) -> dict[str, float]:
    """The temperature of every head that makes its answers on photos of known words likeliest."""
    best = {}
    for head, options in HEADS.items():
        known = [one for one in seen if one.photo.words.get(head)]
        allowed = np.array([np.isin(options, one.photo.words[head]) for one in known])
        logits = np.array([np.log(np.maximum(one.chances[head], 1e-12)) for one in known])
        if not len(known):
            best[head] = 1.0
            continue
        losses = []
        for temperature in TEMPERATURES:
            scaled = np.exp(logits / temperature)
            chances = scaled / scaled.sum(axis=1, keepdims=True)
            losses.append(-np.log(np.maximum((chances * allowed).sum(axis=1), 1e-9)).mean())
        best[head] = round(float(TEMPERATURES[int(np.argmin(losses))]), 3)
    return best


def best_spread(seen: Sequence[Seen]) -> tuple[float, float]:
    """Factor of the heat maps' spread and floor (share of the crop's diagonal) that make the landmarks'
    errors likeliest under normal distributions, the worst 3 % of them aside.
    """
    rows = [
        (np.sum((one.points[number] - one.truth[name]) ** 2) / 2, one.spread[number], one.diagonal)
        for one in seen
        for number, name in enumerate(LANDMARKS)
        if name in one.truth
    ]
    square, spread, diagonal = (np.array(column) for column in zip(*rows, strict=True))
    best, least = (1.0, 0.005), np.inf
    for factor in np.linspace(0.2, 2.5, 47):
        for floor in np.linspace(0.001, 0.02, 39):
            variance = (factor * spread) ** 2 + (floor * diagonal) ** 2
            losses = np.log(variance) + square / variance
            loss = float(np.sort(losses)[: round(0.97 * len(losses))].mean())
            if loss < least:
                best, least = (round(float(factor), 3), round(float(floor), 4)), loss
    return best


def card_json(
    *,
    version: str,
    sha256: str,
    area: int,
    temperatures: Mapping[str, float],
    spread: tuple[float, float],
    material: Mapping[str, Any],
    recipe: Sequence[Mapping[str, Any]],
    scores: Mapping[str, TraitsScore],
) -> dict[str, Any]:
    """The machine-readable card, as ml/registry.py and ml/vision/traits.py read it."""
    return {
        "name": "traits",
        "version": version,
        "sha256": sha256,
        "licence": "AGPL-3.0-or-later; encoder initialised from Apache-2.0 weights",
        "input": {"name": INPUT, "area": area, "multiple": 32},
        "preprocessing": "the garment's crop, RGB 0-255 float32 NCHW, stretched; normalised in the graph",
        "outputs": {name: name for name in OUTPUTS},
        "heads": {name: list(words) for name, words in HEADS.items()},
        "temperatures": dict(temperatures),
        "members": {name: list(types) for name, types in MEMBERS.items()},
        "landmarks": list(LANDMARKS),
        "spread": list(spread),
        "seen_from": SEEN_FROM,
        "embedding": EMBEDDING,
        "data": dict(material),
        "recipe": [dict(stage) for stage in recipe],
        "scores": [{"split": split, "shares": dict(score.shares)} for split, score in scores.items()],
    }


def write_card(card: Mapping[str, Any], folder: Path) -> None:
    """Write traits.json and traits.md next to traits.onnx."""
    (folder / "traits.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", "utf-8")
    names = list(dict.fromkeys(name for score in card["scores"] for name in score["shares"]))
    rows = ["| | " + " | ".join(score["split"] for score in card["scores"]) + " |"]
    rows.append("|---" * (len(card["scores"]) + 1) + "|")
    for name in names:
        cells = [
            f"{score['shares'][name][0]:.3f} ({score['shares'][name][1]})" if name in score["shares"] else "–"
            for score in card["scores"]
        ]
        rows.append(f"| {name} | " + " | ".join(cells) + " |")
    text = TEMPLATE.read_text("utf-8").format(
        card=card, data=card["data"], stages=stages_text(card["recipe"]), rows="\n".join(rows)
    )
    (folder / "traits.md").write_text(text, "utf-8")
