"""What measuring takes and gives: lengths in pixels, the scale, lengths in centimetres."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ml.points_of_measure import points

Line = tuple[tuple[float, float], ...]
Matrix = NDArray[np.float64]
ScaleSource = Literal["typed", "a4", "card"]
ReferenceKind = Literal["a4", "card"]
Provenance = Literal["estimated", "typed", "confirmed"]
Reason = Literal["no_scale", "too_uncertain", "not_visible"]

TWO_SIDED_95 = 1.96  # normal distribution


@dataclass(frozen=True)
class PixelMeasurement:
    """One POM as read from the photo.

    ``pixels``: the length, px of the upright photo (of the corrected plane, where a reference corrects the
    perspective). ``spread``: its standard error, px: half the width of the 95 % interval by 1.96.
    ``line``: where it was read, as points (x, y) in upright pixels, two or more.
    """

    pom: str
    pixels: float
    spread: float
    line: Line

    def __post_init__(self) -> None:
        if self.pom not in points():
            raise ValueError(f"measurement: unknown POM {self.pom!r}")
        if not (math.isfinite(self.pixels) and self.pixels > 0):
            raise ValueError(f"{self.pom}: a length must be above 0 px")
        if not (math.isfinite(self.spread) and self.spread >= 0):
            raise ValueError(f"{self.pom}: a spread must be 0 px or more")
        if len(self.line) < 2:
            raise ValueError(f"{self.pom}: a line has two points or more")

    @property
    def spread_relative(self) -> float:
        """The standard error as a share of the length."""
        return self.spread / self.pixels


@dataclass(frozen=True)
class Scale:
    """Centimetres in a pixel of the garment's plane, and its relative standard error."""

    cm_per_px: float
    spread_relative: float
    source: ScaleSource

    def __post_init__(self) -> None:
        if not (math.isfinite(self.cm_per_px) and self.cm_per_px > 0):
            raise ValueError("scale: centimetres in a pixel must be above 0")
        if not (math.isfinite(self.spread_relative) and self.spread_relative >= 0):
            raise ValueError("scale: the relative error must be 0 or more")
        if self.source not in get_args(ScaleSource):
            raise ValueError(f"scale: unknown source {self.source!r}")

    def to_json(self) -> dict[str, Any]:
        """{"cm_per_px", "spread", "source"}."""
        return {
            "cm_per_px": float(f"{self.cm_per_px:.6g}"),
            "spread": round(self.spread_relative, 5),
            "source": self.source,
        }


def scale_from_json(value: dict[str, Any]) -> Scale:
    """What ``Scale.to_json`` wrote; ValueError or KeyError for anything else."""
    return Scale(float(value["cm_per_px"]), float(value["spread"]), value["source"])


@dataclass(frozen=True, eq=False)
class ReferenceObject:
    """A sheet or card of known size found in the photo.

    ``corners``: its four corners in upright pixels, in order around it, the first two ending a long side;
    where corners are rounded, the places where the sides meet. ``to_cm``: 3×3 homography from upright pixels
    to centimetres in the plane the object lies in. ``corner_spread``: standard error of a corner, px.
    """

    kind: ReferenceKind
    corners: Line
    to_cm: Matrix
    corner_spread: float

    def __post_init__(self) -> None:
        if self.kind not in get_args(ReferenceKind):
            raise ValueError(f"reference: unknown kind {self.kind!r}")
        if len(self.corners) != 4 or self.to_cm.shape != (3, 3):
            raise ValueError("reference: four corners and a 3×3 matrix are needed")
        if self.corner_spread <= 0:
            raise ValueError("reference: the corners' error must be above 0")

    def to_json(self) -> dict[str, Any]:
        """The object as stored in an analysis, its fields as plain lists."""
        return {
            "kind": self.kind,
            "corners": [[round(x, 2), round(y, 2)] for x, y in self.corners],
            "to_cm": self.to_cm.tolist(),
            "corner_spread": round(self.corner_spread, 3),
        }


@dataclass(frozen=True)
class Measurement:
    """One POM in centimetres.

    ``value``: cm, or None when it cannot be read or there is no scale (then ``pixels`` may still be known).
    ``uncertainty``: half the width of the 95 % interval, cm. ``reliable`` is false and ``reason`` says why
    when there is no value, or when the uncertainty exceeds the POM's tolerance.
    """

    pom: str
    value: float | None
    uncertainty: float | None
    provenance: Provenance
    reliable: bool
    reason: Reason | None
    pixels: float | None = None
    pixels_spread: float | None = None
    line: Line | None = None
    unit: Literal["cm"] = "cm"

    def __post_init__(self) -> None:
        if self.pom not in points():
            raise ValueError(f"measurement: unknown POM {self.pom!r}")
        if self.reliable != (self.reason is None):
            raise ValueError(f"{self.pom}: what is not reliable has a reason, what is has none")
        if self.value is None and self.reliable:
            raise ValueError(f"{self.pom}: nothing cannot be reliable")

    def to_json(self) -> dict[str, Any]:
        """The measurement as stored in an analysis; in pixels, marked so, where there is no scale."""
        names = points()[self.pom]
        value, uncertainty, unit = self.value, self.uncertainty, "cm"
        if self.reason == "no_scale" and self.pixels is not None and self.pixels_spread is not None:
            value, uncertainty, unit = self.pixels, TWO_SIDED_95 * self.pixels_spread, "px"
        return {
            "pom": self.pom,
            "name_en": names.name_en,
            "name_ja": names.name_ja,
            "value": _rounded(value, 2),
            "unit": unit,
            "uncertainty": _rounded(uncertainty, 2),
            "provenance": self.provenance,
            "reliable": self.reliable,
            "reason": self.reason,
            "pixels": _rounded(self.pixels, 2),
            "pixels_spread": _rounded(self.pixels_spread, 3),
            "line": None if self.line is None else [[round(x, 1), round(y, 1)] for x, y in self.line],
        }


def pixel_measurement_from_json(value: dict[str, Any]) -> PixelMeasurement | None:
    """The reading in pixels that ``Measurement.to_json`` stored; None where there was none."""
    if value["pixels"] is None or value["line"] is None:
        return None
    line = tuple((float(x), float(y)) for x, y in value["line"])
    return PixelMeasurement(value["pom"], float(value["pixels"]), float(value["pixels_spread"]), line)


def _rounded(value: float | None, places: int) -> float | None:
    return None if value is None else round(value, places)
