"""An int8 copy of the garment network, to compare its speed and its scores with the original's."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from ml.vision.perception import NetworkFacts, network_input


class _Photos(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, facts: NetworkFacts, pictures: Sequence[NDArray[np.uint8]]) -> None:
        self.facts = facts
        self.pictures = iter(pictures)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        pixels = next(self.pictures, None)
        return None if pixels is None else {self.facts.input: network_input(pixels, self.facts)}


def quantise(source: Path, target: Path, facts: NetworkFacts, pictures: Sequence[NDArray[np.uint8]]) -> None:
    """Write an int8 copy of the network: convolutions per channel, ranges from `pictures` (H, W, 3) RGB."""
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        quantize_static(
            str(prepared),
            str(target),
            _Photos(facts, pictures),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv"],
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
