"""The flat of one garment: a mask, or the analysis of a photo, becomes a drawing document on an A4
sheet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.drawing.curves import Spline
from ml.drawing.document import Document, Layer, Name, Part, Path, Segment, Text, View
from ml.drawing.errors import DrawingError
from ml.drawing.profile import PROFILE, ViewStyle
from ml.drawing.silhouette import Box, Silhouette, faithful_silhouette, mirrored_silhouette
from ml.drawing.stitches import stitch_parts

BoolArray = NDArray[np.bool_]

SHEET_WIDTH, SHEET_HEIGHT = 210.0, 297.0
"""A4 portrait in millimetres (ISO 216)."""

ROOM = Box(x=105.0, y=148.5, width=166.0, height=233.0)
"""Where the garment goes: 22 mm left free at the sides, 32 mm above and below for call-outs and texts.
"""

CENTRE_OVERSHOOT = 6.0
"""Millimetres that the centre line goes on beyond the garment at both ends."""

LABEL_SIZE = 3.0
LARGEST_SIDE = 20_000
"""Pixels of a photo's side beyond which an analysis is not believed."""

REFUSALS = {
    "not_a_garment": "The photo shows no garment to draw; photograph one garment, spread out flat.",
    "several_garments": "The photo shows several garments; photograph each one by itself.",
    "worn": "The garment is worn by a person; photograph it lying flat or on a hanger.",
    "unusable": "The photo cannot be drawn from; take one of the garment itself, from above, in even light.",
}


def draw_flat(
    mask: BoolArray,
    *,
    mirror: bool = True,
    garment_type: str | None = None,
    view: str = "front",
    stitch_lines: Sequence[Sequence[Sequence[float]]] = (),
) -> Document:
    """Draw the garment of a mask (bool, H×W, upright photo pixels) as a flat.

    With ``mirror`` it is turned upright and made symmetric about its centre line; without, it lies
    exactly over the photo through the view's ``photo_to_drawing``. ``garment_type`` is one of DESIGN's
    types, ``view`` one of the profile's. ``stitch_lines`` are rows of stitches as poly-lines [[x, y], …] in
    the same pixels. Raises ``DrawingError`` (``mask_empty``, ``mask_too_small``, ``unknown_garment``,
    ``unknown_view``, ``bad_analysis``).
    """
    if view not in PROFILE.views:
        raise DrawingError("unknown_view", f"{view[:40]!r} is not a view: {', '.join(PROFILE.views)}.")
    if garment_type is not None and garment_type not in PROFILE.garments:
        known = ", ".join(PROFILE.garments)
        raise DrawingError("unknown_garment", f"{garment_type[:40]!r} is not a garment type: {known}.")
    style = PROFILE.views[view]
    silhouette = (mirrored_silhouette if mirror else faithful_silhouette)(mask, ROOM)
    parts = {
        "silhouette": (_silhouette_part(silhouette, view, PROFILE.garments[garment_type or "other"]),),
        "topstitch": stitch_parts(stitch_lines, silhouette, view, mirrored=mirror),
        "guides": (_centre_part(silhouette, style),),
    }
    affine = silhouette.photo_to_drawing
    drawn = View(
        id=view,
        title=style.name,
        mirrored=mirror,
        axis=float(silhouette.centre[:, 0].mean()),
        tilt=0.0 if mirror else silhouette.tilt,
        symmetry=silhouette.symmetry,
        photo_to_drawing=tuple(float(value) for value in affine.T.ravel()),
        layers=tuple(Layer(layer.id, parts.get(layer.id, ())) for layer in PROFILE.layers),
    )
    return Document(SHEET_WIDTH, SHEET_HEIGHT, (drawn,))


def draw_from_analysis(
    analysis: Mapping[str, Any], *, mirror: bool = True, base: FilePath | None = None
) -> Document:
    """Draw the flat of a photo from the JSON line that ``python -m ml analyse`` printed for it.

    The mask file is looked for as written and then relative to ``base`` (the folder of the JSON file);
    when it is not there, the outline polygon is used. Where it has ``stitch_lines``, they are drawn. Raises
    ``DrawingError``: the analysis' own ``error`` or ``refused`` reason, or ``bad_analysis``, ``no_outline``,
    ``bad_mask``, and those of ``draw_flat``.
    """
    if "error" in analysis:
        failure = analysis["error"]
        reason = str(failure.get("text") if isinstance(failure, Mapping) else failure)[:200].rstrip(".")
        raise DrawingError("analysis_failed", f"The photo could not be analysed: {reason}.")
    refused = analysis.get("refused")
    if refused is not None:
        sentence = REFUSALS.get(refused, f"The photo was refused ({str(refused)[:40]}); take another one.")
        raise DrawingError(str(refused)[:40], sentence)
    garment, view = analysis.get("garment"), analysis.get("view")
    if garment is not None and not isinstance(garment, Mapping):
        raise DrawingError("bad_analysis", "The analysis is damaged: its garment is not an object.")
    garment_type = None if garment is None else garment.get("type")
    view = "unclear" if view is None else view
    if not isinstance(garment_type, str | None) or not isinstance(view, str):
        raise DrawingError("bad_analysis", "The analysis is damaged: garment type and view are texts.")
    # A view that could not be told is taken for the front, as most photos are.
    name = "front" if view == "unclear" else view
    return draw_flat(
        _analysed_mask(analysis, base),
        mirror=mirror,
        garment_type=garment_type,
        view=name,
        stitch_lines=analysis.get("stitch_lines", ()),
    )


def _analysed_mask(analysis: Mapping[str, Any], base: FilePath | None) -> BoolArray:
    size = analysis.get("width"), analysis.get("height")
    if not all(type(side) is int and 0 < side <= LARGEST_SIDE for side in size):
        raise DrawingError("bad_analysis", "The analysis is damaged: width and height are pixels.")
    width, height = int(size[0] or 0), int(size[1] or 0)
    name = analysis.get("mask")
    if not isinstance(name, str | None):
        raise DrawingError("bad_analysis", "The analysis is damaged: its mask is the name of a file.")
    if name:
        for path in [FilePath(name)] + ([base / name, base / FilePath(name).name] if base else []):
            if path.is_file():
                return _read_mask(path, width, height)
    outline = analysis.get("outline")
    if not outline:
        raise DrawingError(
            "no_outline", "The analysis has neither a mask file nor an outline; run analyse again."
        )
    try:
        polygon = np.array(outline, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DrawingError(
            "bad_analysis", "The analysis is damaged: its outline is not a list of points."
        ) from error
    if polygon.ndim != 2 or polygon.shape[1] != 2 or len(polygon) < 3 or not np.isfinite(polygon).all():
        raise DrawingError("bad_analysis", "The analysis is damaged: its outline is not a list of points.")
    mask = np.zeros((height, width), dtype=np.uint8)
    limit = float(max(width, height))
    # OpenCV counts from pixel centres, in fixed point with eight fractional bits.
    fixed = np.round((np.clip(polygon, -limit, 2 * limit) - 0.5) * 256).astype(np.int32)
    cv2.fillPoly(mask, [fixed], 1, shift=8)
    return mask.astype(bool)


def _read_mask(path: FilePath, width: int, height: int) -> BoolArray:
    content = np.frombuffer(path.read_bytes(), dtype=np.uint8)
    grey = cv2.imdecode(content, cv2.IMREAD_GRAYSCALE) if len(content) else None
    if grey is None:
        raise DrawingError("bad_mask", f"{path.name} is not a picture; run analyse again.")
    if grey.shape != (height, width):
        raise DrawingError("bad_mask", f"{path.name} has another size than the photo; run analyse again.")
    return np.asarray(grey >= 128)


def _silhouette_part(silhouette: Silhouette, view: str, garment: Name) -> Part:
    name = Name(en=f"{garment.en} silhouette", ja=f"{garment.ja}のシルエット")
    segments: list[Segment] = []
    nodes: list[str] = []
    for ring in silhouette.rings:
        segments += ring_segments(ring)
        nodes += ["corner" if corner else "smooth" for corner in ring.corner]
    path = Path(f"{view}-silhouette-outline", "outline", tuple(segments), True, tuple(nodes))
    return Part(f"{view}-silhouette", "silhouette", name, "estimated", (path,))


def ring_segments(spline: Spline) -> list[Segment]:
    """A closed spline as path segments M … Z; a straight last segment is left to Z."""
    start = tuple(spline.nodes[0].tolist())
    segments = [Segment("M", start)]
    for number, control in enumerate(spline.controls()):
        end = start if number + 1 == len(spline.line) else tuple(control[3].tolist())
        if not spline.line[number]:
            segments.append(Segment("C", (*control[1].tolist(), *control[2].tolist(), *end)))
        elif end is not start:
            segments.append(Segment("L", end))
    return [*segments, Segment("Z")]


def _centre_part(silhouette: Silhouette, style: ViewStyle) -> Part:
    top, bottom = silhouette.centre
    along = (bottom - top) / np.hypot(*(bottom - top)) * CENTRE_OVERSHOOT
    start, end = top - along, bottom + along
    identity = f"{style.id}-{style.centre_id}"
    line = Path(
        f"{identity}-line",
        "guide",
        (Segment("M", tuple(start.tolist())), Segment("L", tuple(end.tolist()))),
        False,
        ("corner", "corner"),
    )
    x, y = start - along / CENTRE_OVERSHOOT * 1.5
    label = Text(f"{identity}-label", float(x), float(y), LABEL_SIZE, style.centre_code, "middle")
    return Part(identity, style.centre_kind, style.centre_name, "estimated", (line,), (label,))
