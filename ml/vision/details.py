"""What is found on the garment itself: words, landmarks, parts, stitch lines, measurements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.registry import ModelCard, Registry
from ml.vision.garment_crop import Crop
from ml.vision.landmarks import Landmarks, landmark_details_json, landmarks_json
from ml.vision.measuring.reference import find_reference
from ml.vision.measuring.report import MeasuredGarment, measure_garment, poms_of
from ml.vision.measuring.values import ReferenceObject
from ml.vision.part_checks import Advisory, check_parts
from ml.vision.part_rules import settle_parts
from ml.vision.parts import SURE, Part
from ml.vision.parts_detector import detect_parts
from ml.vision.photo import Pixels
from ml.vision.stitch_lines import StitchLine, stitch_lines
from ml.vision.traits import Traits, read_traits

Mask = NDArray[np.bool_]
STITCH = "stitch"


@dataclass(frozen=True)
class Reduction:
    """By how much the working copy of a photo is smaller: photo pixels by working pixels, across and down."""

    across: float
    down: float

    @classmethod
    def between(cls, photo: Pixels, working: Pixels) -> Reduction:
        """From a photo to its working copy."""
        return cls(photo.shape[1] / working.shape[1], photo.shape[0] / working.shape[0])

    def landmarks(self, found: Landmarks) -> Landmarks:
        """Landmarks of the working copy in photo pixels."""
        mean = (self.across * self.down) ** 0.5
        return {
            name: replace(one, x=one.x * self.across, y=one.y * self.down, spread=one.spread * mean)
            for name, one in found.items()
        }

    def part(self, found: Part) -> Part:
        """A part of the working copy in photo pixels."""
        left, top, right, bottom = found.box
        box = (left * self.across, top * self.down, right * self.across, bottom * self.down)
        return replace(found, box=box)


def traits_of(
    working: Pixels, crop: Crop, reduction: Reduction, registry: Registry
) -> tuple[Traits, ModelCard]:
    """The traits of the garment in the crop of the working copy; landmarks in photo pixels."""
    traits, card = read_traits(working, crop, registry)
    return replace(traits, landmarks=reduction.landmarks(traits.landmarks)), card


@dataclass(frozen=True, eq=False)
class Parts:
    """The parts that stand, the doubts about them, and the rows of stitches in those that are stitches."""

    parts: tuple[Part, ...] = ()
    advisories: tuple[Advisory, ...] = ()
    stitches: tuple[StitchLine, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The "parts", "advisories" and "stitch_lines" of an analysis."""
        return {
            "parts": [part.to_json() for part in self.parts],
            "advisories": [{"code": one.code, "part": one.part_index} for one in self.advisories],
            "stitch_lines": [line.to_json() for line in self.stitches],
        }


def parts_of(
    pixels: Pixels,
    working: Pixels,
    mask: Mask,
    crop: Crop,
    traits: Traits,
    garment_type: str,
    registry: Registry,
) -> tuple[Parts, ModelCard]:
    """The parts in the crop of the working copy, settled by the rules, in pixels of the photo ``pixels``."""
    reduction = Reduction.between(pixels, working)
    found, card = detect_parts(working, crop, registry)
    sleeve = traits.words["sleeve"].value

    raw = [reduction.part(part) for part in found]
    parts, _ = settle_parts(raw, mask, traits.landmarks, garment_type, sleeve=sleeve)
    places = [index for index, part in enumerate(parts) if part.confidence >= SURE]
    sure = [parts[index] for index in places]
    doubts = tuple(
        replace(one, part_index=None if one.part_index is None else places[one.part_index])
        for one in check_parts(sure, mask, traits.landmarks, garment_type, sleeve=sleeve)
    )
    boxes = [part.box for part in sure if part.kind == STITCH]
    return Parts(parts, doubts, stitch_lines(pixels, boxes, mask) if boxes else ()), card


@dataclass(frozen=True, eq=False)
class Measures:
    """The garment's measurements and the reference object they were scaled by, if one was found."""

    garment: MeasuredGarment = field(default_factory=lambda: MeasuredGarment((), None, ()))
    reference: ReferenceObject | None = None

    def to_json(self) -> dict[str, Any]:
        """The "measurements", "scale" and "reference_object" of an analysis."""
        reference = None if self.reference is None else self.reference.to_json()
        return {**self.garment.to_json(), "reference_object": reference}


def measures_of(
    pixels: Pixels, mask: Mask, traits: Traits, garment_type: str, typed: Mapping[str, float]
) -> Measures:
    """The POMs of the garment, in cm where a dimension was typed or a sheet or card lies beside it."""
    reference = find_reference(pixels, mask)
    measured = measure_garment(
        traits.landmarks, mask, poms_of(garment_type, typed), typed=typed, reference=reference
    )
    return Measures(measured, reference)


def traits_json(traits: Traits | None) -> dict[str, Any]:
    """The "view", "attributes", "landmarks", "landmark_details" and "embedding" of an analysis."""
    if traits is None:
        return {"view": None, "attributes": {}, "landmarks": {}, "landmark_details": {}, "embedding": None}
    words = traits.words
    return {
        "view": words["view"].value,
        "attributes": {name: words[name].to_json() for name in ("sleeve", "neck", "closure")},
        "landmarks": landmarks_json(traits.landmarks),
        "landmark_details": landmark_details_json(traits.landmarks),
        "embedding": [round(float(value), 6) for value in traits.embedding],
    }
