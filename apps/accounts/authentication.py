"""Who sent an API request: a bearer key or token, or the session of a signed-in browser."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.errors import AuthenticationError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from apps.accounts import services
from apps.accounts.models import User
from apps.accounts.tokens import Credentials, credentials_of
from apps.problems import Forbidden

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class BearerAuthentication(HttpBearer):
    """`Authorization: Bearer` with an API key or an access token. A wrong one is refused, session or not."""

    def authenticate(self, request: HttpRequest, token: str) -> Credentials:
        credentials = credentials_of(token)
        if credentials is None:
            raise AuthenticationError
        needed = "read" if request.method in SAFE_METHODS else "write"
        if needed not in credentials.scopes:
            raise Forbidden("scope_missing", _("This key may not do this. It needs the scope for it."))
        if credentials.api_key_id is not None:
            services.api_key_touch(api_key_id=credentials.api_key_id)
        request.user = credentials.user
        return credentials


class SessionAuthentication(APIKeyCookie):
    """The session cookie, with Django's CSRF check for everything that writes."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self) -> None:
        super().__init__(csrf=False)

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        user: Any = request.user
        if not user.is_authenticated:
            return None
        if request.method not in SAFE_METHODS and check_csrf(request) is not None:
            raise Forbidden("csrf_failed", _("Reload the page and try again."))
        signed_in: User = user
        return signed_in


api_authentication = [BearerAuthentication(), SessionAuthentication()]
