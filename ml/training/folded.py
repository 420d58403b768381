"""Convolutions that train fast on few cores: frozen norms folded in, 1×1 kernels as matrix products.

On one thread torch computes 1×1 convolutions of channels-last tensors with copies; as matrix products they
take half the time. A frozen batch norm is a constant factor of the weights (as usual when a pretrained
encoder is fine-tuned with small batches), so neither pass computes it.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.training.lite0 import InvertedResidual, Lite0, SameConv


def _product(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    return functional.linear(x.permute(0, 2, 3, 1), weight.flatten(1), bias).permute(0, 3, 1, 2)


class FoldedConv(nn.Module):
    """A convolution with its frozen norm: the weight is trained, times a constant scale; so is the shift."""

    scale: Tensor

    def __init__(self, conv: SameConv, norm: nn.BatchNorm2d) -> None:
        super().__init__()
        if norm.running_mean is None or norm.running_var is None:
            raise ValueError("only a norm with running statistics can be folded")
        scale = norm.weight.detach() / torch.sqrt(norm.running_var + norm.eps)
        self.weight = nn.Parameter(conv.weight.detach().clone())
        self.shift = nn.Parameter(norm.bias.detach() - norm.running_mean * scale)
        self.register_buffer("scale", scale.view(-1, 1, 1, 1).clone())
        self.extra, self.stride, self.padding, self.groups = (
            conv.extra, conv.stride, conv.padding, conv.groups,
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight * self.scale
        if self.training and weight.shape[2:] == (1, 1):
            return _product(x, weight, self.shift)
        if self.extra is not None:
            x = functional.pad(x, self.extra)
        return functional.conv2d(x, weight, self.shift, self.stride, self.padding, 1, self.groups)


class MatrixConv(nn.Conv2d):
    """A 1×1 convolution that is computed as a matrix product while training."""

    def forward(self, x: Tensor) -> Tensor:
        return _product(x, self.weight, self.bias) if self.training else super().forward(x)


def fold(encoder: Lite0) -> None:
    """Fold the norms of an encoder in place; its weights must be loaded before."""
    for part in (encoder.stem, encoder.head, *encoder.stages):
        for block in part.modules():
            if isinstance(block, InvertedResidual):
                block.layers = _folded(block.layers)
    encoder.stem, encoder.head = _folded(encoder.stem), _folded(encoder.head)


def _folded(layers: nn.Sequential) -> nn.Sequential:
    out: list[nn.Module] = []
    for layer in layers:
        if isinstance(layer, nn.BatchNorm2d) and isinstance(out[-1], SameConv):
            out[-1] = FoldedConv(out[-1], layer)
        elif isinstance(layer, nn.ReLU6):
            out.append(nn.ReLU6())  # not in place: it would write through the product's view
        else:
            out.append(layer)
    return nn.Sequential(*out)


def as_products(module: nn.Module) -> None:
    """Let every plain 1×1 convolution inside `module` be computed as a matrix product while training."""
    for inner in module.modules():
        if type(inner) is nn.Conv2d and inner.kernel_size == (1, 1) and inner.groups == 1:
            inner.__class__ = MatrixConv
