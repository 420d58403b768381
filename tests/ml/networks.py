"""Small real ONNX networks, built by code, for tests that need model files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from ml.vision.landmarks import LANDMARKS
from ml.vision.parts import PART_KINDS
from ml.vision.scene import SCENES
from ml.vision.traits import other_side

CLASSES = ["t-shirt", "pants", "dress", "jacket", "other", "not_a_garment"]
HEADS = {
    "type": CLASSES,
    "view": ["front", "back"],
    "sleeve": ["short", "long", "none"],
    "neck": ["crew", "v"],
    "closure": ["none", "buttons"],
    "family": ["T-Shirt", "Pants", "Outwear", "not_a_garment"],
}
MEMBERS = {
    "T-Shirt": ["t-shirt", "dress"],
    "Pants": ["pants"],
    "Outwear": ["jacket", "other"],
    "not_a_garment": ["not_a_garment"],
}
OUTPUTS = ("words", "seen", "heat", "embedding")
PICTURE = ["batch", 3, "height", "width"]


def _serialised(
    name: str,
    nodes: Sequence[Any],
    outputs: Mapping[str, Sequence[int | str]],
    constants: Mapping[str, NDArray[Any]],
) -> bytes:
    graph = helper.make_graph(
        list(nodes),
        name,
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, PICTURE)],
        [
            helper.make_tensor_value_info(out, TensorProto.FLOAT, list(shape))
            for out, shape in outputs.items()
        ],
        [numpy_helper.from_array(value, constant) for constant, value in constants.items()],
    )
    opsets = [helper.make_opsetid("", 17)]
    return bytes(helper.make_model(graph, opset_imports=opsets, ir_version=9).SerializeToString())


def _write(folder: Path, name: str, content: bytes, facts: Mapping[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.onnx").write_bytes(content)
    card = {"name": name, "version": "0.0.1", "sha256": hashlib.sha256(content).hexdigest(), **facts}
    (folder / f"{name}.json").write_text(json.dumps(card), "utf-8")
    return folder


def brightness_network(*, bright_is_garment: bool, type_logits: list[float], scene: str) -> bytes:
    """A network with the garment network's face that calls dark (or bright) pixels garment.

    Mask logit = ±(mean of RGB − 128) / 8; type logits and scene are the given ones, whatever the picture.
    """
    sign = 1.0 if bright_is_garment else -1.0
    return _serialised(
        "brightness",
        [
            helper.make_node("Conv", ["pixels", "weight", "bias"], ["mask"]),
            helper.make_node("Identity", ["types"], ["type"]),
            helper.make_node("Identity", ["scenes"], ["scene"]),
        ],
        {"mask": [1, 1, "height", "width"], "type": [1, len(type_logits)], "scene": [1, len(SCENES)]},
        {
            "weight": np.full((1, 3, 1, 1), sign / 24.0, np.float32),
            "bias": np.array([-sign * 16.0], np.float32),
            "types": np.array([type_logits], np.float32),
            "scenes": np.array([[8.0 if word == scene else 0.0 for word in SCENES]], np.float32),
        },
    )


def write_garment_model(
    folder: Path,
    *,
    bright_is_garment: bool = False,
    logits: list[float] | None = None,
    scene: str = "single",
    **card: Any,
) -> Path:
    """Writes garment.onnx and garment.json into ``folder``; ``card`` overrides fields of the card."""
    content = brightness_network(
        bright_is_garment=bright_is_garment,
        type_logits=logits or [6.0, 1.0, 0.0, 0.0, 0.0, -2.0],
        scene=scene,
    )
    facts = {
        "input": {"name": "pixels", "area": 160 * 160, "multiple": 32},
        "classes": CLASSES,
        "scenes": SCENES,
        "temperature": 1.0,
    }
    return _write(folder, "garment", content, {**facts, **card})


def write_traits_model(
    folder: Path,
    *,
    words: Mapping[str, str] | None = None,
    points: Mapping[str, tuple[int, int]] | None = None,
    cells: tuple[int, int] = (40, 40),
    **card: Any,
) -> Path:
    """Writes traits.onnx and traits.json: constant answers for any picture and its mirror image.

    ``words``: the word of each head that is said (t-shirt, front, short, crew, none without). ``points``:
    column and row of each visible landmark in a heat map of ``cells`` (rows, columns).
    """
    said = {
        "type": "t-shirt",
        "family": "T-Shirt",
        **{head: HEADS[head][0] for head in HEADS},
        **(words or {}),
    }
    logits = [8.0 if word == said[head] else 0.0 for head, options in HEADS.items() for word in options]
    seen = np.full((2, len(LANDMARKS)), -6.0, np.float32)
    heat = np.zeros((2, len(LANDMARKS), *cells), np.float32)
    for name, (column, row) in (points or {}).items():
        number, other = LANDMARKS.index(name), LANDMARKS.index(other_side(name))
        seen[0, number], heat[0, number, row, column] = 6.0, 25.0
        seen[1, other], heat[1, other, row, cells[1] - 1 - column] = 6.0, 25.0
    content = _serialised(
        "constant",
        [helper.make_node("Identity", [f"{name}_value"], [name]) for name in OUTPUTS],
        {
            "words": [2, len(logits)],
            "seen": [2, len(LANDMARKS)],
            "heat": [2, len(LANDMARKS), *cells],
            "embedding": [2, 256],
        },
        {
            "words_value": np.array([logits, logits], np.float32),
            "seen_value": seen,
            "heat_value": heat,
            "embedding_value": np.full((2, 256), 1 / 16, np.float32),
        },
    )
    facts = {
        "input": {"name": "pixels", "area": 160 * 160, "multiple": 32},
        "outputs": {name: name for name in OUTPUTS},
        "heads": HEADS,
        "temperatures": dict.fromkeys(HEADS, 1.0),
        "members": MEMBERS,
        "landmarks": list(LANDMARKS),
        "spread": [1.0, 0.004],
        "seen_from": 0.5,
    }
    return _write(folder, "traits", content, {**facts, **card})


def write_parts_model(
    folder: Path, *, finds: Sequence[tuple[str, tuple[float, float, float, float], float]] = (), **card: Any
) -> Path:
    """Writes parts.onnx and parts.json: ``finds`` are kind, box (centre x, y, width, height in pixels of the
    input) and raw score, whatever the picture, and their mirror images in one of 160 pixels' width."""
    raw = np.zeros((2, 4 + len(PART_KINDS), max(1, len(finds))), np.float32)
    for number, (kind, (x, *rest), score) in enumerate(finds):
        for row, place in enumerate((x, 160 - x)):
            raw[row, :4, number], raw[row, 4 + PART_KINDS.index(kind), number] = (place, *rest), score
    content = _serialised(
        "finds",
        [helper.make_node("Identity", ["finds"], ["parts"])],
        {"parts": list(raw.shape)},
        {"finds": raw},
    )
    facts = {
        "input": {"name": "pixels", "area": 160 * 160, "multiple": 32},
        "outputs": {"parts": "parts"},
        "kinds": list(PART_KINDS),
        "thresholds": dict.fromkeys(PART_KINDS, 0.2),
        "calibration": {kind: [1.0, 0.0] for kind in PART_KINDS},
    }
    return _write(folder, "parts", content, {**facts, **card})


def write_models(folder: Path, *, garment: Mapping[str, Any] | None = None, **traits: Any) -> Path:
    """All three networks with their usual answers: a T-shirt without parts; ``traits`` as for its model."""
    write_traits_model(folder, **traits)
    write_parts_model(folder)
    return write_garment_model(folder, **(garment or {}))
