"""The tech pack page and the downloads."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.roles import Role
from apps.accounts.selectors import may, user_of
from apps.agents.selectors import task_list_for_user, task_payload
from apps.garments.selectors import style_get_for_user
from apps.garments.views import back
from apps.techpacks.content import build_content
from apps.techpacks.models import TechPackExport
from apps.techpacks.selectors import (
    export_get_for_user,
    export_list_for_user,
    newest_revisions,
    pack_source_for_user,
)
from apps.techpacks.services import AGENT_TYPE, techpack_export

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_GET
def techpack(request: HttpRequest, style_id: UUID) -> HttpResponse:
    """What the next issue would print, the issues so far, and the one being made."""
    user = user_of(request)
    style = style_get_for_user(user, style_id)
    revisions = newest_revisions(style)
    exports = list(export_list_for_user(user, style))
    issue = exports[0].number + 1 if exports else 1
    source = pack_source_for_user(user, style, revisions=revisions, issue=issue, at=timezone.localtime())
    tasks = task_list_for_user(user, subject=f"style:{style.id}", unfinished=True)
    context = {
        "style": style,
        "content": build_content(source),
        "revisions": revisions,
        "exports": exports,
        "tasks": [task for task in tasks if task.agent_type == AGENT_TYPE],
        "can_edit": may(user, style.workspace_id, Role.DESIGNER),
    }
    return render(request, "techpacks/techpack.html", context)


@login_required
@require_POST
def export(request: HttpRequest, style_id: UUID) -> HttpResponse:
    """Start an export. JSON task for scripts, else back to the page, which shows the progress."""
    user = user_of(request)
    style = style_get_for_user(user, style_id)
    task = techpack_export(user=user, style=style)
    if "text/html" in request.headers.get("Accept", "") or "HX-Request" in request.headers:
        return back(request, "techpack", style.id)
    return JsonResponse(task_payload(task), status=202)


@login_required
@require_GET
def pdf(request: HttpRequest, export_id: UUID) -> FileResponse:
    issue = export_get_for_user(user_of(request), export_id)
    return file_response(issue, issue.pdf, "pdf", "application/pdf")


@login_required
@require_GET
def xlsx(request: HttpRequest, export_id: UUID) -> FileResponse:
    issue = export_get_for_user(user_of(request), export_id)
    return file_response(issue, issue.xlsx, "xlsx", XLSX_TYPE)


def file_response(issue: TechPackExport, file: FieldFile, extension: str, content_type: str) -> FileResponse:
    """A download named after the style number and the issue (RFC 5987 for Japanese)."""
    response = FileResponse(
        file.open("rb"),
        as_attachment=True,
        filename=f"{issue.style.code}-techpack-{issue.number}.{extension}",
        content_type=content_type,
    )
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    return response
