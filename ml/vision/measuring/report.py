"""The measurements of one garment, from landmarks, silhouette and what is known of its size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ml.points_of_measure import points_for
from ml.vision.landmarks import Landmarks
from ml.vision.measuring.frame import Mask
from ml.vision.measuring.measure import measure
from ml.vision.measuring.plane import view_from_above
from ml.vision.measuring.scale import in_centimetres, scale_from_typed
from ml.vision.measuring.values import Measurement, PixelMeasurement, ReferenceObject, Scale

ROUNDS = 4  # a scale moves the level of an offset in cm, which moves the scale; the first round decides


@dataclass(frozen=True)
class MeasuredGarment:
    """``measurements``: one for each POM asked for. ``readings``: every POM that could be read, in pixels."""

    measurements: tuple[Measurement, ...]
    scale: Scale | None
    readings: tuple[PixelMeasurement, ...]

    def to_json(self) -> dict[str, Any]:
        """{"measurements": […], "scale": {…} or None}; POMs that were not read are left out."""
        return {
            "measurements": [
                found.to_json()
                for found in self.measurements
                if found.value is not None or found.pixels is not None
            ],
            "scale": None if self.scale is None else self.scale.to_json(),
        }


def measure_garment(
    landmarks: Landmarks,
    mask: Mask,
    poms: Sequence[str],
    *,
    typed: Mapping[str, float] | None = None,
    reference: ReferenceObject | None = None,
) -> MeasuredGarment:
    """``poms`` of a garment, in cm where a dimension was ``typed`` (POM → cm) or a ``reference`` was found.

    ``mask``: H×W bool, upright, as the landmarks. Typed dimensions decide the scale; a reference corrects the
    perspective in any case. Raises ValueError for a typed length that is not above 0.
    """
    typed = typed or {}
    plane, found = None, None
    if reference is not None and mask.any():
        plane, found = view_from_above(reference, mask)
    readings = measure(landmarks, mask, scale=found, plane=plane)
    scale = found
    if any(reading.pom in typed for reading in readings):
        for _ in range(ROUNDS):
            settled = scale_from_typed(typed, readings, corrected=plane is not None)
            if settled is None:
                break
            change = abs(settled.cm_per_px / scale.cm_per_px - 1) if scale is not None else 1.0
            scale = settled
            readings = measure(landmarks, mask, scale=scale, plane=plane)
            if change < 0.001:
                break
    return MeasuredGarment(in_centimetres(readings, scale, poms, typed), scale, readings)


def poms_of(garment_type: str, typed: Mapping[str, float] | None = None) -> tuple[str, ...]:
    """The POM codes of a garment type, and after them those typed beyond the set; KeyError as points_for."""
    codes = tuple(point.code for point in points_for(garment_type))
    return codes + tuple(code for code in typed or {} if code not in codes)
