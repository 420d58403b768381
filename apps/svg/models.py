"""Drawings, their immutable revisions, and reviews."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Workspace
from apps.agents.models import AgentTask
from apps.garments.models import Analysis, Photo, Style


class Drawing(models.Model):
    """The technical flat (絵型) of one view of a style."""

    class State(models.TextChoices):
        IN_REVIEW = "in_review", _("In review")
        CHANGES_REQUESTED = "changes_requested", _("Changes requested")
        APPROVED = "approved", _("Approved")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    style = models.ForeignKey(Style, on_delete=models.CASCADE, related_name="drawings")
    view = models.CharField(_("view"), max_length=8, choices=Photo.View, default=Photo.View.FRONT)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.IN_REVIEW)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["style", "view"], name="drawing_once_per_view")
        ]

    def __str__(self) -> str:
        return f"{self.style} {self.get_view_display()}"


class Revision(models.Model):
    """One immutable state of a drawing: the JSON document; the SVG is its projection."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    drawing = models.ForeignKey(Drawing, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    content_hash = models.CharField(max_length=64, help_text="SHA-256 of the canonical document")
    mirrored = models.BooleanField()
    analysis = models.ForeignKey(Analysis, on_delete=models.PROTECT, null=True, related_name="revisions")
    task = models.OneToOneField(AgentTask, on_delete=models.PROTECT, null=True, related_name="revision")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["drawing", "number"], name="revision_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.drawing} r{self.number}"


class Review(models.Model):
    """A person's verdict on one revision. Append-only."""

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("Approved")
        CHANGES_REQUESTED = "changes_requested", _("Changes requested")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="reviews")
    verdict = models.CharField(max_length=20, choices=Verdict)
    comment = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64, help_text="what was seen when the verdict was given")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.revision} {self.verdict}"
