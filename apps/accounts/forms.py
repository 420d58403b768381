"""The forms of the settings pages."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership, User
from apps.accounts.roles import KEY_ROLES, Role
from apps.accounts.services import SCOPES

ROLE_LABELS: list[tuple[str, Any]] = [(role.value, role.label) for role in Role]
SCOPE_LABELS = {"read": _("Read"), "write": _("Change")}


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name and language of the signed-in user."""

    class Meta:
        model = User
        fields: ClassVar = ["display_name", "language"]


class WorkspaceForm(forms.Form):
    name = forms.CharField(label=_("name"), max_length=100)


class MemberForm(forms.Form):
    """Adds a person who has signed up."""

    email = forms.EmailField(label=_("e-mail address"))
    role = forms.ChoiceField(label=_("role"), choices=ROLE_LABELS, initial=Membership.Role.DESIGNER)


class ApiKeyForm(forms.Form):
    name = forms.CharField(label=_("name"), max_length=100)
    role = forms.ChoiceField(label=_("role"), choices=[(role.value, role.label) for role in KEY_ROLES])
    scopes = forms.MultipleChoiceField(
        label=_("permissions"),
        choices=[(scope, SCOPE_LABELS[scope]) for scope in SCOPES],
        initial=list(SCOPES),
        widget=forms.CheckboxSelectMultiple,
    )
