"""REST: ask for a tech pack, list its issues, fetch the files."""

from datetime import datetime
from uuid import UUID

from django.http import FileResponse, HttpRequest
from ninja import Router, Schema, Status

from apps.accounts.selectors import user_of
from apps.agents.api import IdempotencyKey, TaskOut
from apps.agents.selectors import task_payload
from apps.garments.selectors import style_get_for_user
from apps.pagination import CursorPage, Page, paginate
from apps.techpacks import views
from apps.techpacks.models import TechPackExport
from apps.techpacks.selectors import export_get_for_user, export_list_for_user
from apps.techpacks.services import techpack_export

router = Router(tags=["techpacks"])


class TechPackOut(Schema):
    """One issue of a style's tech pack."""

    id: UUID
    style_id: UUID
    number: int
    created_at: datetime
    pdf: str
    xlsx: str

    @staticmethod
    def resolve_pdf(issue: TechPackExport) -> str:
        return f"/api/v1/techpacks/{issue.id}.pdf"

    @staticmethod
    def resolve_xlsx(issue: TechPackExport) -> str:
        return f"/api/v1/techpacks/{issue.id}.xlsx"


@router.get("/styles/{style_id}/techpacks", response=CursorPage[TechPackOut])
def list_techpacks(
    request: HttpRequest, style_id: UUID, cursor: str | None = None, limit: int = 50
) -> Page[TechPackExport]:
    """Issues of a style's tech pack, newest first."""
    style = style_get_for_user(user_of(request), style_id)
    return paginate(export_list_for_user(user_of(request), style), cursor=cursor, limit=limit)


@router.post("/styles/{style_id}/techpacks", response={202: TaskOut})
def create_techpack(
    request: HttpRequest, style_id: UUID, idempotency_key: IdempotencyKey = None
) -> Status[dict[str, object]]:
    """Ask for a new issue. Follow the returned task; its result names the issue."""
    style = style_get_for_user(user_of(request), style_id)
    task = techpack_export(user=user_of(request), style=style, idempotency_key=idempotency_key)
    return Status(202, task_payload(task))


@router.get("/techpacks/{uuid:export_id}", response=TechPackOut)
def get_techpack(request: HttpRequest, export_id: UUID) -> TechPackExport:
    return export_get_for_user(user_of(request), export_id)


@router.get("/techpacks/{uuid:export_id}.pdf", include_in_schema=True)
def get_techpack_pdf(request: HttpRequest, export_id: UUID) -> FileResponse:
    """The PDF of an issue."""
    issue = export_get_for_user(user_of(request), export_id)
    return views.file_response(issue, issue.pdf, "pdf", "application/pdf")


@router.get("/techpacks/{uuid:export_id}.xlsx")
def get_techpack_xlsx(request: HttpRequest, export_id: UUID) -> FileResponse:
    """The workbook of an issue."""
    issue = export_get_for_user(user_of(request), export_id)
    return views.file_response(issue, issue.xlsx, "xlsx", views.XLSX_TYPE)
