"""Who opened a WebSocket: a token in `?token=` or `Authorization: Bearer`, else the browser's session."""

from typing import Any
from urllib.parse import ParseResult, parse_qs

from channels.auth import AuthMiddlewareStack
from channels.db import database_sync_to_async
from channels.security.websocket import OriginValidator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from apps.accounts.models import User
from apps.accounts.tokens import credentials_of


class SameSiteOrigin(OriginValidator):  # type: ignore[misc]
    """Refuses sockets that a page of another site opens with our cookie.

    Browsers always send Origin (RFC 6455, 10.2); a program that sends none brings its own cookie knowingly.
    """

    def __init__(self, application: Any) -> None:
        super().__init__(application, settings.ALLOWED_HOSTS)

    def valid_origin(self, parsed_origin: ParseResult | None) -> bool:
        return parsed_origin is None or bool(self.validate_origin(parsed_origin))


class TokenOrSessionMiddleware:
    """Puts `user` into the scope. A token that does not hold makes the user anonymous, session or not."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._with_session = SameSiteOrigin(AuthMiddlewareStack(application))

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        bearer = _bearer(scope)
        if bearer is None:
            return await self._with_session(scope, receive, send)
        user = await database_sync_to_async(_user_of)(bearer)
        return await self._application({**scope, "user": user}, receive, send)


def _bearer(scope: dict[str, Any]) -> str | None:
    for name, value in scope.get("headers", []):
        kind, _space, text = value.decode("latin-1").partition(" ")
        if name == b"authorization" and kind.lower() == "bearer":
            return str(text.strip())
    tokens = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token")
    return tokens[0] if tokens else None


def _user_of(bearer: str) -> User | AnonymousUser:
    credentials = credentials_of(bearer)
    return credentials.user if credentials and "read" in credentials.scopes else AnonymousUser()
