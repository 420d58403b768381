"""Networks on a CUDA GPU: torch, half precision by autocast, converted from their ONNX files."""

from __future__ import annotations

import io
from collections.abc import Mapping

# isort: off
from ml import torchvision_operators as torchvision_operators  # before onnx2torch, which imports torchvision

# isort: on
import numpy as np
import onnx
import torch
from onnx2torch import convert

from ml.engines import Tensor


def cuda_is_there() -> bool:
    """Whether torch can use a GPU."""
    return torch.cuda.is_available()


class TorchEngine:
    """A network on torch: in half precision on "cuda", in single precision on "cpu" (for tests)."""

    def __init__(self, content: bytes, device: str = "cuda") -> None:
        model = onnx.load(io.BytesIO(content))
        self.inputs = tuple(value.name for value in model.graph.input)
        self._outputs = tuple(value.name for value in model.graph.output)
        self._device = torch.device(device)
        self._network = convert(model).eval().to(self._device)

    def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """All outputs by name, float32."""
        half = self._device.type == "cuda"
        with torch.inference_mode(), torch.autocast(self._device.type, torch.float16, enabled=half):
            answer = self._network(*(torch.from_numpy(inputs[name]).to(self._device) for name in self.inputs))
        tensors = answer if isinstance(answer, (tuple, list)) else (answer,)
        return {
            name: np.asarray(tensor.float().cpu().numpy())
            for name, tensor in zip(self._outputs, tensors, strict=True)
        }
