from django.contrib import admin
from django.http import HttpRequest

from apps.garments.models import (
    Analysis,
    Decision,
    LandmarkDecision,
    Part,
    PartDecision,
    Photo,
    Style,
)


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """For rows that only services write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Style)
class StyleAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "workspace", "season", "updated_at")
    search_fields = ("code", "name")
    list_filter = ("workspace",)


@admin.register(Photo)
class PhotoAdmin(ReadOnlyAdmin):
    list_display = ("filename", "style", "view", "width", "height", "created_at")


@admin.register(Analysis)
class AnalysisAdmin(ReadOnlyAdmin):
    list_display = ("photo", "refused", "created_at")
    list_select_related = ("photo",)
    exclude = ("embedding",)


@admin.register(Part)
class PartAdmin(ReadOnlyAdmin):
    list_display = ("kind", "state", "photo", "confidence", "version", "removed_at")
    list_filter = ("state", "kind")
    list_select_related = ("photo",)


@admin.register(PartDecision)
class PartDecisionAdmin(ReadOnlyAdmin):
    list_display = ("part", "verb", "decided_by", "decided_at")
    list_filter = ("verb",)
    list_select_related = ("part", "decided_by")


@admin.register(LandmarkDecision)
class LandmarkDecisionAdmin(ReadOnlyAdmin):
    list_display = ("photo", "name", "verb", "decided_by", "decided_at")
    list_filter = ("verb", "name")
    list_select_related = ("photo", "decided_by")


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ("style", "field", "key", "value", "decided_by", "decided_at")
    list_filter = ("field",)
