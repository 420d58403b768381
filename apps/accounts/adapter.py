"""What this site decides in allauth's flows."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import get_language

from apps.accounts import services
from apps.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Signing up keeps the language of the page and makes a personal workspace."""

    @transaction.atomic
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.language = get_language() or User.Language.JAPANESE
        saved: User = super().save_user(request, user, form, commit=commit)
        if commit:
            services.workspace_create_personal(user=saved)
        return saved
