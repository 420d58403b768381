"""When a photo is refused: all thresholds in one place. docs/models.md has what they do."""

from __future__ import annotations

from types import MappingProxyType
from typing import Literal, get_args

from ml.vision.garment_type import GarmentType
from ml.vision.scene import Scene, SceneWord
from ml.vision.segmentation import Silhouette

Refusal = Literal["not_a_garment", "several_garments", "worn", "unusable"]
REFUSALS: tuple[Refusal, ...] = get_args(Refusal)

NOT_A_GARMENT_FROM = 0.5  # probability by the type networks
OTHER_SCENE_FROM = 0.6  # probability that it is neither one garment nor several, laid out or hung up
SEVERAL_FROM = 0.8  # probability: a patterned blanket looks like a second garment
OTHER_SCENES: MappingProxyType[SceneWord, Refusal] = MappingProxyType(
    {
        "not_a_garment": "not_a_garment",
        "worn": "worn",
        "screenshot": "unusable",
        "drawing": "unusable",
    }
)
LEAST_SHARE = 0.015  # of the photo: less than this is a speck, not a garment
MOST_SHARE = 0.96  # of the photo: cloth from edge to edge has no outline
SECOND_PIECE = (
    0.45  # area of the second largest piece by that of the largest, from which it is a garment itself
)
SECOND_SHARE = 0.06  # and of the photo
BLURRED_OUTLINE = 0.9  # uncertain pixels by garment pixels: the network guesses


def refusal(silhouette: Silhouette, garment: GarmentType, scene: Scene) -> Refusal | None:
    """Why the photo cannot be used, or None. The reasons are tried from the surest to the least sure."""
    if reason := refusal_by_scene(scene):
        return reason
    if garment.not_a_garment >= NOT_A_GARMENT_FROM:
        return "not_a_garment"
    if not LEAST_SHARE <= silhouette.share <= MOST_SHARE or silhouette.uncertain >= BLURRED_OUTLINE:
        return "unusable"
    largest, second = (*silhouette.pieces, 0.0, 0.0)[:2]
    if second >= SECOND_SHARE and second >= SECOND_PIECE * largest:
        return "several_garments"
    return None


def refusal_by_scene(scene: Scene) -> Refusal | None:
    """Why a photo that shows ``scene`` cannot be used, or None."""
    others = tuple(OTHER_SCENES)
    if sum(scene.chances[word] for word in others) >= OTHER_SCENE_FROM:
        return OTHER_SCENES[scene.likeliest_of(others)]
    return "several_garments" if scene.chances["several"] >= SEVERAL_FROM else None
