"""The header data of a style as a form."""

from django import forms

from apps.garments.models import Style
from apps.garments.services import STYLE_FIELDS


class StyleForm(forms.ModelForm):  # type: ignore[type-arg]
    """Fields of a style; whether the number is free is checked by the service."""

    class Meta:
        model = Style
        fields = STYLE_FIELDS
