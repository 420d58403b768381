"""Users, workspaces, memberships in the admin, keys only to look at; signing in is the site's own page."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import ApiKey, ConsentChange, Membership, User, Workspace

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


class UserCreationForm(AdminUserCreationForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ["email"]


@admin.register(User)
class UserAdmin(DjangoUserAdmin):  # type: ignore[type-arg]
    add_form = UserCreationForm
    ordering = ["email"]
    list_display = ["email", "display_name", "language", "is_service", "is_active", "is_staff"]
    list_filter = ["is_service", "is_active", "is_staff"]
    search_fields = ["email", "display_name"]
    readonly_fields = ["is_service", "last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["email", "password", "display_name", "language"]}),
        (_("Permissions"), {"fields": ["is_active", "is_staff", "is_superuser", "groups", "is_service"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": ["email", "usable_password", "password1", "password2"]}),
    ]


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]


@admin.register(Workspace)
class WorkspaceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["name", "is_demo", "training_consent", "created_at"]
    readonly_fields = ["training_consent", "training_consent_by", "training_consent_at"]
    search_fields = ["name"]
    inlines = [MembershipInline]


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["workspace", "user", "role", "created_at"]
    list_filter = ["role"]
    list_select_related = ["workspace", "user"]
    autocomplete_fields = ["workspace", "user"]
    search_fields = ["workspace__name", "user__email"]


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """For rows that only services write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(ConsentChange)
class ConsentChangeAdmin(ReadOnlyAdmin):
    list_display = ["workspace", "consent", "decided_by", "decided_at"]
    list_select_related = ["workspace", "decided_by"]


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    list_display = [
        "name",
        "workspace",
        "prefix",
        "scopes",
        "created_by",
        "last_used_at",
        "revoked_at",
    ]
    list_select_related = ["workspace", "created_by"]
    search_fields = ["name", "prefix"]
    exclude = ["digest"]
