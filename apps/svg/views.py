"""The review page, verdicts, new drawings, and the files of a revision."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Q, TextChoices
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.roles import Role
from apps.accounts.selectors import may, user_of
from apps.agents.models import AgentTask
from apps.agents.selectors import task_list_for_user, task_payload
from apps.garments.attributes import ATTRIBUTES
from apps.garments.models import Decision, Photo, Style
from apps.garments.selectors import (
    Attribute,
    Findings,
    analysis_latest_for_user,
    findings_for_user,
    photo_list_for_user,
    style_get_for_user,
)
from apps.garments.views import back
from apps.svg.downloads import flat_response
from apps.svg.models import Drawing, Revision
from apps.svg.selectors import (
    drawing_list_for_user,
    review_list_for_user,
    revision_get_for_user,
    revision_list_for_user,
)
from apps.svg.services import drawing_generate, review_give
from ml.garment_types import NAMES


@login_required
@require_GET
def review(request: HttpRequest, style_id: UUID) -> HttpResponse:
    """Photo and flat of one view. GET view=front|back|detail, revision=<number>, photo=<uuid>."""
    user = user_of(request)
    style = style_get_for_user(user, style_id)
    photos = list(photo_list_for_user(user, style))
    drawings = {drawing.view: drawing for drawing in drawing_list_for_user(user, style)}
    view = _view(request, photos, drawings)
    drawing = drawings.get(view)
    revisions = list(revision_list_for_user(user, drawing)) if drawing else []
    revision = _revision(request, revisions)
    photo = _photo(request, photos, view, revision)
    findings = findings_for_user(user, style)
    context: dict[str, Any] = {
        "style": style,
        "view": view,
        "views": [
            (code, label) for code, label in Photo.View.choices if code in drawings or _has(photos, code)
        ],
        "photos": photos,
        "photo": photo,
        "analysis": analysis_latest_for_user(user, photo) if photo else None,
        "drawing": drawing,
        "revision": revision,
        "revisions": revisions,
        "is_newest": bool(revisions) and revision == revisions[0],
        "reviews": list(review_list_for_user(user, drawing)) if drawing else [],
        "tasks": _tasks(user, style, photos),
        "findings": findings,
        "attributes": attribute_fields(findings),
        "garment_types": garment_type_choices(),
        "can_edit": may(user, style.workspace_id, Role.DESIGNER),
    }
    return render(request, "svg/review.html", context)


def garment_type_choices() -> list[tuple[str, str]]:
    """Every garment type as (code, name in the active language)."""
    language = get_language()
    return [(code, names.ja if language == "ja" else names.en) for code, names in NAMES.items()]


def attribute_fields(findings: Findings) -> list[tuple[str, str, type[TextChoices], Attribute]]:
    """Sleeve, neck and closure as (field, name in the active language, values, what is known)."""
    return [
        (field, str(Decision.Field(field).label), values, findings.attributes[field])
        for field, values in ATTRIBUTES.items()
    ]


def _has(photos: list[Photo], view: str) -> bool:
    return any(photo.view == view for photo in photos)


def _view(request: HttpRequest, photos: list[Photo], drawings: dict[str, Drawing]) -> str:
    asked = request.GET.get("view", "")
    if asked in Photo.View.values:
        return asked
    for view in Photo.View.values:
        if view in drawings or _has(photos, view):
            return str(view)
    return str(Photo.View.FRONT)


def _revision(request: HttpRequest, revisions: list[Revision]) -> Revision | None:
    """The revision asked for by its number, else the newest."""
    by_number = {str(revision.number): revision for revision in revisions}
    newest = revisions[0] if revisions else None
    return by_number.get(request.GET.get("revision", ""), newest)


def _photo(request: HttpRequest, photos: list[Photo], view: str, revision: Revision | None) -> Photo | None:
    """The photo asked for, else the one the revision was drawn from, else the newest of the view."""
    asked = request.GET.get("photo", "")
    by_id = {str(photo.id): photo for photo in photos}
    if asked in by_id:
        return by_id[asked]
    if revision and revision.analysis and str(revision.analysis.photo_id) in by_id:
        return by_id[str(revision.analysis.photo_id)]
    of_view = [photo for photo in photos if photo.view == view]
    return of_view[-1] if of_view else None


def _tasks(user: Any, style: Style, photos: list[Photo]) -> list[AgentTask]:
    """What still runs on the style, and what ended badly and was not repeated since."""
    subjects = {f"photo:{photo.id}" for photo in photos} | {f"style:{style.id}"}
    tasks = task_list_for_user(user, workspace_id=style.workspace_id).filter(subject__in=subjects)
    newest = tasks.order_by("subject", "-created_at", "-id").distinct("subject").values("id")
    unfinished = Q(status__in=set(AgentTask.Status) - AgentTask.ENDED)
    return list(tasks.filter(unfinished | Q(id__in=newest, status__in=AgentTask.RETRIABLE)))


@login_required
@require_POST
def generate(request: HttpRequest, style_id: UUID) -> HttpResponse:
    """POST view, mirrored=1|0: draw anew. JSON task for scripts, else back to the page."""
    style = style_get_for_user(user_of(request), style_id)
    view = request.POST.get("view", Photo.View.FRONT)
    task = drawing_generate(
        user=user_of(request), style=style, view=view, mirrored=request.POST.get("mirrored", "1") == "1"
    )
    if "text/html" in request.headers.get("Accept", "") or "HX-Request" in request.headers:
        return back(request, "review", style.id)
    return JsonResponse(task_payload(task), status=202)


@login_required
@require_POST
def give_review(request: HttpRequest, revision_id: UUID) -> HttpResponse:
    """POST verdict, content_hash, comment: approve or ask for changes, then back to the page."""
    revision = revision_get_for_user(user_of(request), revision_id)
    review_give(
        user=user_of(request),
        drawing=revision.drawing,
        verdict=request.POST.get("verdict", ""),
        content_hash=request.POST.get("content_hash", ""),
        comment=request.POST.get("comment", ""),
    )
    return back(request, "review", revision.drawing.style_id)


@login_required
@require_GET
def revision_as_svg(request: HttpRequest, revision_id: UUID) -> HttpResponse:
    return flat_response(request, revision_get_for_user(user_of(request), revision_id), "svg")


@login_required
@require_GET
def revision_as_png(request: HttpRequest, revision_id: UUID) -> HttpResponse:
    return flat_response(request, revision_get_for_user(user_of(request), revision_id), "png")


@login_required
@require_GET
def revision_as_pdf(request: HttpRequest, revision_id: UUID) -> HttpResponse:
    return flat_response(request, revision_get_for_user(user_of(request), revision_id), "pdf")


@login_required
@require_GET
def revision_as_json(request: HttpRequest, revision_id: UUID) -> HttpResponse:
    return flat_response(request, revision_get_for_user(user_of(request), revision_id), "json")
