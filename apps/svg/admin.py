from django.contrib import admin
from django.http import HttpRequest

from apps.svg.models import Drawing, Review, Revision


class ReadOnlyAdmin(admin.ModelAdmin):
    """For rows that only services write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Drawing)
class DrawingAdmin(ReadOnlyAdmin):
    list_display = ("style", "view", "state", "updated_at")
    list_filter = ("state", "view")


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    list_display = ("drawing", "number", "mirrored", "created_by", "created_at")
    exclude = ("document",)


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ("revision", "verdict", "reviewer", "created_at")
    list_filter = ("verdict",)
