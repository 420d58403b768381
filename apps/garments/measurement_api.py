"""REST: the measurements of a style. Every write answers all of them: one typed value rescales the others."""

from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from apps.accounts.selectors import user_of
from apps.garments import measurements
from apps.garments.measurement_selectors import StyleMeasurements, measurements_for_user
from apps.garments.models import Style
from apps.garments.part_api import Provenance
from apps.garments.selectors import style_get_for_user

router = Router(tags=["measurements"])


class ScaleOut(Schema):
    """Centimetres in a pixel of the photo; the uncertainty is relative, half of the 95 % interval."""

    source: Literal["typed", "a4", "card"]
    cm_per_px: float
    uncertainty: float
    photo_id: UUID


class MeasurementOut(Schema):
    """A point of measure in cm. What is not reliable has no value, but a reason.

    `uncertainty` is half the width of the 95 % interval, `line` where the photo was read, in upright pixels.
    """

    pom: str
    name_en: str
    name_ja: str
    how_en: str
    how_ja: str
    value: float | None
    unit: Literal["cm"]
    uncertainty: float | None
    provenance: Provenance
    reliable: bool
    reason: Literal["no_scale", "too_uncertain", "not_visible"] | None
    tolerance_minus: float
    tolerance_plus: float
    line: list[tuple[float, float]] | None
    photo_id: UUID | None


class MeasurementsOut(Schema):
    """The POM set of the garment type in its order, then what was typed beyond it."""

    scale: ScaleOut | None
    rows: list[MeasurementOut]


class MeasurementIn(Schema):
    """Centimetres, more than 0 and at most 500."""

    value: float


class ConfirmIn(Schema):
    """`seen` is the value that is confirmed; 409 stale_measurement when it is another one by now."""

    seen: float | None = None


@router.get("/styles/{style_id}/measurements", response=MeasurementsOut)
def list_measurements(request: HttpRequest, style_id: UUID) -> StyleMeasurements:
    """Typed and confirmed values, and estimates where a typed dimension or a found object gives the scale."""
    return _all(request, _style(request, style_id))


@router.put("/styles/{style_id}/measurements/{pom}", response=MeasurementsOut)
def type_measurement(
    request: HttpRequest, style_id: UUID, pom: str, data: MeasurementIn
) -> StyleMeasurements:
    """Type a dimension. It gives the photos their scale, and no later analysis changes it."""
    style = _style(request, style_id)
    measurements.measurement_type(user=user_of(request), style=style, pom=pom, cm=data.value)
    return _all(request, style)


@router.post("/styles/{style_id}/measurements/{pom}/confirm", response=MeasurementsOut)
def confirm_measurement(
    request: HttpRequest, style_id: UUID, pom: str, data: ConfirmIn | None = None
) -> StyleMeasurements:
    """Keep an estimate as it is now. 422 nothing_to_confirm where there is no reliable one."""
    style = _style(request, style_id)
    seen = data.seen if data else None
    measurements.measurement_confirm(user=user_of(request), style=style, pom=pom, seen=seen)
    return _all(request, style)


@router.delete("/styles/{style_id}/measurements/{pom}", response=MeasurementsOut)
def take_back_measurement(request: HttpRequest, style_id: UUID, pom: str) -> StyleMeasurements:
    """Return to what can be read in the photos."""
    style = _style(request, style_id)
    measurements.measurement_take_back(user=user_of(request), style=style, pom=pom)
    return _all(request, style)


def _style(request: HttpRequest, style_id: UUID) -> Style:
    return style_get_for_user(user_of(request), style_id)


def _all(request: HttpRequest, style: Style) -> StyleMeasurements:
    return measurements_for_user(user_of(request), style)
