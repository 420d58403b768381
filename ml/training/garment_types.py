"""Garment types, and what an owner's coarse label says about them."""

from ml.garment_types import GARMENT_TYPES
from ml.vision.perception import NOT_A_GARMENT

CLASSES = (*GARMENT_TYPES, NOT_A_GARMENT)

# The types that a garment with this owner's label may have, as seen on 432 photos labelled by eye: every
# second "Blazer" is a jacket, "Other" says nothing.
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

# The types that answer to each of the owners' apparel labels, each type once: their probabilities are summed.
TYPES_OF_LABEL: dict[str, tuple[str, ...]] = {
    "T-Shirt": ("t-shirt",),
    "Longsleeve": ("longsleeve", "sweatshirt", "sweater", "cardigan"),
    "Shirt": ("shirt",),
    "Polo": ("polo",),
    "Blouse": ("blouse",),
    "Top": ("top",),
    "Undershirt": ("undershirt",),
    "Hoodie": ("hoodie",),
    "Outwear": ("jacket", "coat", "vest"),
    "Blazer": ("blazer",),
    "Dress": ("dress",),
    "Skirt": ("skirt",),
    "Pants": ("pants", "jeans", "leggings"),
    "Shorts": ("shorts",),
    "Body": ("bodysuit", "jumpsuit"),
}
OWNER_LABEL = {name: label for label, names in TYPES_OF_LABEL.items() for name in names}
APPAREL_LABELS = tuple(TYPES_OF_LABEL)
