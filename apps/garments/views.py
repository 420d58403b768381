"""Styles, photos and decisions; the pages that also show drawings are in apps.svg.style_pages."""

import json
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.roles import Role
from apps.accounts.selectors import require_role, user_of, workspace_for_request
from apps.agents.selectors import task_payload
from apps.garments.decisions import decision_make, decision_take_back
from apps.garments.files import file_response
from apps.garments.forms import StyleForm
from apps.garments.models import Photo, Style
from apps.garments.selectors import analysis_get_for_user, photo_get_for_user, style_get_for_user
from apps.garments.services import (
    photo_add,
    photo_analyse,
    photo_delete,
    photo_set_view,
    style_archive,
    style_create,
    style_update,
)
from apps.garments.uploads import upload_read
from apps.problems import NotFound, Problem


def back(request: HttpRequest, fallback: str, *args: Any) -> HttpResponse:
    """To the page named by POST `next` when it is one of ours, else to `fallback`."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = resolve_url(fallback, *args)
    return redirect(target)


@login_required
@require_http_methods(["GET", "POST"])
def new_style(request: HttpRequest) -> HttpResponse:
    """A form for a new style, then its page."""
    user = user_of(request)
    workspace = workspace_for_request(user, request.session)
    require_role(user, workspace.pk, Role.DESIGNER)
    form = StyleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        style = _from_form(form, lambda fields: style_create(user=user, workspace=workspace, **fields))
        if style is not None:
            return redirect("style", style.id)
    return render(request, "garments/style_form.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def edit_style(request: HttpRequest, style_id: UUID) -> HttpResponse:
    """The header data of a style."""
    user = user_of(request)
    style = style_get_for_user(user, style_id)
    require_role(user, style.workspace_id, Role.DESIGNER)
    form = StyleForm(request.POST or None, instance=style_get_for_user(user, style_id))
    if request.method == "POST" and form.is_valid():
        saved = _from_form(form, lambda fields: style_update(user=user, style=style, **fields))
        if saved is not None:
            return back(request, "style", style.id)
    context = {"form": form, "style": style}
    return render(request, "garments/style_form.html", context, status=422 if form.errors else 200)


def _from_form(form: StyleForm, write: Any) -> Style | None:
    """The written style; None after putting the service's problem at its field."""
    try:
        style: Style = write(form.cleaned_data)
    except Problem as problem:
        field = problem.extra.get("field")
        form.add_error(str(field) if field in form.fields else None, str(problem.text))
        return None
    return style


@login_required
@require_POST
def archive_style(request: HttpRequest, style_id: UUID) -> HttpResponse:
    """POST archived=1|0."""
    style = style_get_for_user(user_of(request), style_id)
    style_archive(user=user_of(request), style=style, archived=request.POST.get("archived", "1") == "1")
    return redirect("styles")


@login_required
@require_POST
def upload_photo(request: HttpRequest, style_id: UUID) -> HttpResponse:
    """POST photo (file), view: 201 with photo and task as JSON."""
    user = user_of(request)
    style = style_get_for_user(user, style_id)
    data, name = upload_read(request.FILES.get("photo"))
    view = request.POST.get("view", Photo.View.FRONT)
    photo, task = photo_add(user=user, style=style, upload=data, filename=name, view=view)
    return JsonResponse(
        {"photo": photo_payload(photo), "task": task_payload(task) if task else None}, status=201
    )


def photo_payload(photo: Photo) -> dict[str, Any]:
    """A photo for scripts."""
    return {
        "id": str(photo.id),
        "view": photo.view,
        "filename": photo.filename,
        "width": photo.width,
        "height": photo.height,
        "image": reverse("photo_image", args=[photo.id]),
        "thumbnail": reverse("photo_thumbnail", args=[photo.id]),
    }


@login_required
@require_GET
def photo_image(request: HttpRequest, photo_id: UUID) -> HttpResponseBase:
    photo = photo_get_for_user(user_of(request), photo_id)
    return file_response(request, photo.normalised, "image/webp", f"{photo.id}.webp")


@login_required
@require_GET
def photo_thumbnail(request: HttpRequest, photo_id: UUID) -> HttpResponseBase:
    photo = photo_get_for_user(user_of(request), photo_id)
    return file_response(request, photo.thumbnail, "image/webp", f"{photo.id}-small.webp")


@login_required
@require_GET
def analysis_mask(request: HttpRequest, analysis_id: UUID) -> HttpResponseBase:
    analysis = analysis_get_for_user(user_of(request), analysis_id)
    if not analysis.mask:
        raise NotFound("mask_not_found", _("The analysis found no garment, so there is no mask."))
    return file_response(request, analysis.mask, "image/png", f"{analysis.id}.png")


@login_required
@require_POST
def set_photo_view(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """POST view=front|back|detail."""
    photo = photo_get_for_user(user_of(request), photo_id)
    photo_set_view(user=user_of(request), photo=photo, view=request.POST.get("view", ""))
    return back(request, "style", photo.style_id)


@login_required
@require_POST
def remove_photo(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    photo = photo_get_for_user(user_of(request), photo_id)
    photo_delete(user=user_of(request), photo=photo)
    return back(request, "style", photo.style_id)


@login_required
@require_POST
def analyse_photo(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """Analyse again. JSON task for scripts, else back to the page."""
    photo = photo_get_for_user(user_of(request), photo_id)
    task = photo_analyse(user=user_of(request), photo=photo)
    if "text/html" in request.headers.get("Accept", "") or "HX-Request" in request.headers:
        return back(request, "style", photo.style_id)
    return JsonResponse(task_payload(task), status=202)


@login_required
@require_POST
def decide(request: HttpRequest, style_id: UUID) -> HttpResponse:
    """POST field, value (colours: JSON list) or take_back=1; then back to the page."""
    user = user_of(request)
    style = style_get_for_user(user, style_id)
    field = request.POST.get("field", "")
    if request.POST.get("take_back"):
        decision_take_back(user=user, style=style, field=field)
    else:
        decision_make(user=user, style=style, field=field, value=_value(field, request.POST.get("value", "")))
    return back(request, "review", style.id)


def _value(field: str, text: str) -> Any:
    if field != "colours":
        return text
    try:
        return json.loads(text)
    except ValueError:
        raise Problem("bad_colours", _("The colours are not valid JSON.")) from None
