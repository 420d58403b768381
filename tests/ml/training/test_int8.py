"""An int8 copy of a network answers nearly as the network does."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ml.engines import OnnxEngine
from ml.training.int8 import quantise
from tests.ml.networks import write_garment_model


def test_convolutions_become_integers_and_the_answer_stays(tmp_path: Path) -> None:
    source = write_garment_model(tmp_path) / "garment.onnx"
    random = np.random.default_rng(6)
    canvases = [random.uniform(0, 255, (1, 3, 64, 64)).astype(np.float32) for _ in range(4)]
    target = tmp_path / "int8.onnx"
    quantise(source, target, canvases)
    assert b"QuantizeLinear" in target.read_bytes()
    expected, found = (
        OnnxEngine(path.read_bytes(), threads=1).run({"pixels": canvases[0]})["mask"]
        for path in (source, target)
    )
    assert np.abs(found - expected).max() < 0.02 * np.ptp(expected)
