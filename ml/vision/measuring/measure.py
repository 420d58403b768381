"""Every POM that landmarks and silhouette allow, in pixels, each with its standard error."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml.vision.landmarks import LANDMARKS, Landmarks
from ml.vision.measuring.frame import LONGEST, Frame, Mask, Points, make_frame
from ml.vision.measuring.garment import Garment, Reading
from ml.vision.measuring.readings import READINGS
from ml.vision.measuring.snapping import snap
from ml.vision.measuring.values import TWO_SIDED_95, Matrix, PixelMeasurement, Scale

DRAWS = 96
SEED = 20
# Standard error of each coordinate of a landmark that a person would not place the same twice, and of the
# silhouette's edge; shares of the garment's longer side, set by benchmarks/measurements.py (see the docs).
PLACEMENT = 0.004
EDGE = 0.003
# Of the garment's longer side: what the doubt of a landmark (1 − confidence) adds to its spread. A network's
# spread tells how sharp its peak is, not whether it is the right one.
DOUBT = 0.08
# Without a scale, offsets stated in centimetres are read with usual adult widths, and this relative error.
CHEST_CM, WAIST_CM, LENGTH_CM = 52.0, 40.0, 70.0
ASSUMED_SPREAD = 0.2


def _normals() -> NDArray[np.float64]:
    """Landmarks × draws × 2 normal deviates in opposite pairs, the first draw 0; and one row more."""
    random = np.random.default_rng(SEED).standard_normal((len(LANDMARKS) + 1, DRAWS // 2, 2))
    nothing = np.zeros((len(LANDMARKS) + 1, 1, 2))
    return np.concatenate((nothing, random, -random), axis=1)


_NORMALS = _normals()
_PLACEMENTS = np.roll(_NORMALS, 7, axis=0)[:, np.r_[0, np.random.default_rng(SEED).permutation(DRAWS) + 1]]


def measure(
    landmarks: Landmarks,
    mask: Mask,
    *,
    scale: Scale | None = None,
    plane: Matrix | None = None,
    snapped: bool = True,
) -> tuple[PixelMeasurement, ...]:
    """Every POM that ``landmarks`` allow, whatever the garment's type, in the order of the POM table.

    ``mask``: H×W bool, upright, as the landmarks. ``scale``: where known, offsets that a POM states in cm are
    exact; otherwise a usual size is assumed and its doubt is part of the spread. ``plane``: 3×3 homography
    that takes upright pixels to a view straight from above, lengths are then those of that view.
    ``snapped``: draw landmarks to the silhouette first (those without spread stay where they are).

    The spread comes from DRAWS draws of all landmarks from their own normal distributions, each snapped and
    read like the best estimate. () for an empty mask.
    """
    if not landmarks:
        return ()
    frame = make_frame(landmarks, mask, plane)
    if frame is None:
        return ()
    points = _drawn(frame, _doubted(landmarks, LONGEST / frame.units), snapped)
    garment = Garment(frame, points, _cm_per_unit(frame, points, scale))
    found = []
    for pom, read in READINGS.items():
        reading = read(garment)
        measurement = None if reading is None else _measurement(pom, reading, frame)
        if measurement is not None:
            found.append(measurement)
    return tuple(found)


def _doubted(landmarks: Landmarks, longest: float) -> Landmarks:
    """``landmarks`` with their doubt in their spread; those placed by a person (no spread) as they are."""
    return {
        name: found
        if found.spread == 0
        else replace(found, spread=math.hypot(found.spread, DOUBT * (1 - found.confidence) * longest))
        for name, found in landmarks.items()
    }


def _drawn(frame: Frame, landmarks: Landmarks, snapped: bool) -> dict[str, Points]:
    """Draws of each landmark in the frame's units, the first being the best estimate."""
    drawn = {}
    for name, landmark in landmarks.items():
        deviates = _NORMALS[LANDMARKS.index(name)] * landmark.spread
        drawn[name] = frame.from_pixels(np.array((landmark.x, landmark.y)) + deviates)
    if snapped:
        spreads = {name: landmark.spread * frame.units for name, landmark in landmarks.items()}
        drawn = snap(frame, drawn, spreads)
    longest = float(np.ptp(frame.contour, axis=0).max())
    return {
        name: draws + _PLACEMENTS[LANDMARKS.index(name)] * PLACEMENT * longest
        for name, draws in drawn.items()
    }


def _cm_per_unit(frame: Frame, points: Mapping[str, Points], scale: Scale | None) -> NDArray[np.float64]:
    """Draws of the centimetres in a unit: the scale's, or those of a garment of usual size."""
    doubts = _NORMALS[-1, :, 0]
    if scale is not None:
        known = scale.cm_per_px / frame.units
        return np.asarray(known * np.exp(doubts * scale.spread_relative), np.float64)
    usual = [
        centimetres / float(np.hypot(*(points[f"{stem}_right"][0] - points[f"{stem}_left"][0])))
        for stem, centimetres in (("underarm", CHEST_CM), ("waist", WAIST_CM))
        if f"{stem}_left" in points and f"{stem}_right" in points
    ]
    assumed = usual[0] if usual else LENGTH_CM / float(np.ptp(frame.contour[:, 1]))
    return np.asarray(assumed * np.exp(doubts * ASSUMED_SPREAD), np.float64)


def _measurement(pom: str, reading: Reading, frame: Frame) -> PixelMeasurement | None:
    """The reading in pixels; None where it came to nothing."""
    length = float(reading.lengths[0])
    if not np.isfinite(length) or length < 1:
        return None
    away = np.abs(reading.lengths[1:] - length)
    away = away[np.isfinite(away)]
    if len(away) < DRAWS // 2:
        return None
    drawn = max(float(np.quantile(away, 0.95)) / TWO_SIDED_95, float(np.sqrt(np.mean(away**2))) * 0.7)
    edge = EDGE * float(np.ptp(frame.contour, axis=0).max())
    spread = float(np.sqrt(drawn**2 + edge**2 + (reading.extra * length) ** 2 + (reading.apart / 4) ** 2))
    line = tuple((float(x), float(y)) for x, y in frame.to_pixels(reading.line))
    return PixelMeasurement(pom, length / frame.units, spread / frame.units, line)
