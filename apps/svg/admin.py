from django.contrib import admin

from apps.garments.admin import ReadOnlyAdmin
from apps.svg.models import Drawing, Review, Revision


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
