"""Exported tech packs (縫製仕様書)."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from apps.accounts.models import Workspace
from apps.agents.models import AgentTask
from apps.garments.models import Style
from apps.svg.models import Revision


def pdf_path(export: "TechPackExport", _name: str) -> str:
    return f"techpacks/{export.workspace_id}/{export.id}.pdf"


def xlsx_path(export: "TechPackExport", _name: str) -> str:
    return f"techpacks/{export.workspace_id}/{export.id}.xlsx"


class TechPackExport(models.Model):
    """One issue of a style's tech pack: the data it was made from and the files, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    style = models.ForeignKey(Style, on_delete=models.CASCADE, related_name="techpack_exports")
    number = models.PositiveIntegerField()
    revisions = models.ManyToManyField(Revision, related_name="techpack_exports")
    task = models.OneToOneField(AgentTask, on_delete=models.PROTECT, related_name="techpack_export")
    content = models.JSONField(help_text="the pack as data; both files are projections of it")
    pdf = models.FileField(upload_to=pdf_path)
    xlsx = models.FileField(upload_to=xlsx_path)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["style", "number"], name="techpack_export_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.style} issue {self.number}"
