"""Sleeve, neck and closure of a garment: the values that the analysis and people choose from."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Sleeve(TextChoices):
    SLEEVELESS = "sleeveless", pgettext_lazy("sleeve", "Sleeveless")
    CAP = "cap", pgettext_lazy("sleeve", "Cap")
    SHORT = "short", pgettext_lazy("sleeve", "Short")
    THREE_QUARTER = "three-quarter", pgettext_lazy("sleeve", "Three-quarter")
    LONG = "long", pgettext_lazy("sleeve", "Long")
    NONE = "none", pgettext_lazy("sleeve", "Not applicable")


class Neck(TextChoices):
    CREW = "crew", pgettext_lazy("neck", "Crew")
    V = "v", pgettext_lazy("neck", "V-neck")
    SCOOP = "scoop", pgettext_lazy("neck", "Scoop")
    BOAT = "boat", pgettext_lazy("neck", "Boat")
    SQUARE = "square", pgettext_lazy("neck", "Square")
    HALTER = "halter", pgettext_lazy("neck", "Halter")
    STRAPLESS = "strapless", pgettext_lazy("neck", "Strapless")
    COLLARED = "collared", pgettext_lazy("neck", "Collared")
    STAND = "stand", pgettext_lazy("neck", "Stand collar")
    LAPEL = "lapel", pgettext_lazy("neck", "Lapel")
    HOODED = "hooded", pgettext_lazy("neck", "Hooded")
    NONE = "none", pgettext_lazy("neck", "Not applicable")
    UNCLEAR = "unclear", pgettext_lazy("neck", "Unclear")


class Closure(TextChoices):
    NONE = "none", pgettext_lazy("closure", "None")
    BUTTONS = "buttons", pgettext_lazy("closure", "Buttons")
    ZIPPER = "zipper", pgettext_lazy("closure", "Zipper")
    SNAPS = "snaps", pgettext_lazy("closure", "Snaps")
    HOOKS = "hooks", pgettext_lazy("closure", "Hooks")
    TIE = "tie", pgettext_lazy("closure", "Tie")
    ELASTIC = "elastic", pgettext_lazy("closure", "Elastic")
    DRAWSTRING = "drawstring", pgettext_lazy("closure", "Drawstring")
    UNCLEAR = "unclear", pgettext_lazy("closure", "Unclear")


ATTRIBUTES: dict[str, type[TextChoices]] = {"sleeve": Sleeve, "neck": Neck, "closure": Closure}
"""Field of a decision and of the analysis' `attributes` → its values."""
