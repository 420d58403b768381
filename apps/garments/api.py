"""REST: styles, photos, analyses."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from ninja import FileEx, FormEx, P, Router, Schema, Status
from ninja.files import UploadedFile

from apps.accounts.selectors import user_of, workspace_for_request
from apps.agents.api import IdempotencyKey, TaskOut
from apps.agents.selectors import task_payload
from apps.garments import services
from apps.garments.files import file_response
from apps.garments.findings_api import router as findings_router
from apps.garments.landmark_api import router as landmarks_router
from apps.garments.measurement_api import router as measurements_router
from apps.garments.models import Analysis, Photo, Style
from apps.garments.part_api import router as parts_router
from apps.garments.selectors import (
    analysis_latest_for_user,
    photo_get_for_user,
    photo_list_for_user,
    style_get_for_user,
    style_list_for_user,
)
from apps.garments.uploads import upload_read
from apps.pagination import LIMIT, CursorPage, Page, paginate
from apps.problems import NotFound

router = Router(tags=["styles and photos"])
router.add_router("", findings_router)
router.add_router("", parts_router)
router.add_router("", landmarks_router)
router.add_router("", measurements_router)

View = Literal["front", "back", "detail"]


class StyleOut(Schema):
    """A garment in work."""

    id: UUID
    workspace_id: UUID
    code: str
    name: str
    brand: str
    season: str
    size_range: str
    sample_size: str
    fabric: str
    created_at: datetime
    updated_at: datetime


class StyleIn(Schema):
    """A new style; without a workspace the caller's first one is meant."""

    code: str
    workspace_id: UUID | None = None
    name: str = ""
    brand: str = ""
    season: str = ""
    size_range: str = ""
    sample_size: str = ""
    fabric: str = ""


class StylePatch(Schema):
    """Fields to change; what is left out stays."""

    code: str | None = None
    name: str | None = None
    brand: str | None = None
    season: str | None = None
    size_range: str | None = None
    sample_size: str | None = None
    fabric: str | None = None


class PhotoOut(Schema):
    """A photo; sizes in upright pixels."""

    id: UUID
    style_id: UUID
    view: str
    filename: str
    format: str
    width: int
    height: int
    sha256: str
    created_at: datetime
    image: str

    @staticmethod
    def resolve_image(photo: Photo) -> str:
        return f"/api/v1/photos/{photo.id}/image.webp"


class PhotoAndTask(Schema):
    """A stored photo and the task that analyses it."""

    photo: PhotoOut
    task: TaskOut | None


class AnalysisOut(Schema):
    """One analysis; `findings` are as `python -m ml analyse` prints them."""

    id: UUID
    photo_id: UUID
    task_id: UUID
    refused: str
    created_at: datetime
    findings: dict[str, Any]


@router.get("/styles", response=CursorPage[StyleOut])
def list_styles(
    request: HttpRequest,
    workspace_id: UUID | None = None,
    query: str = "",
    archived: bool = False,
    cursor: str | None = None,
    limit: int = LIMIT,
) -> Page[Style]:
    """Styles of the caller's workspaces, newest first."""
    styles = style_list_for_user(user_of(request), workspace_id, query=query, archived=archived)
    return paginate(styles, cursor, limit)


@router.post("/styles", response={201: StyleOut})
def create_style(request: HttpRequest, data: StyleIn) -> Status[Style]:
    user = user_of(request)
    workspace = workspace_for_request(user, workspace_id=data.workspace_id)
    fields = data.dict(exclude={"workspace_id"})
    return Status(201, services.style_create(user=user, workspace=workspace, **fields))


@router.get("/styles/{style_id}", response=StyleOut)
def get_style(request: HttpRequest, style_id: UUID) -> Style:
    return style_get_for_user(user_of(request), style_id)


@router.patch("/styles/{style_id}", response=StyleOut)
def update_style(request: HttpRequest, style_id: UUID, data: StylePatch) -> Style:
    user = user_of(request)
    fields = {key: value for key, value in data.dict().items() if value is not None}
    return services.style_update(user=user, style=style_get_for_user(user, style_id), **fields)


@router.get("/styles/{style_id}/photos", response=list[PhotoOut])
def list_photos(request: HttpRequest, style_id: UUID) -> list[Photo]:
    """The photos of a style in the order they came."""
    user = user_of(request)
    return list(photo_list_for_user(user, style_get_for_user(user, style_id)))


@router.post("/styles/{style_id}/photos", response={201: PhotoAndTask})
def upload_photo(
    request: HttpRequest, style_id: UUID, photo: FileEx[UploadedFile, P()], view: FormEx[View, P()] = "front"
) -> Status[dict[str, Any]]:
    """JPEG, PNG, WebP or HEIC up to 20 MB as multipart field `photo`. 409 duplicate_photo names the first."""
    user = user_of(request)
    data, name = upload_read(photo)
    style = style_get_for_user(user, style_id)
    row, task = services.photo_add(user=user, style=style, upload=data, filename=name, view=view)
    return Status(201, {"photo": row, "task": task_payload(task) if task else None})


@router.get("/photos/{photo_id}", response=PhotoOut)
def get_photo(request: HttpRequest, photo_id: UUID) -> Photo:
    return photo_get_for_user(user_of(request), photo_id)


@router.get("/photos/{photo_id}/image.webp")
def get_photo_image(request: HttpRequest, photo_id: UUID) -> HttpResponseBase:
    """The upright photo without metadata, at most 2560 pixels."""
    photo = photo_get_for_user(user_of(request), photo_id)
    return file_response(request, photo.normalised, "image/webp", f"{photo.id}.webp")


@router.delete("/photos/{photo_id}", response={204: None})
def delete_photo(request: HttpRequest, photo_id: UUID) -> Status[None]:
    """409 photo_in_use once a drawing was made from it."""
    user = user_of(request)
    services.photo_delete(user=user, photo=photo_get_for_user(user, photo_id))
    return Status(204, None)


@router.get("/photos/{photo_id}/analysis", response=AnalysisOut)
def get_analysis(request: HttpRequest, photo_id: UUID) -> Analysis:
    """The newest analysis of a photo."""
    user = user_of(request)
    analysis = analysis_latest_for_user(user, photo_get_for_user(user, photo_id))
    if analysis is None:
        raise NotFound("analysis_not_found", _("This photo has not been analysed yet. Follow its task."))
    return analysis


@router.post("/photos/{photo_id}/analyse", response={202: TaskOut})
def analyse_photo(
    request: HttpRequest, photo_id: UUID, idempotency_key: IdempotencyKey = None
) -> Status[dict[str, Any]]:
    """Analyse a photo again. Follow the returned task."""
    user = user_of(request)
    photo = photo_get_for_user(user, photo_id)
    task = services.photo_analyse(user=user, photo=photo, idempotency_key=idempotency_key)
    return Status(202, task_payload(task))
