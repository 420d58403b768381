"""The points of measure of one photo, read from its stored silhouette and its landmarks, without networks."""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
from django.core.cache import cache
from numpy.typing import NDArray

from apps.garments.models import Analysis
from ml.vision.landmarks import Landmark
from ml.vision.measuring.report import measure_garment
from ml.vision.measuring.values import ReferenceObject

logger = logging.getLogger(__name__)

KEPT_S = 3600
HALF = 128


@dataclass(frozen=True)
class PhotoReadings:
    """`measurements`: POM code → the fields of ml's Measurement. `scale`: those of its Scale, or None."""

    measurements: Mapping[str, Mapping[str, Any]]
    scale: Mapping[str, Any] | None


NOTHING = PhotoReadings({}, None)


def photo_readings(
    analysis: Analysis,
    landmarks: Mapping[str, Landmark],
    poms: Sequence[str],
    typed: Mapping[str, float],
) -> PhotoReadings:
    """The POMs of one photo, in cm as far as a typed dimension or a found reference object gives the scale.

    landmarks: those that count, in upright pixels. The answer to the same question is kept for an hour.
    """
    if not landmarks or not analysis.mask:
        return NOTHING
    question = [[asdict(mark) for mark in landmarks.values()], list(poms), sorted(typed.items())]
    digest = hashlib.sha256(json.dumps(question).encode()).hexdigest()
    kept: dict[str, Any] | None = cache.get(key := f"readings:{analysis.id}:{digest}")
    if kept is None:
        kept = asdict(_read(analysis, landmarks, poms, typed))
        cache.set(key, kept, KEPT_S)
    return PhotoReadings(**kept)


def _read(
    analysis: Analysis,
    landmarks: Mapping[str, Landmark],
    poms: Sequence[str],
    typed: Mapping[str, float],
) -> PhotoReadings:
    mask = _mask(analysis)
    if mask is None:
        return NOTHING
    reference = reference_object(analysis.findings)
    measured = measure_garment(landmarks, mask, poms, typed=typed, reference=reference)
    return PhotoReadings(
        {one.pom: asdict(one) for one in measured.measurements},
        None if measured.scale is None else asdict(measured.scale),
    )


def reference_object(findings: Mapping[str, Any]) -> ReferenceObject | None:
    """The sheet or card that an analysis found, stored as the fields of ReferenceObject with plain lists."""
    found = findings.get("reference_object")
    if not found:
        return None
    return ReferenceObject(
        kind=found["kind"],
        corners=tuple((float(x), float(y)) for x, y in found["corners"]),
        to_cm=np.array(found["to_cm"], np.float64),
        corner_spread=float(found["corner_spread"]),
    )


def _mask(analysis: Analysis) -> NDArray[np.bool_] | None:
    """The silhouette, H×W; None where the storage has lost it or it is not of the photo's size."""
    try:
        with analysis.mask.open("rb") as file:
            mask = cv2.imdecode(np.frombuffer(file.read(), np.uint8), cv2.IMREAD_GRAYSCALE)
    except FileNotFoundError:
        logger.warning("the mask of analysis %s is lost: its photo is not measured", analysis.id)
        return None
    return None if mask is None else np.asarray(mask >= HALF)
