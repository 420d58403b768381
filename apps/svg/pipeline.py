"""The drawer: from the mask of an analysis to the next revision of the flat."""

from typing import Any

import cv2
import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from apps.agents.context import TaskContext
from apps.garments.models import Analysis, Part
from apps.garments.selectors import findings_for_user
from apps.problems import Problem
from apps.svg.services import revision_add
from ml.drawing.errors import DrawingError
from ml.drawing.flat import draw_flat

ROOM, MOST = 0.1, 0.8  # of a box' sides, around it; of the points of a line


def run(context: TaskContext) -> dict[str, Any]:
    """Draw one analysis; configuration is {"analysis_id", "mirrored"}."""
    context.report("mask", 10)
    analysis = _analysis(context)
    mask = _mask(analysis)
    mirrored = bool(context.configuration["mirrored"])
    garment_type = findings_for_user(context.task.created_by, analysis.photo.style).garment_type

    context.report("outline", 30)
    try:
        document = draw_flat(
            mask,
            mirror=mirrored,
            garment_type=garment_type,
            view=analysis.photo.view,
            stitch_lines=_stitch_lines(analysis),
        )
    except DrawingError as error:
        raise Problem(
            error.code,
            _("No outline could be drawn from this photo. Photograph the whole garment laid flat."),
        ) from error

    context.report("store", 90)
    with context.effect() as result:
        revision = revision_add(
            analysis=analysis, task=context.task, document=document.to_json(), mirrored=mirrored
        )
        result.update(
            drawing_id=str(revision.drawing_id), revision_id=str(revision.id), number=revision.number
        )
    return result


def _analysis(context: TaskContext) -> Analysis:
    analysis = (
        Analysis.objects.filter(
            id=context.configuration["analysis_id"], workspace_id=context.task.workspace_id
        )
        .select_related("photo__style", "photo__workspace")
        .first()
    )
    if analysis is None or not analysis.mask:
        raise Problem(
            "nothing_to_draw", _("The analysis is gone or found no garment. Analyse the photo again.")
        )
    return analysis


def _stitch_lines(analysis: Analysis) -> list[list[list[float]]]:
    """The rows of stitches of the parts that stand: those in a box that was found and then rejected, or
    called something else, are left out, unless another box of stitches has them too.
    """
    standing: list[list[float]] = []
    gone: list[list[float]] = []
    for part in analysis.photo.parts.filter(removed_at=None):
        stands = part.kind == Part.Kind.STITCH and part.state != Part.State.REJECTED
        if stands:
            standing.append(part.box)
        if part.found and part.found["kind"] == Part.Kind.STITCH:
            (standing if stands else gone).append(part.found["box"])
    return [
        line
        for line in analysis.findings.get("stitch_lines", [])
        if not any(_lies_in(line, box) for box in gone) or any(_lies_in(line, box) for box in standing)
    ]


def _lies_in(line: list[list[float]], box: list[float]) -> bool:
    """Whether most points of a line are in a box; a new analysis may set the box a little differently."""
    left, top, right, bottom = box
    x_room, y_room = ROOM * (right - left), ROOM * (bottom - top)
    inside = sum(
        left - x_room <= x <= right + x_room and top - y_room <= y <= bottom + y_room for x, y in line
    )
    return inside >= MOST * len(line)


def _mask(analysis: Analysis) -> NDArray[np.bool_]:
    with analysis.mask.open("rb") as file:
        encoded = np.frombuffer(file.read(), np.uint8)
    grey = cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise ValueError(f"{analysis.mask.name} is no picture")
    return np.asarray(grey > 127)
