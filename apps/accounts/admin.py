"""Users and workspaces in the admin. Keys are looked at and revoked there, never made: nobody would see the secret."""

from typing import ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import ApiKey, Membership, User, Workspace


class UserCreationForm(AdminUserCreationForm[User]):
    class Meta:
        model = User
        fields: ClassVar = ["email"]


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
    add_form = UserCreationForm
    ordering: ClassVar = ["email"]
    list_display: ClassVar = ["email", "display_name", "language", "is_service", "is_active", "is_staff"]
    list_filter: ClassVar = ["is_service", "is_active", "is_staff"]
    search_fields: ClassVar = ["email", "display_name"]
    readonly_fields: ClassVar = ["is_service", "last_login", "date_joined"]
    fieldsets: ClassVar = [
        (None, {"fields": ["email", "password", "display_name", "language"]}),
        (_("Permissions"), {"fields": ["is_active", "is_staff", "is_superuser", "groups", "is_service"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets: ClassVar = [
        (None, {"classes": ["wide"], "fields": ["email", "usable_password", "password1", "password2"]}),
    ]


class MembershipInline(admin.TabularInline[Membership, Workspace]):
    model = Membership
    extra = 0
    autocomplete_fields: ClassVar = ["user"]


@admin.register(Workspace)
class WorkspaceAdmin(admin.ModelAdmin[Workspace]):
    list_display: ClassVar = ["name", "is_demo", "created_at"]
    search_fields: ClassVar = ["name"]
    inlines: ClassVar = [MembershipInline]


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin[Membership]):
    list_display: ClassVar = ["workspace", "user", "role", "created_at"]
    list_filter: ClassVar = ["role"]
    list_select_related: ClassVar = ["workspace", "user"]
    autocomplete_fields: ClassVar = ["workspace", "user"]
    search_fields: ClassVar = ["workspace__name", "user__email"]


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin[ApiKey]):
    list_display: ClassVar = [
        "name",
        "workspace",
        "prefix",
        "scopes",
        "created_by",
        "last_used_at",
        "revoked_at",
    ]
    list_select_related: ClassVar = ["workspace", "created_by"]
    search_fields: ClassVar = ["name", "prefix"]
    exclude: ClassVar = ["digest"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False
