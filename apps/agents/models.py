"""The row behind every piece of background work."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Workspace


class AgentTask(models.Model):
    """One run of an agent. The row is the truth; queue messages and sockets only carry its id."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        SUCCEEDED = "succeeded", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        TIMED_OUT = "timed_out", _("Took too long")

    class Priority(models.TextChoices):
        LOW = "low", _("Low")
        NORMAL = "normal", _("Normal")
        HIGH = "high", _("High")

    ENDED: ClassVar = frozenset({Status.SUCCEEDED, Status.FAILED, Status.CANCELLED, Status.TIMED_OUT})
    RETRIABLE: ClassVar = ENDED - {Status.SUCCEEDED}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="agent_tasks")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agent_type = models.CharField(max_length=40)
    priority = models.CharField(max_length=6, choices=Priority, default=Priority.NORMAL)
    configuration = models.JSONField(default=dict)
    subject = models.CharField(
        max_length=80, blank=True, db_index=True, help_text="What it works on, as kind:id (photo:<uuid>)"
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0)
    current_step = models.CharField(max_length=40, blank=True)
    partial = models.JSONField(default=dict)
    result = models.JSONField(null=True)
    error = models.JSONField(null=True, help_text='{"code", "text"}')
    attempt = models.PositiveSmallIntegerField(
        default=0, help_text="counts the starts; the number of a start is its fencing token"
    )
    attempt_limit = models.PositiveSmallIntegerField(
        default=1, help_text="no automatic start after this one; raised when a person retries"
    )
    worker = models.CharField(max_length=120, blank=True, help_text="host:process of the last start")
    cancel_requested_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    idempotency_key = models.CharField(max_length=100, null=True)
    request_digest = models.CharField(max_length=64, blank=True)
    model_versions = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    queued_at = models.DateTimeField(
        default=timezone.now,
        help_text="when a worker may take it up; moved on whenever its message is sent again",
    )
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("agent task")
        verbose_name_plural = _("agent tasks")
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "agent_type", "idempotency_key"],
                condition=Q(idempotency_key__isnull=False),
                name="agent_task_idempotent",
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="agent_task_progress_percent"),
        ]
        indexes: ClassVar = [
            models.Index(F("workspace"), F("created_at").desc(), name="agent_task_recent"),
            models.Index(
                fields=["status", "heartbeat_at"],
                condition=Q(status__in=["queued", "running"]),
                name="agent_task_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent_type} {self.id} {self.status}"

    @property
    def has_ended(self) -> bool:
        return self.status in self.ENDED
