"""Measurements of a style as they count: what people typed or confirmed over what can be read in its photos.

Estimates are not stored: they are read anew from landmarks and silhouettes when a landmark is dragged, a
dimension typed or the garment type changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from apps.garments.landmark_selectors import landmarks_for_user
from apps.garments.measurement_readings import PhotoReadings, photo_readings
from apps.garments.models import Decision, Photo, Style
from apps.garments.selectors import (
    Viewer,
    analysis_usable_for_user,
    findings_for_user,
    photo_list_for_user,
)
from ml.points_of_measure import points
from ml.vision.measuring.report import poms_of

TWO_SIDED_95 = 1.96
VIEWS = (Photo.View.FRONT, Photo.View.BACK)


@dataclass(frozen=True)
class MeasurementRow:
    """One point of measure of a style.

    `value` and `uncertainty` (half the width of the 95 % interval) are in cm, `line` in upright pixels of the
    photo. What is not reliable has no value, and a reason: "no_scale", "too_uncertain" or "not_visible".
    """

    pom: str
    name_en: str
    name_ja: str
    how_en: str
    how_ja: str
    value: float | None
    unit: str
    uncertainty: float | None
    provenance: str
    reliable: bool
    reason: str | None
    tolerance_minus: float
    tolerance_plus: float
    line: Sequence[tuple[float, float]] | None
    photo_id: str | None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class StyleScale:
    """Centimetres in a pixel of a photo; `uncertainty` is relative, half the width of the 95 % interval."""

    source: str
    cm_per_px: float
    uncertainty: float
    photo_id: str


@dataclass(frozen=True)
class StyleMeasurements:
    """`rows`: the POM set of the garment type, then what was typed beyond it. `scale`: of the first photo."""

    scale: StyleScale | None
    rows: Sequence[MeasurementRow]


def measurements_for_user(user: Viewer, style: Style) -> StyleMeasurements:
    """All measurements of a style; no rows while the garment type is unknown and nothing was typed.

    Front photos are read before back photos. The first reliable reading of a POM counts, else the first.
    """
    decided = decided_measurements(style)
    typed = typed_dimensions(decided)
    garment_type = findings_for_user(user, style).garment_type
    values = {pom: value["cm"] for pom, value in decided.items()}
    poms = poms_of(garment_type, values) if garment_type else tuple(values)
    readings = list(_readings(user, style, poms, typed))
    scales = [_scale(photo, found.scale) for photo, found in readings if found.scale]
    return StyleMeasurements(
        scales[0] if scales else None, [_row(pom, readings, decided.get(pom)) for pom in poms]
    )


def decided_measurements(style: Style) -> dict[str, dict[str, Any]]:
    """POM code → {"cm", "provenance", "uncertainty"} of the newest decision, without what was taken back.

    The caller has asked whether the user may see the style.
    """
    newest = (
        Decision.objects.filter(style=style, field=Decision.Field.MEASUREMENT)
        .order_by("key", "-decided_at", "-id")
        .distinct("key")
    )
    values = {decision.key: decision.value for decision in newest if decision.value is not None}
    return {code: values[code] for code in points() if code in values}


def typed_dimensions(decided: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """POM code → cm of what people typed: the dimensions that give photos their scale.

    Confirmed values are not among them: they came from such a scale.
    """
    return {pom: value["cm"] for pom, value in decided.items() if value["provenance"] == "typed"}


def _readings(
    user: Viewer, style: Style, poms: Sequence[str], typed: Mapping[str, float]
) -> Iterator[tuple[Photo, PhotoReadings]]:
    photos = photo_list_for_user(user, style).filter(view__in=VIEWS)
    for photo in sorted(photos, key=lambda photo: VIEWS.index(Photo.View(photo.view))):
        analysis = analysis_usable_for_user(user, photo)
        if analysis is not None:
            marks = landmarks_for_user(user, photo, analysis)
            yield photo, photo_readings(analysis, marks, poms, typed)


def _scale(photo: Photo, scale: Mapping[str, Any]) -> StyleScale:
    uncertainty = round(TWO_SIDED_95 * scale["spread_relative"], 4)
    return StyleScale(scale["source"], scale["cm_per_px"], uncertainty, str(photo.id))


def _row(
    pom: str, readings: Sequence[tuple[Photo, PhotoReadings]], decided: Mapping[str, Any] | None
) -> MeasurementRow:
    photo, reading = _reading(pom, readings)
    line = reading.get("line")
    if decided is not None:
        value, uncertainty = decided["cm"], decided["uncertainty"]
        provenance, reason = decided["provenance"], None
    else:
        value = round(reading["value"], 1) if reading.get("reliable") else None
        uncertainty = round(reading["uncertainty"], 2) if reading.get("uncertainty") else None
        provenance, reason = "estimated", reading.get("reason") if reading else "not_visible"
    point = points()[pom]
    return MeasurementRow(
        pom=pom,
        name_en=point.name_en,
        name_ja=point.name_ja,
        how_en=point.how_en,
        how_ja=point.how_ja,
        value=value,
        unit="cm",
        uncertainty=uncertainty,
        provenance=provenance,
        reliable=reason is None,
        reason=reason,
        tolerance_minus=point.tolerance_minus,
        tolerance_plus=point.tolerance_plus,
        line=line and [(round(x, 1), round(y, 1)) for x, y in line],
        photo_id=str(photo.id) if photo is not None and line else None,
    )


def _reading(
    pom: str, readings: Sequence[tuple[Photo, PhotoReadings]]
) -> tuple[Photo | None, Mapping[str, Any]]:
    """The reading that counts, and its photo; (None, {}) where no photo shows the POM."""
    seen = [
        (photo, found.measurements[pom])
        for photo, found in readings
        if pom in found.measurements and found.measurements[pom]["pixels"] is not None
    ]
    for photo, reading in seen:
        if reading["reliable"]:
            return photo, reading
    return seen[0] if seen else (None, {})
