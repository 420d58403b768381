"""Export of the garment network: ONNX file, machine-readable card (JSON) and card for people (Markdown)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from ml.training.garment_network import GarmentNetwork
from ml.training.garment_scores import Scores
from ml.training.garment_types import CLASSES
from ml.training.onnx_export import write_onnx
from ml.vision.perception import NetworkFacts
from ml.vision.scene import SCENES

MULTIPLE = 32
TEMPLATE = Path(__file__).parent / "garment_card.md"
MEANING = {
    "hand": "corrected or confirmed by hand",
    "network": "drawn by an earlier network and accepted by eye",
    "good": "of the teacher judged good",
    "hanger": "of the teacher with the hanger left out of the loss",
    "holes": "of the teacher with gaps closed and their surroundings left out of the loss",
    "unreviewed": "of the teacher that passed automatic checks, at half weight",
    "pseudo": "drawn by an earlier network, at half weight",
}


def write_garment(state: Mapping[str, Tensor], path: Path) -> str:
    """Write the network and return the file's sha256. Raises ValueError as `write_onnx` does."""
    network = GarmentNetwork()
    network.load_state_dict(dict(state))
    plane = {0: "batch", 2: "height", 3: "width"}
    return write_onnx(network, path, ("mask", "type"), {"mask": plane, "type": {0: "batch"}})


def export_facts(area: int, temperature: float) -> NetworkFacts:
    """What the runtime must know to use the network."""
    return NetworkFacts(
        input="pixels",
        mask="mask",
        type="type",
        scene="scene",
        area=area,
        multiple=MULTIPLE,
        classes=CLASSES,
        scenes=SCENES,
        temperature=temperature,
        mask_threshold=0.5,
    )


@dataclass(frozen=True)
class Card:
    """What the card says about one exported network."""

    version: str
    sha256: str
    facts: NetworkFacts
    scores: tuple[Scores, ...]
    data: Mapping[str, Any]
    recipe: Sequence[Mapping[str, Any]]

    def to_json(self) -> dict[str, Any]:
        """The machine-readable card, as ml/registry.py and ml/vision/perception.py read it."""
        facts = self.facts
        return {
            "name": "garment",
            "version": self.version,
            "sha256": self.sha256,
            "licence": "AGPL-3.0-or-later; encoder initialised from Apache-2.0 weights",
            "input": {"name": facts.input, "area": facts.area, "multiple": facts.multiple},
            "preprocessing": "RGB 0-255 float32 NCHW, stretched to the input size; normalised in the graph",
            "outputs": {"mask": facts.mask, "type": facts.type},
            "classes": list(facts.classes),
            "temperature": facts.temperature,
            "mask_threshold": facts.mask_threshold,
            "data": dict(self.data),
            "recipe": [dict(stage) for stage in self.recipe],
            "scores": [asdict(score) for score in self.scores],
        }

    def to_markdown(self) -> str:
        """The card for people."""
        silhouettes = ", ".join(
            f"{count} {MEANING[name]}" for name, count in self.data["silhouettes"].items()
        )
        stages = "\n".join(
            f"- {s['epochs']} epochs of {s['steps']} batches of {s['size']} pictures of {s['area']} pixels"
            for s in self.recipe
        )
        rows = "\n".join(
            f"| {s.split} | {s.iou_median:.4f} | {s.iou_mean:.4f} | {s.iou_p10:.4f} | {s.iou_count}"
            f" | {s.label_top1:.3f} | {s.label_count} | {s.fine_top1:.3f} | {s.fine_count}"
            f" | {s.refused:.3f} | {s.refused_count} | {s.wrongly_refused:.3f} |"
            for s in self.scores
        )
        return TEMPLATE.read_text("utf-8").format(
            version=self.version,
            sha256=self.sha256,
            facts=self.facts,
            data=self.data,
            silhouettes=silhouettes,
            stages=stages,
            rows=rows,
            classes=len(self.facts.classes),
        )


def write_card(card: Card, folder: Path) -> None:
    """Write garment.json and garment.md next to garment.onnx."""
    text = json.dumps(card.to_json(), indent=2, ensure_ascii=False)
    (folder / "garment.json").write_text(text + "\n", "utf-8")
    (folder / "garment.md").write_text(card.to_markdown(), "utf-8")
