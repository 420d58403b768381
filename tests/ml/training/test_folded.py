"""Folded convolutions answer as those they replace, and learn."""

import torch
from torch import nn

from ml.training.folded import FoldedConv, as_products, fold
from ml.training.lite0 import Lite0


def worn_in(encoder: Lite0) -> Lite0:
    """The encoder with norms that have seen something."""
    torch.manual_seed(3)
    for module in encoder.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0.0, 0.3)
            module.running_mean.normal_(0.0, 0.3)  # type: ignore[union-attr]
            module.running_var.uniform_(0.5, 2.0)  # type: ignore[union-attr]
    return encoder


def test_folded_encoder_answers_as_before_in_training_and_out_of_it() -> None:
    encoder = worn_in(Lite0()).eval()
    pixels = torch.rand(2, 3, 64, 96)
    with torch.inference_mode():
        before = [*encoder(pixels), encoder.embed(encoder(pixels)[4])]
        fold(encoder)
        for training in (False, True):
            encoder.train(training)
            after = [*encoder(pixels), encoder.embed(encoder(pixels)[4])]
            for one, other in zip(before, after, strict=True):
                torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-4)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in encoder.modules())


def test_folded_encoder_learns_its_weights_but_not_its_scales() -> None:
    encoder = worn_in(Lite0())
    fold(encoder)
    encoder(torch.rand(1, 3, 64, 64))[4].mean().backward()
    convolutions = [module for module in encoder.modules() if isinstance(module, FoldedConv)]
    assert all(conv.weight.grad is not None for conv in convolutions[:-1])
    assert not any(conv.scale.requires_grad for conv in convolutions)


def test_products_are_the_same_convolution() -> None:
    torch.manual_seed(1)
    layers = nn.Sequential(nn.Conv2d(5, 7, 1), nn.ReLU(), nn.Conv2d(7, 3, 3, padding=1))
    picture = torch.rand(2, 5, 9, 8).contiguous(memory_format=torch.channels_last)
    before = layers(picture)
    names = set(layers.state_dict())
    as_products(layers)
    torch.testing.assert_close(layers.train()(picture), before)
    torch.testing.assert_close(layers.eval()(picture), before)
    assert set(layers.state_dict()) == names
