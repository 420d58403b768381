"""A drawn T-shirt laid flat, with a silhouette, landmarks and true lengths that are known exactly."""

from typing import Any

from apps.garments.models import Photo, Style
from tests.apps.garments.factories import a_photo, an_analysis
from tests.pictures import OUTLINES, as_jpeg, garment_picture

WIDTH, HEIGHT = 360, 480
CORNERS = {
    "hps": (0.095, 0.0),
    "shoulder": (0.220, 0.045),
    "cuff_outer": (0.390, 0.260),
    "cuff_inner": (0.285, 0.325),
    "underarm": (0.222, 0.245),
    "hem": (0.220, 0.740),
}
SCALE = min(WIDTH * 1.08, HEIGHT * 0.88 / max(y for _x, y, _kind in OUTLINES["t-shirt"]))
"""Pixels in a unit of the outline, as tests.pictures draws it."""


def place(x: float, y: float) -> list[float]:
    """A point of the outline in pixels of the photo."""
    middle = max(y for _x, y, _kind in OUTLINES["t-shirt"]) / 2
    return [WIDTH / 2 + x * SCALE, HEIGHT / 2 + (y - middle) * SCALE]


LANDMARKS = {
    "neck_front": place(0, 0.085),
    **{f"{name}_left": place(-x, y) for name, (x, y) in CORNERS.items()},
    **{f"{name}_right": place(x, y) for name, (x, y) in CORNERS.items()},
}
CHEST_TO_LENGTH = 2 * 0.2215 / 0.748
"""Width 2.5 cm below the underarm, by the length from HPS straight down to the hem."""


def findings(**changes: Any) -> dict[str, Any]:
    """What an analysis of the drawn T-shirt says about its landmarks."""
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "landmarks": LANDMARKS,
        "landmark_details": {name: {"spread": 0.5, "confidence": 0.95} for name in LANDMARKS},
        **changes,
    }


def a_measured_photo(style: Style | None = None, view: str = "front", **changes: Any) -> Photo:
    """An analysed photo of the T-shirt."""
    picture = garment_picture("t-shirt", width=WIDTH, height=HEIGHT)
    quality = {"front": 90, "back": 80}[view]
    photo = a_photo(style, upload=as_jpeg(picture.pixels, quality=quality), view=view)
    an_analysis(photo, mask=picture.mask, **findings(**changes))
    return photo
