"""When a photo is refused: all thresholds in one place.

On 269 photos of photographers outside the training (network 1.1.0) 28 of 30 shoes and hats are refused,
and none of 239 garments. "worn" is kept for the models that find people.
"""

from __future__ import annotations

from typing import Literal, get_args

from ml.vision.garment_type import GarmentType
from ml.vision.segmentation import Silhouette

Refusal = Literal["not_a_garment", "several_garments", "worn", "unusable"]
REFUSALS: tuple[Refusal, ...] = get_args(Refusal)

NOT_A_GARMENT_FROM = 0.5  # probability
LEAST_SHARE = 0.015  # of the photo: less than this is a speck, not a garment
MOST_SHARE = 0.96  # of the photo: cloth from edge to edge has no outline
SECOND_PIECE = (
    0.45  # area of the second largest piece by that of the largest, from which it is a garment itself
)
SECOND_SHARE = 0.06  # and of the photo
BLURRED_OUTLINE = 0.9  # uncertain pixels by garment pixels: the network guesses


def refusal(silhouette: Silhouette, garment: GarmentType) -> Refusal | None:
    """Why the photo cannot be used, or None. The reasons are tried from the surest to the least sure."""
    if garment.not_a_garment >= NOT_A_GARMENT_FROM:
        return "not_a_garment"
    if not LEAST_SHARE <= silhouette.share <= MOST_SHARE or silhouette.uncertain >= BLURRED_OUTLINE:
        return "unusable"
    largest, second = (*silhouette.pieces, 0.0, 0.0)[:2]
    if second >= SECOND_SHARE and second >= SECOND_PIECE * largest:
        return "several_garments"
    return None
