"""Styles, their photographs, what an analysis found in them, and what people decided."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Workspace
from apps.agents.models import AgentTask


class Style(models.Model):
    """One garment in work, known to the trade by its style number (品番)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="styles")
    code = models.CharField(_("style no."), max_length=40)
    name = models.CharField(_("name"), max_length=120, blank=True)
    brand = models.CharField(_("brand"), max_length=80, blank=True)
    season = models.CharField(_("season"), max_length=40, blank=True)
    size_range = models.CharField(_("size range"), max_length=80, blank=True)
    sample_size = models.CharField(_("sample size"), max_length=20, blank=True)
    fabric = models.CharField(_("fabric"), max_length=120, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-updated_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "code"], name="style_code_once_per_workspace")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


def original_path(photo: "Photo", _name: str) -> str:
    return f"originals/{photo.workspace_id}/{photo.id}"


def normalised_path(photo: "Photo", _name: str) -> str:
    return f"photos/{photo.workspace_id}/{photo.id}.webp"


def thumbnail_path(photo: "Photo", _name: str) -> str:
    return f"photos/{photo.workspace_id}/{photo.id}.thumb.webp"


class Photo(models.Model):
    """A photograph of a style. The original is kept; only the metadata-free copies are served."""

    class View(models.TextChoices):
        FRONT = "front", _("Front")
        BACK = "back", _("Back")
        DETAIL = "detail", _("Detail")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    style = models.ForeignKey(Style, on_delete=models.CASCADE, related_name="photos")
    view = models.CharField(_("view"), max_length=8, choices=View, default=View.FRONT)
    filename = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=10)
    width = models.PositiveIntegerField(help_text="pixels, upright")
    height = models.PositiveIntegerField(help_text="pixels, upright")
    size = models.PositiveIntegerField(help_text="bytes of the original")
    original = models.FileField(upload_to=original_path)
    normalised = models.FileField(upload_to=normalised_path)
    thumbnail = models.FileField(upload_to=thumbnail_path)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["style", "sha256"], name="photo_once_per_style")
        ]

    def __str__(self) -> str:
        return self.filename


def mask_path(analysis: "Analysis", _name: str) -> str:
    return f"masks/{analysis.workspace_id}/{analysis.id}.png"


class Analysis(models.Model):
    """What one run found in one photo, exactly as `python -m ml analyse` reports it. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="analyses")
    task = models.OneToOneField(AgentTask, on_delete=models.PROTECT, related_name="analysis")
    findings = models.JSONField()
    refused = models.CharField(max_length=20, blank=True)
    mask = models.FileField(upload_to=mask_path, blank=True, help_text="PNG 0/255 at the upright size")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        verbose_name_plural = "analyses"

    def __str__(self) -> str:
        return f"{self.photo} {self.created_at:%Y-%m-%d %H:%M}"


class Decision(models.Model):
    """What a person decided about a style. Append-only: the newest row of a field counts."""

    class Field(models.TextChoices):
        GARMENT_TYPE = "garment_type", _("Garment type")
        COLOURS = "colours", _("Colours")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    style = models.ForeignKey(Style, on_delete=models.CASCADE, related_name="decisions")
    field = models.CharField(max_length=20, choices=Field)
    value = models.JSONField(null=True, help_text="null: the decision was taken back")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-decided_at", "-id"]

    def __str__(self) -> str:
        return f"{self.field} {self.decided_at:%Y-%m-%d %H:%M}"
