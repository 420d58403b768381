"""A trained network as an ONNX file that answers as torch does."""

import hashlib
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

OPSET = 17
INPUT = "pixels"
TOLERANCE = 1e-3  # of the range of an output


def write_onnx(
    network: nn.Module,
    path: Path,
    outputs: Sequence[str],
    axes: Mapping[str, Mapping[int, str]],
) -> str:
    """Write `network` (pixels N×3×H×W → a tuple of `outputs`) and return the file's sha256.

    Batch, height and width of the input are free, and the axes of the outputs named in `axes`. Raises
    ValueError when ONNX Runtime's answers differ from torch's by more than 1e-3 of their range.
    """
    network.eval()
    with warnings.catch_warnings():
        # The tracing exporter announces its retirement; its successor needs one more dependency.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            (torch.rand(2, 3, 192, 160) * 255,),
            str(path),
            input_names=[INPUT],
            output_names=list(outputs),
            dynamic_axes={
                INPUT: {0: "batch", 2: "height", 3: "width"},
                **{name: dict(free) for name, free in axes.items()},
            },
            opset_version=OPSET,
            dynamo=False,
        )
    onnx.checker.check_model(str(path))
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    other = torch.rand(1, 3, 256, 192) * 255
    with torch.inference_mode():
        expected = network(other)
    tensors = (expected,) if isinstance(expected, Tensor) else tuple(expected)
    for ours, theirs in zip(tensors, session.run(None, {INPUT: other.numpy()}), strict=True):
        reference = ours.numpy()
        if np.abs(reference - theirs).max() > TOLERANCE * max(1.0, float(np.abs(reference).max())):
            raise ValueError("the exported network does not answer like the trained one")
    return hashlib.sha256(path.read_bytes()).hexdigest()
