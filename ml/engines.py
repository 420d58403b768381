"""What runs a loaded network: ONNX Runtime on the CPU here, torch on a GPU in ``ml.cuda``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray

Tensor = NDArray[np.float32]


class Engine(Protocol):
    """A network that may be run from several threads at once."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the inputs."""

    def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """All outputs by name; the first axis of inputs and outputs counts pictures."""


class OnnxEngine:
    """A network on ONNX Runtime and the CPU. Raises onnxruntime's errors for what is no network."""

    def __init__(self, content: bytes, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        self.inputs = tuple(value.name for value in self._session.get_inputs())
        self._outputs = [value.name for value in self._session.get_outputs()]

    def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """All outputs by name."""
        return dict(zip(self._outputs, self._session.run(self._outputs, dict(inputs)), strict=True))
