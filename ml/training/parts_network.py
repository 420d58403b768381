"""The parts detector: a YOLO26 neck and head (ultralytics) on an EfficientNet-Lite0 encoder."""

# isort: off
from ml import torchvision_operators as torchvision_operators  # before ultralytics

# isort: on
from types import SimpleNamespace

import torch
from torch import Tensor, nn
from torch.nn import functional
from ultralytics.nn.modules import C3k2, Conv, Detect
from ultralytics.utils.loss import v8DetectionLoss

from ml.training.fine_tuning import FineTuned
from ml.training.folded import as_products
from ml.training.garment_network import IMAGENET_MEAN, IMAGENET_STD
from ml.training.lite0 import PYRAMID_CHANNELS, Lite0
from ml.training.parts_labels import PARTS

# Neck channels at strides 8, 16 and 32.
WIDTHS = (64, 112, 192)
STRIDES = (8.0, 16.0, 32.0)
GAINS = SimpleNamespace(box=7.5, cls=0.5, dfl=1.5)


class PartsNetwork(FineTuned):
    """RGB (N, 3, H, W) 0–255, sides multiples of 32 → in training the head's raw predictions, else
    (N, 4 + 14, anchors): box centre x, centre y, width, height in input pixels, then one score per part.

    The many-to-one head of YOLO26 alone is trained (no end-to-end branch): with few labels every matched
    anchor counts, and duplicates are merged by our own rules afterwards.
    """

    mean: Tensor
    std: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Lite0()
        self.register_buffer("mean", torch.tensor(IMAGENET_MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(IMAGENET_STD).view(1, 3, 1, 1), persistent=False)
        small, middle, large = WIDTHS
        _, _, c3, c4, c5 = PYRAMID_CHANNELS
        self.bottom = Conv(c5, large, 1)
        self.down4 = C3k2(large + c4, middle, 1, True)
        self.down3 = C3k2(middle + c3, small, 1, True)
        self.up4 = Conv(small, small, 3, 2)
        self.join4 = C3k2(small + middle, middle, 1, True)
        self.up5 = Conv(middle, middle, 3, 2)
        self.join5 = C3k2(middle + large, large, 1, True)
        head = Detect(len(PARTS), reg_max=1, end2end=False, ch=WIDTHS)
        head.stride = torch.tensor(STRIDES)
        head.bias_init()
        self.model = nn.ModuleList([head])  # the name under which the ultralytics loss looks for it
        self.args = GAINS
        for module in (self.bottom, self.down4, self.down3, self.join4, self.join5, head):
            as_products(module)

    def forward(self, pixels: Tensor) -> Tensor | dict[str, Tensor]:
        _, _, p3, p4, p5 = self.encoder((pixels - self.mean) / self.std)
        p5 = self.bottom(p5)
        p4 = self.down4(torch.cat([functional.interpolate(p5, scale_factor=2.0), p4], 1))
        p3 = self.down3(torch.cat([functional.interpolate(p4, scale_factor=2.0), p3], 1))
        p4 = self.join4(torch.cat([self.up4(p3), p4], 1))
        p5 = self.join5(torch.cat([self.up5(p4), p5], 1))
        found: Tensor | dict[str, Tensor] | tuple[Tensor, ...] = self.model[0]([p3, p4, p5])
        return found[0] if isinstance(found, tuple) else found


def detection_loss(network: PartsNetwork) -> v8DetectionLoss:
    """The loss of YOLO26's many-to-one head: task-aligned assignment, BCE, CIoU and L1."""
    return v8DetectionLoss(network)
