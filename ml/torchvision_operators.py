"""Declares the operators that torchvision registers against, so that it imports beside a CPU build of torch.

torchvision 0.28 has no build for the CPU build of torch; importing it raises because its compiled operators
are absent, and ultralytics and onnx2torch import it. With the two schemas declared the import passes; neither
is called here. Import this module before them. Beside a CUDA build of torch it does nothing.
"""

import torch

if torch.version.cuda is None:
    LIBRARY = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
    for operator in ("nms", "qnms"):
        LIBRARY.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")  # type: ignore[no-untyped-call]
