"""Networks on torch: the answers of ONNX Runtime, here in single precision on the CPU.

Needs the extra gpu, so it runs in the environment of `make test-detector`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec

import numpy as np
import pytest

if find_spec("onnx2torch") is None:
    pytest.skip("the extra gpu is not installed here", allow_module_level=True)

from ml.batching import Batching
from ml.cuda import TorchEngine
from ml.engines import OnnxEngine, Tensor
from ml.registry import WEIGHTS


def pictures(count: int, seed: int) -> Tensor:
    random = np.random.default_rng(seed)
    return random.uniform(0, 255, (count, 3, 192, 160)).astype(np.float32)


# onnx2torch indexes by lists where torch will want tuples.
@pytest.mark.filterwarnings("ignore:Using a non-tuple sequence:UserWarning")
@pytest.mark.parametrize("name", ["garment", "traits", "parts"])
def test_torch_answers_as_onnx_runtime_also_in_batches(name: str) -> None:
    content = (WEIGHTS / f"{name}.onnx").read_bytes()
    known, engine = OnnxEngine(content, threads=1), TorchEngine(content, device="cpu")
    assert engine.inputs == known.inputs == ("pixels",)
    batching = Batching(engine, wait=0.5)
    calls = [pictures(1, 1), pictures(2, 2), pictures(1, 3)]
    with ThreadPoolExecutor(len(calls)) as pool:
        answers = list(pool.map(lambda pixels: batching.run({"pixels": pixels}), calls))
    for pixels, answer in zip(calls, answers, strict=True):
        expected = known.run({"pixels": pixels})
        assert set(answer) == set(expected)
        for output, values in expected.items():
            np.testing.assert_allclose(answer[output], values, rtol=1e-3, atol=2e-3)
