"""Export of the parts detector: ONNX file, calibration, machine-readable card and card for people."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from ml.training.fine_tuning import stages_text
from ml.training.onnx_export import INPUT, write_onnx
from ml.training.parts_labels import PARTS
from ml.training.parts_network import PartsNetwork
from ml.training.parts_scores import Found, PartsScore, hits_of_kind

OUTPUT = "parts"
TEMPLATE = Path(__file__).parent / "parts_card.md"
# A find is reported from this confidence on: low, as the product shows the sure ones alone. Buttons are many
# and small, so strays cost more there.
LEAST_CONFIDENCE = {"button": 0.3}
LEAST_CONFIDENCE_ELSE = 0.02
# Strength of the pull of a kind's calibration towards that of all kinds, in finds.
PULL = 10.0


def write_parts(state: Mapping[str, Tensor], path: Path) -> str:
    """Write the detector and return the file's sha256. Raises ValueError as `write_onnx` does."""
    network = PartsNetwork()
    network.fold()
    network.load_state_dict(dict(state))
    for head in network.model:
        vars(head).update(export=True, dynamic=True)
    return write_onnx(network, path, (OUTPUT,), {OUTPUT: {0: "batch", 2: "anchors"}})


def fit_calibration(found: Sequence[Found]) -> dict[str, tuple[float, float]]:
    """Slope and offset of every kind that make its raw scores the shares of right finds (Platt 1999).

    One slope and offset are fitted over all kinds; each kind's offset is then moved, held back by PULL.
    """
    kinds = [hits_of_kind(found, kind) for kind in range(len(PARTS))]
    logits = [np.log(np.clip(s, 1e-6, 1 - 1e-6) / (1 - np.clip(s, 1e-6, 1 - 1e-6))) for _, s in kinds]
    hits = [h.astype(np.float64) for h, _ in kinds]
    everything, truth = np.concatenate(logits), np.concatenate(hits)
    slope, offset = 1.0, 0.0
    for _ in range(100):
        chance = 1 / (1 + np.exp(-(slope * everything + offset)))
        weight = chance * (1 - chance)
        design = np.stack([everything, np.ones_like(everything)])
        gradient = design @ (truth - chance)
        hessian = (design * weight) @ design.T + 1e-6 * np.eye(2)
        slope, offset = np.array([slope, offset]) + np.linalg.solve(hessian, gradient)
    calibration = {}
    for name, values, right in zip(PARTS, logits, hits, strict=True):
        own = 0.0
        for _ in range(50):
            chance = 1 / (1 + np.exp(-(slope * values + offset + own)))
            pull = PULL * 0.05
            own += ((right - chance).sum() - pull * own) / ((chance * (1 - chance)).sum() + pull)
        calibration[name] = (round(float(slope), 4), round(float(offset + own), 4))
    return calibration


def card_json(
    *,
    version: str,
    sha256: str,
    area: int,
    calibration: Mapping[str, tuple[float, float]],
    material: Mapping[str, Any],
    recipe: Sequence[Mapping[str, Any]],
    scores: Mapping[str, PartsScore],
) -> dict[str, Any]:
    """The machine-readable card, as ml/registry.py and ml/vision/parts_detector.py read it."""
    return {
        "name": "parts",
        "version": version,
        "sha256": sha256,
        "licence": "AGPL-3.0-or-later; head by ultralytics (AGPL-3.0), encoder from Apache-2.0 weights",
        "input": {"name": INPUT, "area": area, "multiple": 32},
        "preprocessing": "the garment's crop, RGB 0-255 float32 NCHW, stretched; normalised in the graph",
        "outputs": {"parts": OUTPUT},
        "kinds": list(PARTS),
        "thresholds": {kind: LEAST_CONFIDENCE.get(kind, LEAST_CONFIDENCE_ELSE) for kind in PARTS},
        "calibration": {kind: list(pair) for kind, pair in calibration.items()},
        "data": dict(material),
        "recipe": [dict(stage) for stage in recipe],
        "scores": [
            {"split": split, "map50": round(score.mean, 4), **asdict(score)}
            for split, score in scores.items()
        ],
    }


def write_card(card: Mapping[str, Any], folder: Path) -> None:
    """Write parts.json and parts.md next to parts.onnx."""
    (folder / "parts.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", "utf-8")
    (folder / "parts.md").write_text(card_markdown(card), "utf-8")


def card_markdown(card: Mapping[str, Any]) -> str:
    """The card for people."""
    kinds = card["kinds"]
    splits = card["scores"]
    head = "| kind | " + " | ".join(f"{s['split']} AP50 (labels)" for s in splits) + " |"
    rows = [head, "|---" * (len(splits) + 1) + "|"]
    for kind in kinds:
        cells = [
            f"{s['precision'][kind]:.3f} ({s['counts'][kind]})" if kind in s["precision"] else "–"
            for s in splits
        ]
        rows.append(f"| {kind} | " + " | ".join(cells) + " |")
    rows.append(
        "| **mean** | " + " | ".join(f"**{s['map50']:.3f}** ({s['photos']} photos)" for s in splits) + " |"
    )
    rows.append(
        "| button F1, centre within 2 % | " + " | ".join(f"{s['button_f1']:.3f}" for s in splits) + " |"
    )
    return TEMPLATE.read_text("utf-8").format(
        card=card, rows="\n".join(rows), data=card["data"], stages=stages_text(card["recipe"])
    )
