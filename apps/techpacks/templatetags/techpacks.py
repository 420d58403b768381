"""The issues of a style's tech pack, for pages of the houses below."""

from typing import Any

from django import template

from apps.garments.models import Style
from apps.techpacks.models import TechPackExport
from apps.techpacks.selectors import export_list_for_user

register = template.Library()


@register.simple_tag(takes_context=True)
def techpack_exports(context: dict[str, Any], style: Style) -> list[TechPackExport]:
    """`{% techpack_exports style as exports %}`: newest first, as far as the viewer may see them."""
    return list(export_list_for_user(context["request"].user, style))
