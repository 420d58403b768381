"""What the garment network is trained to make small."""

import torch
from torch import Tensor
from torch.nn import functional


def mask_loss(logits: Tensor, mask: Tensor, trust: Tensor) -> Tensor:
    """BCE, three times as heavy near the outline, plus soft Dice per picture; pixels count by their trust."""
    soft = functional.avg_pool2d(mask, 9, stride=1, padding=4, count_include_pad=False)
    near = ((soft > 0.02) & (soft < 0.98)).float()
    weight = trust * (1 + 2 * near)
    bce = functional.binary_cross_entropy_with_logits(
        logits, mask, weight=weight, reduction="sum"
    ) / weight.sum().clamp(min=1)
    known = trust.amax(dim=(1, 2, 3)) > 0
    chance = torch.sigmoid(logits) * trust
    truth = mask * trust
    dims = (1, 2, 3)
    dice = 1 - (2 * (chance * truth).sum(dims) + 50) / (chance.sum(dims) + truth.sum(dims) + 50)
    return bce + dice[known].sum() / known.sum().clamp(min=1)


def type_loss(logits: Tensor, allowed: Tensor) -> Tensor:
    """Negative log of the allowed classes' summed probability, a little smoothed; unknown rows are out."""
    known = allowed.any(dim=1)
    chances = functional.log_softmax(logits[known], dim=1)
    right = torch.logsumexp(chances.masked_fill(~allowed[known], -1e4), dim=1)
    return -(0.95 * right + 0.05 * chances.mean(dim=1)).mean()
