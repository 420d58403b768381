"""Garment types, and what an owner's coarse label says about them."""

from ml.garment_types import GARMENT_TYPES
from ml.vision.perception import NOT_A_GARMENT

CLASSES = (*GARMENT_TYPES, NOT_A_GARMENT)

# The types that a garment with this owner's label may have. Seen on 432 photos labelled by eye; "Blazer" is used for
# every second jacket, "Other" says nothing.
ALLOWED: dict[str, tuple[str, ...]] = {
    "T-Shirt": ("t-shirt", "top"),
    "Longsleeve": ("longsleeve", "sweatshirt", "sweater", "cardigan"),
    "Shirt": ("shirt", "blouse"),
    "Polo": ("polo",),
    "Blouse": ("blouse",),
    "Top": ("top",),
    "Undershirt": ("undershirt", "top"),
    "Hoodie": ("hoodie",),
    "Outwear": ("jacket", "coat", "vest", "cardigan"),
    "Blazer": ("blazer", "jacket", "coat", "vest"),
    "Dress": ("dress",),
    "Skirt": ("skirt",),
    "Pants": ("pants", "jeans", "leggings"),
    "Shorts": ("shorts",),
    "Body": ("bodysuit", "jumpsuit"),
    "Shoes": (NOT_A_GARMENT,),
    "Hat": (NOT_A_GARMENT,),
}

# Each type under the one owner's label it answers to: the probabilities of a label's types are summed.
OWNER_LABEL: dict[str, str] = {
    "t-shirt": "T-Shirt", "longsleeve": "Longsleeve", "sweatshirt": "Longsleeve", "sweater": "Longsleeve", "cardigan": "Longsleeve",
    "shirt": "Shirt", "polo": "Polo", "blouse": "Blouse", "top": "Top", "undershirt": "Undershirt", "hoodie": "Hoodie",
    "jacket": "Outwear", "coat": "Outwear", "vest": "Outwear", "blazer": "Blazer", "dress": "Dress", "skirt": "Skirt",
    "pants": "Pants", "jeans": "Pants", "leggings": "Pants", "shorts": "Shorts", "bodysuit": "Body", "jumpsuit": "Body",
}  # fmt: skip
APPAREL_LABELS = tuple(dict.fromkeys(OWNER_LABEL.values()))
