"""Writes of the drawing house."""

import hashlib
import json
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.accounts.selectors import require_role
from apps.agents.models import AgentTask
from apps.agents.services import task_create
from apps.garments.models import Analysis, Style
from apps.problems import Conflict, Problem
from apps.svg.models import Drawing, Review, Revision

AGENT_TYPE = "svg_generator"


def drawing_generate(
    *, user: User, style: Style, view: str, mirrored: bool, idempotency_key: str | None = None
) -> AgentTask:
    """Ask for a new revision drawn from the newest analysis of a view.

    Raises NotFound and Forbidden as every service does, Problem when no photo of the view could be used yet.
    """
    require_role(user, style.workspace_id, Role.DESIGNER)
    analysis = (
        Analysis.objects.filter(photo__style=style, photo__view=view, refused="").exclude(mask="").first()
    )
    if analysis is None:
        raise Problem(
            "nothing_to_draw", _("No photo of this view has been analysed yet. Add one, or analyse it again.")
        )
    return task_create(
        workspace=style.workspace,
        user=user,
        agent_type=AGENT_TYPE,
        configuration={"analysis_id": str(analysis.id), "mirrored": mirrored},
        subject=f"photo:{analysis.photo_id}",
        idempotency_key=idempotency_key,
    )


def revision_add(
    *, analysis: Analysis, task: AgentTask, document: dict[str, Any], mirrored: bool
) -> Revision:
    """Store a drawn document as the next revision of its view; the drawing goes back into review.

    Call inside the transaction of the task's effect.
    """
    photo = analysis.photo
    drawing, _created = Drawing.objects.get_or_create(
        style=photo.style, view=photo.view, defaults={"workspace": photo.workspace}
    )
    drawing = Drawing.objects.select_for_update().get(id=drawing.id)
    newest = drawing.revisions.aggregate(newest=Max("number"))["newest"] or 0
    revision = Revision.objects.create(
        workspace=photo.workspace,
        drawing=drawing,
        number=newest + 1,
        document=document,
        content_hash=content_hash(document),
        mirrored=mirrored,
        analysis=analysis,
        task=task,
        created_by=task.created_by,
    )
    drawing.state = Drawing.State.IN_REVIEW
    drawing.save(update_fields=["state", "updated_at"])
    return revision


@transaction.atomic
def review_give(
    *, user: User, drawing: Drawing, verdict: str, content_hash: str, comment: str = ""
) -> Review:
    """Approve the newest revision or ask for changes.

    content_hash: of the document the reviewer saw. Raises Conflict(stale_review) with the newest revision's
    number when it is not that of the newest revision, Problem for an unknown verdict or a missing comment.
    """
    require_role(user, drawing.workspace_id, Role.DESIGNER)
    if verdict not in Review.Verdict.values:
        raise Problem("unknown_verdict", _("A verdict is approved or changes_requested."))
    comment = comment.strip()
    if "\x00" in comment:
        raise Problem("bad_character", _("This text has a character that cannot be stored."))
    if verdict == Review.Verdict.CHANGES_REQUESTED and not comment:
        raise Problem("comment_missing", _("Say what should change."))
    drawing = Drawing.objects.select_for_update().get(id=drawing.id)
    newest = drawing.revisions.first()
    if newest is None:
        raise Problem("nothing_to_review", _("There is no drawing to review yet."))
    if newest.content_hash != content_hash:
        raise Conflict(
            "stale_review",
            _("A newer revision has been drawn since. Look at it before you decide."),
            revision=newest.number,
        )
    review = Review.objects.create(
        workspace_id=drawing.workspace_id,
        revision=newest,
        verdict=verdict,
        comment=comment,
        content_hash=content_hash,
        reviewer=user,
    )
    drawing.state = verdict
    drawing.save(update_fields=["state", "updated_at"])
    return review


def content_hash(document: dict[str, Any]) -> str:
    """SHA-256 of the document's canonical JSON."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
