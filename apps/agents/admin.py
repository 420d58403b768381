"""Agent tasks in the admin: to look at, never to change."""

from django.contrib import admin
from django.http import HttpRequest

from apps.agents.models import AgentTask


@admin.register(AgentTask)
class AgentTaskAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = [
        "agent_type",
        "workspace",
        "status",
        "progress",
        "priority",
        "attempt",
        "created_at",
    ]
    list_filter = ["status", "agent_type", "priority"]
    list_select_related = ["workspace"]
    search_fields = ["id", "subject"]
    date_hierarchy = "created_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AgentTask | None = None) -> bool:
        return False
