"""The traits network: what a garment's crop shows – its words (type, view, sleeve …) and its landmarks."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.training.fine_tuning import FineTuned
from ml.training.folded import as_products
from ml.training.garment_network import IMAGENET_MEAN, IMAGENET_STD
from ml.training.garment_types import APPAREL_LABELS, CLASSES, TYPES_OF_LABEL
from ml.training.lite0 import HEAD_CHANNELS, PYRAMID_CHANNELS, Lite0
from ml.training.parts_sheet import ATTRIBUTES, LANDMARKS
from ml.vision.perception import NOT_A_GARMENT

# The classes of every head. "family" is the owners' coarse label, known of nearly all photos; "type" the fine
# one, known of few; together they give the garment type.
HEADS: dict[str, tuple[str, ...]] = {
    **ATTRIBUTES,
    "type": CLASSES,
    "family": (*APPAREL_LABELS, NOT_A_GARMENT),
}
# The fine types of every family.
MEMBERS: dict[str, tuple[str, ...]] = {**TYPES_OF_LABEL, NOT_A_GARMENT: (NOT_A_GARMENT,)}
FEATURES = 2 * HEAD_CHANNELS
DECODER = (48, 64, 112)  # channels at strides 4, 8 and 16
HEAT_STRIDE = 4


class TraitsNetwork(FineTuned):
    """RGB (N, 3, H, W) 0–255, sides multiples of 32 → logits of every head (N, classes), whether each
    landmark is to be seen (N, 20) as logits, heat maps (N, 20, H/4, W/4) whose softmax over the places is
    where it lies, and the pooled features (N, 2560).
    """

    mean: Tensor
    std: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Lite0()
        self.register_buffer("mean", torch.tensor(IMAGENET_MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(IMAGENET_STD).view(1, 3, 1, 1), persistent=False)
        _, c2, c3, c4, c5 = PYRAMID_CHANNELS
        low, middle, deep = DECODER
        self.bottom = nn.Sequential(nn.Conv2d(c5, deep, 1), nn.ReLU())
        self.surround = _separable(deep, deep, 7)
        self.skips = nn.ModuleList(
            nn.Conv2d(channels, out, 1) for channels, out in ((c4, deep), (c3, middle), (c2, low))
        )
        self.fuses = nn.ModuleList(
            _separable(channels, out, 5) for channels, out in ((deep, middle), (middle, low), (low, low))
        )
        self.heat = nn.Conv2d(low, len(LANDMARKS), 1)
        self.dropout = nn.Dropout(0.4)
        self.heads = nn.ModuleList(nn.Linear(FEATURES, len(words)) for words in HEADS.values())
        self.seen = nn.Linear(FEATURES, len(LANDMARKS))
        for module in (self.bottom, self.surround, self.skips, self.fuses):
            as_products(module)

    def forward(self, pixels: Tensor) -> tuple[dict[str, Tensor], Tensor, Tensor, Tensor]:
        _, p2, p3, p4, p5 = self.encoder((pixels - self.mean) / self.std)
        head = self.encoder.embed(p5)
        pooled = torch.cat([head.mean(dim=(2, 3)), head.amax(dim=(2, 3))], dim=1)
        dropped = self.dropout(pooled)
        logits = {name: layer(dropped) for name, layer in zip(HEADS, self.heads, strict=True)}
        x = self.bottom(p5)
        x = x + self.surround(x)
        for skip, fuse, features in zip(self.skips, self.fuses, (p4, p3, p2), strict=True):
            up = functional.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
            x = fuse(functional.relu(up + skip(features)))
        return logits, self.seen(dropped), self.heat(x), pooled


def _separable(channels_in: int, channels_out: int, kernel: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_in, kernel, padding=kernel // 2, groups=channels_in, bias=False),
        nn.BatchNorm2d(channels_in),
        nn.Conv2d(channels_in, channels_out, 1, bias=False),
        nn.BatchNorm2d(channels_out),
        nn.ReLU(),
    )
