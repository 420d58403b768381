"""Small real ONNX networks, built by code, for tests that need a model file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

CLASSES = ["t-shirt", "pants", "dress", "jacket", "other", "not_a_garment"]


def brightness_network(*, bright_is_garment: bool, type_logits: list[float]) -> bytes:
    """A network with the garment network's face that calls dark (or bright) pixels garment.

    Mask logit = ±(mean of RGB − 128) / 8; the type logits are the given constants, whatever the picture.
    """
    sign = 1.0 if bright_is_garment else -1.0
    weight = np.full((1, 3, 1, 1), sign / 24.0, np.float32)
    bias = np.array([-sign * 16.0], np.float32)
    types = np.array([type_logits], np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("Conv", ["pixels", "weight", "bias"], ["mask"]),
            helper.make_node("Identity", ["types"], ["type"]),
        ],
        "brightness",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [1, 3, "height", "width"])],
        [
            helper.make_tensor_value_info("mask", TensorProto.FLOAT, [1, 1, "height", "width"]),
            helper.make_tensor_value_info("type", TensorProto.FLOAT, [1, len(type_logits)]),
        ],
        [
            numpy_helper.from_array(weight, "weight"),
            numpy_helper.from_array(bias, "bias"),
            numpy_helper.from_array(types, "types"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return model.SerializeToString()


def write_garment_model(
    folder: Path, *, bright_is_garment: bool = False, logits: list[float] | None = None, **card: Any
) -> Path:
    """Writes garment.onnx and garment.json into ``folder``; ``card`` overrides fields of the card."""
    content = brightness_network(
        bright_is_garment=bright_is_garment, type_logits=logits or [6.0, 1.0, 0.0, 0.0, 0.0, -2.0]
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "garment.onnx").write_bytes(content)
    facts = {
        "name": "garment",
        "version": "0.0.1",
        "sha256": hashlib.sha256(content).hexdigest(),
        "input": {"name": "pixels", "area": 160 * 160, "multiple": 32},
        "classes": CLASSES,
        "temperature": 1.0,
    }
    (folder / "garment.json").write_text(json.dumps({**facts, **card}), "utf-8")
    return folder
