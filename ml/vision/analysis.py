"""One photo from its pixels to everything that is found in it, as named steps."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from ml.registry import ModelCard, Registry
from ml.vision.colours import Colour, find_colours
from ml.vision.details import Measures, Parts, Reduction, measures_of, parts_of, traits_json, traits_of
from ml.vision.garment_crop import Crop, garment_crop
from ml.vision.garment_type import GarmentType, classify
from ml.vision.outline import Polygon, outline_polygon
from ml.vision.parts_detector import detect_parts
from ml.vision.perception import perceive
from ml.vision.photo import Photo, shrink
from ml.vision.quality import Quality, judge_quality
from ml.vision.refusal import REFUSALS, Refusal, refusal
from ml.vision.scene import Scene
from ml.vision.segmentation import WORKING_LONGEST, Mask, Silhouette, silhouette_from
from ml.vision.traits import Traits, read_traits

STEPS = ("opening", "segmentation", "type", "parts", "measurements", "colours", "quality", "outline")
# Share of the time that is spent when a step begins, measured over 12 MP photos.
PROGRESS = MappingProxyType(
    {
        "opening": 0.0,
        "segmentation": 0.35,
        "type": 0.45,
        "parts": 0.55,
        "measurements": 0.75,
        "colours": 0.83,
        "quality": 0.93,
        "outline": 0.98,
    }
)

HALF = 128
BLANK = 320  # side of the grey picture that networks are warmed up with

OnStep = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Analysis:
    """What was found in a photo.

    ``width`` and ``height`` are those of the upright photo; the outline is in its pixels, x right, y down.
    ``silhouette.mask`` is H×W bool. When ``refused`` names a reason, ``garment`` and ``traits`` are None and
    there are no parts, measurements, colours and no outline; mask and quality are of what was seen
    nevertheless. ``reference`` holds the typed dimensions, POM code → cm, and ``seconds`` each step's time.
    """

    width: int
    height: int
    silhouette: Silhouette
    scene: Scene
    garment: GarmentType | None
    traits: Traits | None
    parts: Parts
    measures: Measures
    colours: tuple[Colour, ...]
    quality: Quality
    outline: Polygon
    refused: Refusal | None
    models: tuple[ModelCard, ...]
    seconds: Mapping[str, float]
    reference: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.silhouette.mask.shape != (self.height, self.width):
            raise ValueError("analysis: the mask is not of the photo's size")
        if self.refused is not None and self.refused not in REFUSALS:
            raise ValueError(f"analysis: unknown refusal {self.refused!r}")
        if (self.garment is None) != (self.refused is not None):
            raise ValueError("analysis: a photo has a garment or is refused")

    @property
    def mask(self) -> Mask:
        """The silhouette, H×W bool."""
        return self.silhouette.mask

    def to_json(self, photo: str, mask: str | None) -> dict[str, Any]:
        """The line that the command line prints for ``photo``, with ``mask`` the path of the written mask."""
        return {
            "photo": photo,
            "width": self.width,
            "height": self.height,
            "quality": self.quality.to_json(),
            "scene": self.scene.to_json(),
            "garment": None if self.garment is None else self.garment.to_json(),
            "mask": mask,
            "outline": self.outline,
            **traits_json(self.traits),
            **self.parts.to_json(),
            "colours": [colour.to_json() for colour in self.colours],
            **self.measures.to_json(),
            "reference": dict(self.reference),
            "refused": self.refused,
            "models": [card.to_json() for card in self.models],
            "seconds": dict(self.seconds),
        }


class Watch:
    """Times the steps of one analysis and tells a listener when each begins."""

    def __init__(self, on_step: OnStep | None) -> None:
        self.seconds: dict[str, float] = {}
        self._on_step = on_step

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Runs the body as step ``name``; what the listener raises (a cancel, say) goes through."""
        if self._on_step is not None:
            self._on_step(name, PROGRESS[name])
        started = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - started, 4)


def warm_up(registry: Registry) -> None:
    """Load every network and run it once on a grey picture. Raises ModelError."""
    grey = np.full((BLANK, BLANK, 3), HALF, np.uint8)
    crop = Crop(0, 0, BLANK, BLANK)
    perceive(grey, registry)
    read_traits(grey, crop, registry)
    detect_parts(grey, crop, registry)


def analyse(
    photo: Photo | Callable[[], Photo],
    registry: Registry,
    *,
    reference: Mapping[str, float] | None = None,
    on_step: OnStep | None = None,
) -> Analysis:
    """Everything found in ``photo``: an open photo, or a function that opens it as the first step.

    ``on_step`` is called with the code of each of STEPS and the progress so far (0–1) before the step begins;
    what it raises ends the analysis. Raises ModelError, and PhotoError when opening fails.
    """
    watch = Watch(on_step)
    with watch.step("opening"):
        opened = photo() if callable(photo) else photo
        working = shrink(opened.pixels, WORKING_LONGEST)
    with watch.step("segmentation"):
        perception = perceive(working, registry)
        silhouette = silhouette_from(working, perception, (opened.height, opened.width))
    mask = silhouette.mask
    typed = dict(reference or {})
    with watch.step("type"):
        small_mask = shrink(mask.astype(np.uint8) * 255, WORKING_LONGEST) >= HALF
        seen = bool(small_mask.any())
        crop = garment_crop(small_mask)
        traits, traits_card = traits_of(working, crop, Reduction.between(opened.pixels, working), registry)
        garment = classify(perception, traits.types)
        refused = refusal(silhouette, garment, perception.scene)
    cards = [perception.card, traits_card]
    parts, measures = Parts(), Measures()
    with watch.step("parts"):
        if not refused:
            kind = garment.best.type
            parts, card = parts_of(opened.pixels, working, mask, crop, traits, kind, registry)
            cards.append(card)
    with watch.step("measurements"):
        if not refused:
            measures = measures_of(opened.pixels, mask, traits, garment.best.type, typed)
    with watch.step("colours"):
        colours = find_colours(working, small_mask) if seen and not refused else ()
    with watch.step("quality"):
        reduction = opened.height / working.shape[0]
        quality = judge_quality(working, small_mask, reduction) if seen else Quality(0.0, ())
    with watch.step("outline"):
        outline = [] if refused else outline_polygon(mask)
    return Analysis(
        width=opened.width,
        height=opened.height,
        silhouette=silhouette,
        scene=perception.scene,
        garment=None if refused else garment,
        traits=None if refused else traits,
        parts=parts,
        measures=measures,
        colours=colours,
        quality=quality,
        outline=outline,
        refused=refused,
        models=tuple(cards),
        seconds=MappingProxyType(watch.seconds),
        reference=MappingProxyType(typed),
    )
