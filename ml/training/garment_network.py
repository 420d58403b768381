"""The garment network: silhouette and garment type from one EfficientNet-Lite0 encoder."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.training.garment_types import CLASSES
from ml.training.lite0 import HEAD_CHANNELS, PYRAMID_CHANNELS, Lite0

IMAGENET_MEAN = (123.675, 116.28, 103.53)
IMAGENET_STD = (58.395, 57.12, 57.375)
# Decoder width at strides 2, 4, 8, 16 and 32.
WIDTHS = (24, 40, 56, 80, 112)


def _conv(channels_in: int, channels_out: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_out, 1, bias=False),
        nn.BatchNorm2d(channels_out),
        nn.ReLU(inplace=True),
    )


def _separable(channels_in: int, channels_out: int, kernel: int = 3) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_in, kernel, padding=kernel // 2, groups=channels_in, bias=False),
        nn.BatchNorm2d(channels_in),
        *_conv(channels_in, channels_out),
    )


class Rise(nn.Module):
    """One step up: upsample the deeper features, join the encoder's, refine."""

    def __init__(self, deeper: int, skip: int, out: int) -> None:
        super().__init__()
        self.skip = _conv(skip, out)
        self.deep = nn.Sequential(nn.Conv2d(deeper, out, 1, bias=False), nn.BatchNorm2d(out))
        self.refine = nn.Sequential(_separable(2 * out, out), _separable(out, out))

    def forward(self, deeper: Tensor, skip: Tensor) -> Tensor:
        up = functional.interpolate(self.deep(deeper), scale_factor=2.0, mode="bilinear", align_corners=False)
        y: Tensor = self.refine(torch.cat([up, self.skip(skip)], dim=1))
        return y


class GarmentNetwork(nn.Module):
    """RGB (N, 3, H, W) 0–255, sides multiples of 32 → mask logits (N, 1, H, W), type logits (N, classes)."""

    mean: Tensor
    std: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Lite0()
        self.register_buffer("mean", torch.tensor(IMAGENET_MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(IMAGENET_STD).view(1, 3, 1, 1), persistent=False)
        deepest = PYRAMID_CHANNELS[4]
        self.bottom = _conv(deepest, WIDTHS[4])
        self.surround = _separable(WIDTHS[4], WIDTHS[4], kernel=7)
        self.whole = nn.Sequential(nn.Conv2d(deepest, WIDTHS[4], 1), nn.ReLU(inplace=True))
        self.rises = nn.ModuleList(
            Rise(WIDTHS[level + 1], PYRAMID_CHANNELS[level], WIDTHS[level]) for level in (3, 2, 1, 0)
        )
        self.outline = nn.Conv2d(WIDTHS[0], 1, 3, padding=1)
        self.dropout = nn.Dropout(0.3)
        self.classify = nn.Linear(2 * HEAD_CHANNELS + PYRAMID_CHANNELS[3], len(CLASSES))

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        pyramid = self.encoder((pixels - self.mean) / self.std)
        deepest = pyramid[4]
        x = self.bottom(deepest)
        x = self.surround(x) + x + self.whole(deepest.mean(dim=(2, 3), keepdim=True))
        for rise, level in zip(self.rises, (3, 2, 1, 0), strict=True):
            x = rise(x, pyramid[level])
        half = self.outline(x)
        mask = functional.interpolate(half, scale_factor=2.0, mode="bilinear", align_corners=False)
        return mask, self._type(pyramid, half)

    def _type(self, pyramid: list[Tensor], mask: Tensor) -> Tensor:
        inside = torch.sigmoid(mask.detach())
        head = self.encoder.embed(pyramid[4])
        features = [head.mean(dim=(2, 3))]
        for level, layer in ((16, head), (8, pyramid[3])):
            weight = functional.avg_pool2d(inside, level)
            features.append((layer * weight).sum(dim=(2, 3)) / (weight.sum(dim=(2, 3)) + 1e-3))
        logits: Tensor = self.classify(self.dropout(torch.cat(features, dim=1)))
        return logits
