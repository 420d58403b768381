"""What people decide about a style; every decision is kept, the newest of a field counts."""

import re
from typing import Any

import numpy as np
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.accounts.selectors import require_role
from apps.garments.attributes import ATTRIBUTES
from apps.garments.models import Decision, Style
from apps.problems import Problem
from ml.garment_types import GARMENT_TYPES
from ml.vision.colour_space import srgb_to_lab
from ml.vision.colours import colour_name

HEX = re.compile(r"#[0-9a-f]{6}")
NAME_LENGTH = 60
MOST_COLOURS = 12


@transaction.atomic
def decision_make(*, user: User, style: Style, field: str, value: Any) -> Decision:
    """Decide a field: a garment type, a list of {hex, name_en?, name_ja?, share?}, or an attribute's value.

    Raises Problem saying which value is wrong.
    """
    require_role(user, style.workspace_id, Role.DESIGNER)
    if field == Decision.Field.GARMENT_TYPE:
        value = _garment_type(value)
    elif field == Decision.Field.COLOURS:
        value = _colours(value)
    elif field in ATTRIBUTES:
        value = _attribute(field, value)
    else:
        raise _unknown_field()
    return decision_record(user=user, style=style, field=field, value=value)


@transaction.atomic
def decision_take_back(*, user: User, style: Style, field: str) -> Decision:
    """Return to what the analysis found; the history keeps both."""
    require_role(user, style.workspace_id, Role.DESIGNER)
    if field not in {Decision.Field.GARMENT_TYPE, Decision.Field.COLOURS, *ATTRIBUTES}:
        raise _unknown_field()
    return decision_record(user=user, style=style, field=field, value=None)


def decision_record(*, user: User, style: Style, field: str, value: Any, key: str = "") -> Decision:
    """The row of a checked decision. The caller has asked for the user's role."""
    decision = Decision.objects.create(
        workspace_id=style.workspace_id, style=style, field=field, key=key, value=value, decided_by=user
    )
    style.save(update_fields=["updated_at"])
    return decision


def _unknown_field() -> Problem:
    return Problem(
        "unknown_field", _("Only garment type, colours, sleeve, neck and closure can be decided this way.")
    )


def _attribute(field: str, value: Any) -> str:
    if value not in ATTRIBUTES[field].values:
        raise Problem("unknown_attribute", _("This is not one of the values to choose from."), field=field)
    return str(value)


def _garment_type(value: Any) -> str:
    if value not in GARMENT_TYPES:
        raise Problem("unknown_garment_type", _("This is not one of the garment types."))
    return str(value)


def _colours(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_COLOURS:
        raise Problem("bad_colours", _("Give one to twelve colours."))
    colours = [_colour(item) for item in value]
    total = sum(colour["share"] for colour in colours)
    for colour in colours:
        colour["share"] = round(colour["share"] / total, 4)
    return colours


def _colour(item: Any) -> dict[str, Any]:
    """One colour; names that were not given come from the colour-name table."""
    hex_code = str(item.get("hex", "")).lower() if isinstance(item, dict) else ""
    if not HEX.fullmatch(hex_code):
        raise Problem(
            "bad_colours", _("A colour is written as # and six hexadecimal digits, such as #1f2a44.")
        )
    rgb = np.array([[int(hex_code[at : at + 2], 16) for at in (1, 3, 5)]], np.uint8)
    lab = srgb_to_lab(rgb)[0]
    found = dict(zip(("name_en", "name_ja"), colour_name(lab), strict=True))
    names = {key: str(item.get(key) or found[key]).strip() for key in found}
    if any(not name or len(name) > NAME_LENGTH or not name.isprintable() for name in names.values()):
        raise Problem("bad_colours", _("A colour name has 1 to 60 characters."))
    try:
        share = float(item.get("share") or 0.01)
    except (TypeError, ValueError):
        share = -1.0
    if not 0 < share <= 1:
        raise Problem("bad_colours", _("The share of a colour lies between 0 and 1."))
    return {"hex": hex_code, "lab": [round(float(value), 1) for value in lab], "share": share, **names}
