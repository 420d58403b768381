"""Declares the operators that torchvision registers against, so that ultralytics imports beside a CPU torch.

torchvision 0.28 has no build for the CPU build of torch; importing it raises because its compiled operators
are absent, and ultralytics imports it. With the two schemas declared the import passes; neither is called
here. Import this module before ultralytics.
"""

import torch

LIBRARY = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
for operator in ("nms", "qnms"):
    LIBRARY.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")  # type: ignore[no-untyped-call]
