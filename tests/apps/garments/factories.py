"""Styles, photos and analyses for tests: styles and photos through the services, analyses as rows."""

from itertools import count
from typing import Any

import cv2
import numpy as np
from django.core.files.base import ContentFile
from numpy.typing import NDArray

from apps.accounts.models import User
from apps.agents.models import AgentTask
from apps.agents.services import task_create, task_run, tasks_collected
from apps.garments.models import Analysis, Photo, Style
from apps.garments.parts import parts_store
from apps.garments.pipeline import embedding_model
from apps.garments.services import ANALYZER, photo_add, style_create
from tests.apps.people import a_person, workspace_of
from tests.pictures import as_jpeg, garment_picture

_numbers = count(1)

NAVY = {"hex": "#1f2a44", "lab": [17.1, 2.2, -17.2], "share": 0.7, "name_en": "navy", "name_ja": "紺"}
IVORY = {
    "hex": "#f4efe1",
    "lab": [94.5, -0.3, 7.3],
    "share": 0.3,
    "name_en": "ivory",
    "name_ja": "アイボリー",
}


def a_jpeg(kind: str = "t-shirt", **options: Any) -> bytes:
    """A small photo with a content of its own."""
    picture = garment_picture(kind, width=90, height=120, seed=next(_numbers))
    return as_jpeg(picture.pixels, **options)


def a_style(user: User | None = None, **fields: Any) -> Style:
    """A style in the workspace of a person, a new one when none is given."""
    user = user or a_person()
    values = {"workspace": workspace_of(user), "code": f"TS-{next(_numbers):04d}", **fields}
    return style_create(user=user, **values)


def a_photo(style: Style | None = None, **fields: Any) -> Photo:
    """A stored photo of a style; nobody has been asked to analyse it."""
    style = style or a_style()
    values = {"user": style.created_by, "upload": a_jpeg(), "filename": "IMG_0001.JPG", **fields}
    return photo_add(style=style, analyse=False, **values)[0]


def what_was_found(**changes: Any) -> dict[str, Any]:
    """An analysis as `python -m ml analyse` prints it, of a navy and ivory t-shirt."""
    found = {
        "photo": "photo.jpg",
        "width": 90,
        "height": 120,
        "quality": {"score": 0.9, "issues": []},
        "garment": {
            "type": "t-shirt",
            "confidence": 0.86,
            "alternatives": [{"type": "polo", "confidence": 0.08}],
        },
        "view": "front",
        "mask": None,
        "outline": [],
        "landmarks": {},
        "parts": [],
        "colours": [NAVY, IVORY],
        "measurements": [],
        "refused": None,
        "models": [{"name": "garment", "version": "1.0.0", "sha256": "0" * 64}],
        "seconds": {},
    }
    return {**found, **changes}


def an_analysis(
    photo: Photo | None = None,
    *,
    kind: str = "t-shirt",
    mask: NDArray[np.bool_] | None = None,
    **changes: Any,
) -> Analysis:
    """The row that a finished analysis leaves; with the mask of a drawn garment unless it was refused."""
    photo = photo or a_photo()
    found = what_was_found(**changes)
    task = task_create(
        workspace=photo.style.workspace,
        user=photo.created_by,
        agent_type=ANALYZER,
        configuration={"photo_id": str(photo.id)},
        subject=f"photo:{photo.id}",
    )
    AgentTask.objects.filter(id=task.id).update(status=AgentTask.Status.SUCCEEDED, progress=100)
    analysis = Analysis(
        workspace_id=photo.workspace_id,
        photo=photo,
        task=task,
        embedding=found.pop("embedding", None),
        embedding_model=embedding_model(found),
        findings=found,
        refused=found["refused"] or "",
    )
    if not analysis.refused:
        mask = garment_picture(kind, width=360, height=480).mask if mask is None else mask
        _written, png = cv2.imencode(".png", mask.astype(np.uint8) * 255)
        analysis.mask.save("", ContentFile(png.tobytes()), save=False)
    analysis.save()
    parts_store(analysis=analysis)
    return analysis


def run_to_end(task: AgentTask) -> AgentTask:
    """Runs a task in this process, as a worker would; what it asks for stays waiting."""
    with tasks_collected():
        task_run(task.id, retry=False)
    task.refresh_from_db()
    return task
