"""The garment analyser: open the photo, find what is in it, store one analysis, ask for the drawing."""

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import cv2
import numpy as np
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from apps.agents.context import TaskContext
from apps.agents.services import task_create
from apps.garments.measurement_selectors import decided_measurements, typed_dimensions
from apps.garments.models import Analysis, Photo, mask_path
from apps.garments.parts import parts_store
from apps.garments.photo_problems import photo_problem
from apps.problems import Problem
from ml.errors import PhotoError
from ml.registry import shared_registry
from ml.vision.analysis import Analysis as Found
from ml.vision.analysis import analyse
from ml.vision.analysis import warm_up as warm_up_networks
from ml.vision.photo import open_photo

DRAWER = "svg_generator"
EMBEDDER = "traits"
DRAWN_VIEWS = frozenset({Photo.View.FRONT, Photo.View.BACK})
BEGIN, END = 5, 90


def warm_up() -> None:
    """Load the networks and run each once, so that the first photo does not wait for that."""
    warm_up_networks(shared_registry(settings.ML_DEVICE))


def run(context: TaskContext) -> dict[str, Any]:
    """Analyse one photo; configuration is {"photo_id", "reference": {POM code: cm}}, the latter optional."""
    context.report("fetch", 1)
    photo = _photo(context)
    content = _content(photo)
    try:
        found = analyse(
            lambda: open_photo(content),
            shared_registry(settings.ML_DEVICE),
            reference=_known_dimensions(context, photo),
            on_step=lambda step, share: context.report(step, round(BEGIN + (END - BEGIN) * share)),
        )
    except PhotoError as error:
        raise photo_problem(error) from error
    findings = found.to_json(photo.filename, None)
    context.models(findings["models"])

    context.report("store", END)
    with context.effect() as result:
        analysis = _store(context, photo, found, findings)
        result.update(analysis_id=str(analysis.id), refused=analysis.refused or None)
        if not analysis.refused and photo.view in DRAWN_VIEWS:
            drawing = task_create(
                workspace=context.task.workspace,
                user=context.task.created_by,
                agent_type=DRAWER,
                configuration={"analysis_id": str(analysis.id), "mirrored": True},
                subject=context.task.subject,
                priority=context.task.priority,
            )
            result.update(drawing_task_id=str(drawing.id))
    return result


def _photo(context: TaskContext) -> Photo:
    photo = (
        Photo.objects.filter(id=context.configuration["photo_id"], workspace_id=context.task.workspace_id)
        .select_related("style")
        .first()
    )
    if photo is None:
        raise _photo_gone()
    return photo


def _known_dimensions(context: TaskContext, photo: Photo) -> dict[str, float]:
    """Those the task was started with, and what people have typed of the style, POM code → cm."""
    typed = typed_dimensions(decided_measurements(photo.style))
    return {**context.configuration.get("reference", {}), **typed}


def _photo_gone() -> Problem:
    return Problem("photo_not_found", _("The photo has been deleted."))


def _content(photo: Photo) -> bytes:
    """The original as it was uploaded."""
    try:
        with photo.original.open("rb") as file:
            content: bytes = file.read()
    except FileNotFoundError as error:
        raise photo_problem(PhotoError("not_found", str(photo.original.name))) from error
    return content


def _store(context: TaskContext, photo: Photo, found: Found, findings: dict[str, Any]) -> Analysis:
    """The row and its mask; the id follows from the task, so that a repeated start replaces its own file.

    The photo is locked: it cannot be deleted between the file and the row.
    """
    if Photo.objects.select_for_update().filter(id=photo.id).first() is None:
        raise _photo_gone()
    analysis = Analysis(
        id=uuid5(NAMESPACE_URL, f"analysis:{context.task.id}"),
        workspace_id=photo.workspace_id,
        photo=photo,
        task=context.task,
        embedding=findings.pop("embedding", None),
        embedding_model=embedding_model(findings),
        findings=findings,
        refused=findings["refused"] or "",
    )
    if found.mask.any():
        default_storage.delete(mask_path(analysis, ""))
        analysis.mask.save("", ContentFile(_png(found.mask)), save=False)
    analysis.save(force_insert=True)
    parts_store(analysis=analysis)
    return analysis


def embedding_model(findings: Mapping[str, Any]) -> str:
    """The sha256 of the network whose embeddings an analysis carries; "" where it names none."""
    return next((m["sha256"] for m in findings.get("models") or [] if m["name"] == EMBEDDER), "")


def _png(mask: NDArray[np.bool_]) -> bytes:
    encoded, data = cv2.imencode(".png", mask.astype(np.uint8) * 255)
    if not encoded:
        raise RuntimeError("the mask could not be written as PNG")
    return data.tobytes()
