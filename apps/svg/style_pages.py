"""The list of styles and the page of one: photos and findings of garments beside their flats."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.accounts.selectors import may, user_of, workspace_for_request
from apps.agents.models import AgentTask
from apps.agents.selectors import task_list_for_user
from apps.garments.forms import StyleForm
from apps.garments.models import Photo, Style
from apps.garments.selectors import (
    findings_for_user,
    photos_with_work,
    style_get_for_user,
    style_list_for_user,
)
from apps.garments.similar import similar_list_for_user
from apps.svg.models import Revision
from apps.svg.selectors import drawing_list_for_user
from apps.svg.views import garment_type_choices

STYLES_A_PAGE = 24
SIMILAR_ON_PAGE = 6


@login_required
@require_GET
def styles(request: HttpRequest) -> HttpResponse:
    """The styles of the current workspace. GET q, page, archived=1."""
    user = user_of(request)
    workspace = workspace_for_request(user, request.session)
    query = request.GET.get("q", "").strip()
    archived = request.GET.get("archived") == "1"
    rows = style_list_for_user(user, workspace.pk, query=query, archived=archived)
    page = Paginator(rows, STYLES_A_PAGE).get_page(request.GET.get("page"))
    _put_on_cards(user, list(page.object_list))
    context = {
        "styles": page,
        "query": query,
        "archived": archived,
        "can_edit": may(user, workspace.pk, Role.DESIGNER),
    }
    return render(request, "garments/styles.html", context)


def _put_on_cards(user: User, styles: list[Style]) -> None:
    """Give each style `cover`, `flat`, `drawing_state` and `task`, with four queries for all."""
    ids = [style.pk for style in styles]
    covers: dict[Any, Photo] = {}
    of_photo: dict[str, Any] = {}
    for photo in Photo.objects.filter(style__in=ids):
        covers.setdefault(photo.style_id, photo)
        of_photo[f"photo:{photo.pk}"] = photo.style_id
    flats: dict[Any, Revision] = {}
    for revision in (
        Revision.objects.filter(drawing__style__in=ids)
        .order_by("drawing__view", "-number")
        .select_related("drawing")
        .defer("document")
    ):
        known = flats.get(revision.drawing.style_id)
        if known is None or revision.drawing.view == Photo.View.FRONT != known.drawing.view:
            flats[revision.drawing.style_id] = revision
    tasks: dict[Any, AgentTask] = {}
    for task in task_list_for_user(user, unfinished=True):
        if task.subject in of_photo:
            tasks.setdefault(of_photo[task.subject], task)
    for style in styles:
        flat = flats.get(style.pk)
        style.cover = covers.get(style.pk)  # type: ignore[attr-defined]
        style.flat = flat  # type: ignore[attr-defined]
        style.drawing_state = flat.drawing.state if flat else ""  # type: ignore[attr-defined]
        style.task = tasks.get(style.pk)  # type: ignore[attr-defined]


@login_required
@require_GET
def style(request: HttpRequest, style_id: UUID) -> HttpResponse:
    """Photos with their progress, what was found, the flats."""
    user = user_of(request)
    row = style_get_for_user(user, style_id)
    photos = photos_with_work(user, row)
    context = {
        "style": row,
        "photos": photos,
        "findings": findings_for_user(user, row),
        "similar": similar_list_for_user(user, row, SIMILAR_ON_PAGE),
        "drawings": list(drawing_list_for_user(user, row)),
        "form": StyleForm(instance=row),
        "garment_types": garment_type_choices(),
        "tasks": list(
            task_list_for_user(user, workspace_id=row.workspace_id, unfinished=True).filter(
                subject__in=[*(f"photo:{photo.pk}" for photo in photos), f"style:{row.pk}"]
            )
        ),
        "views": Photo.View.choices,
        "can_edit": may(user, row.workspace_id, Role.DESIGNER),
    }
    return render(request, "garments/style.html", context)
