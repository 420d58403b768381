"""Drawings for tests: real documents of drawn garments, stored as the drawer stores them."""

from functools import cache
from typing import Any

from django.db import transaction

from apps.agents.models import AgentTask
from apps.agents.services import task_create
from apps.garments.models import Analysis, Photo
from apps.svg.models import Revision
from apps.svg.services import AGENT_TYPE, revision_add
from ml.drawing.flat import draw_flat
from tests.apps.garments.factories import an_analysis
from tests.pictures import garment_picture


@cache
def a_document(*, mirrored: bool = True, view: str = "front", kind: str = "t-shirt") -> dict[str, Any]:
    """The drawing document of a drawn garment."""
    mask = garment_picture(kind, width=360, height=480).mask
    return draw_flat(mask, mirror=mirrored, view=view).to_json()


@transaction.atomic
def a_revision(
    photo: Photo | None = None, *, analysis: Analysis | None = None, mirrored: bool = True
) -> Revision:
    """The next revision of the drawing of a photo's view; of a new style when no photo is given."""
    analysis = analysis or an_analysis(photo)
    photo = analysis.photo
    task = task_create(
        workspace=photo.style.workspace,
        user=photo.created_by,
        agent_type=AGENT_TYPE,
        configuration={"analysis_id": str(analysis.id), "mirrored": mirrored},
        subject=f"photo:{photo.id}",
    )
    AgentTask.objects.filter(id=task.id).update(status=AgentTask.Status.SUCCEEDED, progress=100)
    document = a_document(mirrored=mirrored, view=photo.view)
    return revision_add(analysis=analysis, task=task, document=document, mirrored=mirrored)


def redrawn(revision: Revision, *, mirrored: bool = False) -> Revision:
    """A newer revision of the same drawing; by default not the same as a mirrored one."""
    assert revision.analysis is not None
    return a_revision(analysis=revision.analysis, mirrored=mirrored)
