"""Writes of styles and photos."""

import logging
from functools import partial
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User, Workspace
from apps.accounts.roles import Role
from apps.accounts.selectors import require_role
from apps.agents.models import AgentTask
from apps.agents.services import task_create
from apps.garments.measurements import measurement_type
from apps.garments.models import Photo, Style
from apps.garments.photo_problems import photo_problem
from apps.garments.selectors import photo_get_for_user
from apps.problems import Conflict, Problem
from ml.errors import PhotoError
from ml.points_of_measure import points
from ml.vision.photo import Photo as OpenedPhoto
from ml.vision.photo import normalised_webp, open_photo, thumbnail_webp

logger = logging.getLogger(__name__)

ANALYZER = "garment_analyzer"
THUMBNAIL_PX = 480
LONGEST_CM = 500
STYLE_FIELDS = ("code", "name", "brand", "season", "size_range", "sample_size", "fabric")


@transaction.atomic
def style_create(*, user: User, workspace: Workspace, code: str, **fields: str) -> Style:
    """A new style. Raises Problem for a missing or too long field, Conflict when the number is taken."""
    require_role(user, workspace.pk, Role.DESIGNER)
    style = Style(workspace=workspace, created_by=user)
    _style_fill(style, {"code": code, **fields})
    return _style_save(style)


@transaction.atomic
def style_update(*, user: User, style: Style, **fields: str) -> Style:
    """Change the header data of a style. Raises as `style_create` does."""
    require_role(user, style.workspace_id, Role.DESIGNER)
    _style_fill(style, fields)
    return _style_save(style)


def style_archive(*, user: User, style: Style, archived: bool = True) -> Style:
    """Take a style out of the list, or put it back; nothing is deleted."""
    require_role(user, style.workspace_id, Role.DESIGNER)
    style.archived_at = timezone.now() if archived else None
    style.save(update_fields=["archived_at", "updated_at"])
    return style


def _style_fill(style: Style, fields: dict[str, str]) -> None:
    for name, value in fields.items():
        if name not in STYLE_FIELDS:
            raise Problem("unknown_field", _("A style has no such field."), field=name)
        value = value.strip()
        limit = Style._meta.get_field(name).max_length  # type: ignore[union-attr]
        if limit is not None and len(value) > limit:
            raise Problem("field_too_long", _("This text is too long."), field=name, limit=limit)
        if "\x00" in value:
            raise Problem("bad_character", _("This text has a character that cannot be stored."), field=name)
        setattr(style, name, value)
    if not style.code:
        raise Problem("code_missing", _("Give the style a number."), field="code")


def _style_save(style: Style) -> Style:
    try:
        with transaction.atomic():
            style.save()
    except IntegrityError:
        raise Conflict(
            "code_taken", _("This workspace already has a style with this number."), field="code"
        ) from None
    return style


def photo_add(
    *,
    user: User,
    style: Style,
    upload: bytes,
    filename: str,
    view: str = Photo.View.FRONT,
    reference: dict[str, float] | None = None,
    analyse: bool = True,
) -> tuple[Photo, AgentTask | None]:
    """Store a photo and ask for its analysis.

    Raises Problem with what to do for bytes that are no usable photo, Conflict(duplicate_photo) with the
    `photo_id` when the style has these very bytes already. Nothing is kept of a refused upload.
    """
    require_role(user, style.workspace_id, Role.DESIGNER)
    if view not in Photo.View.values:
        raise Problem("unknown_view", _("A view is front, back or detail."))
    try:
        opened = open_photo(upload)
    except PhotoError as error:
        raise photo_problem(error) from error
    _refuse_duplicate(style, opened.sha256)
    photo = Photo(
        workspace_id=style.workspace_id,
        style=style,
        view=view,
        filename=_clean_name(filename),
        sha256=opened.sha256,
        format=opened.format,
        width=opened.width,
        height=opened.height,
        size=len(upload),
        created_by=user,
    )
    try:
        _store_files(photo, upload, opened)
        with transaction.atomic():
            photo.save(force_insert=True)
            style.save(update_fields=["updated_at"])
            task = photo_analyse(user=user, photo=photo, reference=reference) if analyse else None
    except BaseException as error:
        _remove_files(photo)
        if isinstance(error, IntegrityError):
            _refuse_duplicate(style, opened.sha256)
        raise
    return photo, task


def photo_set_view(*, user: User, photo: Photo, view: str) -> Photo:
    """Say which side a photo shows."""
    require_role(user, photo.workspace_id, Role.DESIGNER)
    if view not in Photo.View.values:
        raise Problem("unknown_view", _("A view is front, back or detail."))
    photo.view = view
    photo.save(update_fields=["view"])
    return photo


@transaction.atomic
def photo_delete(*, user: User, photo: Photo) -> None:
    """Remove a photo, its analyses and files. Raises Conflict when a drawing was made from it."""
    require_role(user, photo.workspace_id, Role.DESIGNER)
    locked = Photo.objects.select_for_update().filter(id=photo.id).first()
    if locked is None:
        return
    masks = [str(analysis.mask.name) for analysis in locked.analyses.all() if analysis.mask]
    try:
        locked.delete()
    except ProtectedError:
        raise Conflict("photo_in_use", _("A drawing was made from this photo, so it is kept.")) from None
    transaction.on_commit(lambda: _remove_files(photo))
    for name in masks:
        transaction.on_commit(partial(default_storage.delete, name))


def photo_analyse(
    *,
    user: User,
    photo: Photo,
    reference: dict[str, float] | None = None,
    idempotency_key: str | None = None,
) -> AgentTask:
    """Ask for an analysis of a photo; the results of earlier ones and all decisions stay.

    reference: known dimensions in cm by POM code. Raises Problem for an unknown code or a value out of range.
    """
    return photo_analyse_start(
        user=user,
        configuration={"photo_id": str(photo.id), "reference": reference or {}},
        priority=AgentTask.Priority.NORMAL,
        idempotency_key=idempotency_key,
    )


@transaction.atomic
def photo_analyse_start(
    *, user: User, configuration: dict[str, Any], priority: str, idempotency_key: str | None
) -> AgentTask:
    """POST /ai/tasks for the analyser: configuration is {"photo_id", "reference"?}; see `photo_analyse`.

    The known dimensions are typed measurements of the style: later analyses know them, too.
    """
    if unknown := set(configuration) - {"photo_id", "reference"}:
        raise Problem("unknown_field", _("The configuration has an unknown field."), field=min(unknown))
    try:
        photo_id = UUID(str(configuration["photo_id"]))
    except (KeyError, ValueError):
        raise Problem("photo_id_missing", _("The configuration needs the photo_id of a photo.")) from None
    photo = photo_get_for_user(user, photo_id)
    require_role(user, photo.workspace_id, Role.DESIGNER)
    reference = _reference(configuration.get("reference") or {})
    for pom, centimetres in reference.items():
        measurement_type(user=user, style=photo.style, pom=pom, cm=centimetres)
    return task_create(
        workspace=photo.style.workspace,
        user=user,
        agent_type=ANALYZER,
        configuration={"photo_id": str(photo.id), "reference": reference},
        subject=f"photo:{photo.id}",
        priority=priority,
        idempotency_key=idempotency_key,
    )


def _reference(value: Any) -> dict[str, float]:
    if not isinstance(value, dict):
        raise Problem("bad_reference", _("A reference maps codes of points of measure to centimetres."))
    for code, centimetres in value.items():
        if code not in points():
            raise Problem("unknown_pom", _("There is no such point of measure."), pom=code)
        is_number = isinstance(centimetres, int | float) and not isinstance(centimetres, bool)
        if not is_number or not 0 < centimetres <= LONGEST_CM:
            raise Problem("bad_reference", _("A known dimension lies between 0 and 500 cm."), pom=code)
    return {code: float(centimetres) for code, centimetres in value.items()}


def _refuse_duplicate(style: Style, sha256: str) -> None:
    existing = Photo.objects.filter(style=style, sha256=sha256).first()
    if existing is not None:
        raise Conflict("duplicate_photo", _("This style already has this photo."), photo_id=str(existing.id))


def _clean_name(filename: str) -> str:
    """The last part of a file name, without control characters; only shown, never used as a path."""
    name = filename.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(character for character in name if character.isprintable())[:255] or "photo"


def _store_files(photo: Photo, upload: bytes, opened: OpenedPhoto) -> None:
    photo.original.save("", ContentFile(upload), save=False)
    photo.normalised.save("", ContentFile(normalised_webp(opened)), save=False)
    photo.thumbnail.save("", ContentFile(thumbnail_webp(opened, THUMBNAIL_PX)), save=False)


def _remove_files(photo: Photo) -> None:
    for file in (photo.original, photo.normalised, photo.thumbnail):
        if file:
            default_storage.delete(str(file.name))
