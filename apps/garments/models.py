"""Styles, their photographs, what an analysis found in them, and what people decided."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from pgvector.django import HnswIndex, VectorField

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
    embedding = VectorField(dimensions=256, null=True, help_text="what the garment looks like, unit length")
    embedding_model = models.CharField(
        max_length=64, blank=True, help_text="sha256 of the network; others' embeddings do not compare"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        verbose_name_plural = "analyses"
        indexes: ClassVar = [
            HnswIndex(name="analysis_embedding_near", fields=["embedding"], opclasses=["vector_cosine_ops"])
        ]

    def __str__(self) -> str:
        return f"{self.photo} {self.created_at:%Y-%m-%d %H:%M}"


class Part(models.Model):
    """A part in a photo as it counts now: found by an analysis, or added by a person.

    A box is [left, top, right, bottom] in pixels of the upright photo. `found` is what the analysis said,
    whatever a person made of it. `version` counts the decisions. A part that is gone keeps its row where
    people decided about it: their history stays.
    """

    class Kind(models.TextChoices):
        BUTTON = "button", _("Button")
        ZIPPER = "zipper", _("Zipper")
        POCKET = "pocket", _("Pocket")
        COLLAR = "collar", _("Collar")
        NECKLINE = "neckline", _("Neckline")
        HOOD = "hood", _("Hood")
        CUFF = "cuff", _("Cuff")
        WAISTBAND = "waistband", _("Waistband")
        PLACKET = "placket", _("Placket")
        DRAWSTRING = "drawstring", _("Drawstring")
        LOGO = "logo", _("Logo")
        PRINT = "print", _("Print")
        LABEL = "label", _("Label")
        STITCH = "stitch", _("Stitching")

    class State(models.TextChoices):
        OPEN = "open", _("Not looked at")
        ACCEPTED = "accepted", _("Accepted")
        CORRECTED = "corrected", _("Corrected")
        REJECTED = "rejected", _("Rejected")
        ADDED = "added", _("Added")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="parts")
    analysis = models.ForeignKey(Analysis, on_delete=models.SET_NULL, null=True, related_name="parts")
    number = models.PositiveIntegerField(help_text="order in the photo")
    kind = models.CharField(max_length=12, choices=Kind)
    box = models.JSONField()
    confidence = models.FloatField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    found = models.JSONField(null=True, help_text="{kind, box, confidence, model}; null: added by a person")
    advisories = models.JSONField(default=list, help_text="codes of what looks odd about it")
    version = models.PositiveIntegerField(default=0)
    removed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["number", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class PartDecision(models.Model):
    """What a person did with a part. Append-only: an undo is a row of its own and names what it undid."""

    class Verb(models.TextChoices):
        ADD = "add", _("Added")
        ACCEPT = "accept", _("Accepted")
        CORRECT = "correct", _("Corrected")
        REJECT = "reject", _("Rejected")
        UNDO = "undo", _("Undone")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="decisions")
    number = models.PositiveIntegerField(help_text="the version of the part that it made")
    verb = models.CharField(max_length=7, choices=Verb)
    before = models.JSONField(null=True, help_text="{state, kind, box}; null: there was no part")
    after = models.JSONField(null=True, help_text="{state, kind, box}; null: the part is gone")
    undone = models.OneToOneField("self", on_delete=models.CASCADE, null=True, related_name="undone_by")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-decided_at", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["part", "number"], name="part_decision_once_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.decided_at:%Y-%m-%d %H:%M}"


class LandmarkDecision(models.Model):
    """Where a person says that a landmark is. Append-only: the newest row of a name counts."""

    class Verb(models.TextChoices):
        PLACE = "place", _("Placed")
        HIDE = "hide", _("Not visible")
        TAKE_BACK = "take_back", _("Taken back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="landmark_decisions")
    name = models.CharField(max_length=20)
    verb = models.CharField(max_length=9, choices=Verb)
    x = models.FloatField(null=True, help_text="pixels of the upright photo; null unless placed")
    y = models.FloatField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-decided_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(verb="place", x__isnull=False, y__isnull=False)
                | (~models.Q(verb="place") & models.Q(x__isnull=True, y__isnull=True)),
                name="landmark_decision_place",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.verb} {self.decided_at:%Y-%m-%d %H:%M}"


class Decision(models.Model):
    """What a person decided about a style. Append-only: the newest row of a field and key counts."""

    class Field(models.TextChoices):
        GARMENT_TYPE = "garment_type", _("Garment type")
        COLOURS = "colours", _("Colours")
        SLEEVE = "sleeve", _("Sleeve")
        NECK = "neck", _("Neck")
        CLOSURE = "closure", _("Closure")
        MEASUREMENT = "measurement", _("Measurement")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    style = models.ForeignKey(Style, on_delete=models.CASCADE, related_name="decisions")
    field = models.CharField(max_length=20, choices=Field)
    key = models.CharField(max_length=8, blank=True, help_text="code of the POM of a measurement")
    value = models.JSONField(null=True, help_text="null: the decision was taken back")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-decided_at", "-id"]

    def __str__(self) -> str:
        return f"{self.field} {self.decided_at:%Y-%m-%d %H:%M}"
