"""WebSockets of the real ASGI application, opened as a browser or a program would."""

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import async_to_sync
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from apps.accounts.models import User
from techpack_site.asgi import application

ORIGIN = "http://testserver"


def session_headers(user: User, origin: str | None = ORIGIN) -> list[tuple[bytes, bytes]]:
    """What the browser of a signed-in user sends."""
    client = Client()
    client.force_login(user)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    headers = [(b"cookie", cookie.encode())]
    return headers if origin is None else [*headers, (b"origin", origin.encode())]


class Socket:
    """One connection; `opened` says whether the handshake was accepted."""

    opened = False

    def __init__(self, path: str, headers: list[tuple[bytes, bytes]]) -> None:
        self._communicator = WebsocketCommunicator(application, path, headers)

    async def __aenter__(self) -> "Socket":
        self.opened, _code = await self._communicator.connect(timeout=20)
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._communicator.disconnect(timeout=20)

    async def message(self) -> dict[str, Any]:
        received: dict[str, Any] = await self._communicator.receive_json_from(timeout=20)
        return received

    async def close_code(self) -> int:
        event = await self._communicator.receive_output(timeout=20)
        assert event["type"] == "websocket.close", event
        return int(event["code"])


def talk(path: str, conversation: Callable[[Socket], Awaitable[None]], headers: Any = ()) -> None:
    """Opens the socket, holds the conversation, closes it."""

    async def hold() -> None:
        async with Socket(path, list(headers)) as socket:
            await conversation(socket)

    async_to_sync(hold)()
