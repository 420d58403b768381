"""What people say about the measurements of a style; every word is kept, the newest of a POM counts."""

import math
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.accounts.selectors import require_role
from apps.garments.decisions import decision_record
from apps.garments.measurement_selectors import decided_measurements, measurements_for_user
from apps.garments.models import Decision, Style
from apps.problems import Conflict, Problem
from ml.points_of_measure import points

LONGEST_CM = 500.0
SAME_CM = 0.05
"""Values are shown to a millimetre."""


@transaction.atomic
def measurement_type(*, user: User, style: Style, pom: str, cm: float) -> None:
    """Say how long a point of measure is. It gives every photo that shows it its scale.

    Raises Problem for an unknown POM and a length that is not between 0 and 500 cm.
    """
    locked = _locked(user, style, pom)
    if not math.isfinite(cm) or not 0 < cm <= LONGEST_CM:
        raise Problem("bad_measurement", _("A measurement lies between 0 and 500 cm."), pom=pom)
    _record(user, locked, pom, {"cm": round(cm, 2), "provenance": "typed", "uncertainty": None})


@transaction.atomic
def measurement_confirm(*, user: User, style: Style, pom: str, seen: float | None = None) -> None:
    """Say that the estimate of a point of measure is right; it stays as it is now, with its uncertainty.

    seen: the value that the person saw; Conflict(stale_measurement) with the newest `value` when it changed.
    Raises Problem(nothing_to_confirm) where there is no reliable estimate. What was typed stays typed.
    """
    locked = _locked(user, style, pom)
    if pom in decided_measurements(locked):
        return
    row = next((one for one in measurements_for_user(user, locked).rows if one.pom == pom), None)
    if row is None or row.value is None:
        raise Problem(
            "nothing_to_confirm", _("There is no reliable value to confirm. Measure it and type it."), pom=pom
        )
    if seen is not None and abs(seen - row.value) > SAME_CM:
        raise Conflict(
            "stale_measurement", _("This value has changed meanwhile. Look at it again."), value=row.value
        )
    value = {"cm": row.value, "provenance": "confirmed", "uncertainty": row.uncertainty}
    _record(user, locked, pom, value)


@transaction.atomic
def measurement_take_back(*, user: User, style: Style, pom: str) -> None:
    """Return to what can be read in the photos. Raises Problem for an unknown POM."""
    _record(user, _locked(user, style, pom), pom, None)


def _locked(user: User, style: Style, pom: str) -> Style:
    require_role(user, style.workspace_id, Role.DESIGNER)
    if pom not in points():
        raise Problem("unknown_pom", _("There is no such point of measure."), pom=pom)
    return Style.objects.select_for_update().get(id=style.id)


def _record(user: User, style: Style, pom: str, value: dict[str, Any] | None) -> None:
    """One more row, unless it would say what counts already."""
    if decided_measurements(style).get(pom) != value:
        field = Decision.Field.MEASUREMENT
        decision_record(user=user, style=style, field=field, key=pom, value=value)
