"""Int8 copies of the networks, to compare their speed and scores with the originals'."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from ml.training.onnx_export import INPUT


class _Canvases(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, canvases: Iterable[NDArray[np.float32]]) -> None:
        self.canvases = iter(canvases)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        canvas = next(self.canvases, None)
        return None if canvas is None else {INPUT: canvas}


def quantise(source: Path, target: Path, canvases: Iterable[NDArray[np.float32]]) -> None:
    """Write an int8 copy of a network: convolutions per channel, ranges from `canvases` (1×3×h×w)."""
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        quantize_static(
            str(prepared),
            str(target),
            _Canvases(canvases),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv"],
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
