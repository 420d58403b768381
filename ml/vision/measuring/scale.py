"""From pixels to centimetres: scales from typed dimensions, and measurements with their uncertainty."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ml.points_of_measure import points
from ml.vision.measuring.values import (
    TWO_SIDED_95,
    Measurement,
    PixelMeasurement,
    Reason,
    Scale,
)

TYPED_CM = 0.2  # standard error of a dimension taken with a tape: laying flat, reading, rounding
# A hand-held photo from above is some 7° off the vertical: lengths along and across differ by 1 − cos 7°.
TILT = 0.0075


def scale_from_typed(
    typed: Mapping[str, float], measured: Sequence[PixelMeasurement], *, corrected: bool = False
) -> Scale | None:
    """The scale that typed dimensions (POM → cm) give; None when none of them was read in the photo.

    Several are combined in the logarithm, weighted by their errors; where they contradict each other more
    than their errors explain, the combined error grows by the Birge ratio (Birge, Phys. Rev. 40, 1932).
    ``corrected``: the readings are of a view whose perspective was corrected, so that TILT is no part of it.
    Raises ValueError for a length that is not above 0.
    """
    logs, errors = [], []
    for reading in measured:
        if reading.pom not in typed:
            continue
        centimetres = typed[reading.pom]
        if not (math.isfinite(centimetres) and centimetres > 0):
            raise ValueError(f"{reading.pom}: a typed dimension must be above 0 cm")
        logs.append(math.log(centimetres / reading.pixels))
        errors.append(math.hypot(reading.spread_relative, TYPED_CM / centimetres))
    if not logs:
        return None
    weights = [1 / error**2 for error in errors]
    total = sum(weights)
    mean = sum(weight * value for weight, value in zip(weights, logs, strict=True)) / total
    spread = 1 / math.sqrt(total)
    if len(logs) > 1:
        scatter = sum(weight * (value - mean) ** 2 for weight, value in zip(weights, logs, strict=True))
        spread *= max(1.0, math.sqrt(scatter / (len(logs) - 1)))
    return Scale(math.exp(mean), spread if corrected else math.hypot(spread, TILT), "typed")


def in_centimetres(
    measured: Sequence[PixelMeasurement],
    scale: Scale | None,
    poms: Sequence[str],
    typed: Mapping[str, float] | None = None,
) -> tuple[Measurement, ...]:
    """One measurement for each of ``poms``, in that order.

    What was ``typed`` (POM → cm) is reported as typed. Of the rest, those not read have the reason
    "not_visible"; without a scale it is "no_scale" and only the pixels are known; where half the 95 %
    interval exceeds the POM's tolerance it is "too_uncertain", and the value is given but not reliable.
    """
    typed = typed or {}
    readings = {reading.pom: reading for reading in measured}
    return tuple(_one(pom, readings.get(pom), scale, typed.get(pom)) for pom in poms)


def _one(pom: str, reading: PixelMeasurement | None, scale: Scale | None, typed: float | None) -> Measurement:
    pixels = None if reading is None else reading.pixels
    spread = None if reading is None else reading.spread
    line = None if reading is None else reading.line
    if typed is not None:
        return Measurement(pom, typed, 0.0, "typed", True, None, pixels, spread, line)
    if reading is None:
        return Measurement(pom, None, None, "estimated", False, "not_visible")
    if scale is None:
        return Measurement(pom, None, None, "estimated", False, "no_scale", pixels, spread, line)
    value = reading.pixels * scale.cm_per_px
    relative = math.hypot(reading.spread_relative, scale.spread_relative)
    uncertainty = TWO_SIDED_95 * value * relative
    names = points()[pom]
    reliable = uncertainty <= min(names.tolerance_minus, names.tolerance_plus)
    reason: Reason | None = None if reliable else "too_uncertain"
    return Measurement(pom, value, uncertainty, "estimated", reliable, reason, pixels, spread, line)
