"""The WebSocket of one task: the row when it opens, the row at every change, closed when the task ends."""

import asyncio
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.utils import translation

from apps.agents.announcements import group_name
from apps.agents.selectors import task_get_for_user, task_payload
from apps.problems import NotFound

NORMAL = 1000
NOT_AUTHENTICATED = 4401
NOT_FOUND = 4404
LOOK_AGAIN_S = 10.0


class TaskConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """Sends `task_payload`; it reads the row anew each time, so that order and right to see it always hold.

    Closes with 1000 when the task has ended, 4401 without a user, 4404 when the user may not see the task.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._group = ""
        self._last: dict[str, Any] | None = None
        self._watch: asyncio.Task[None] | None = None
        self._reading = asyncio.Lock()
        self._closed = False

    async def connect(self) -> None:
        await self.accept()
        user = self.scope.get("user")
        if user is None or not user.is_authenticated:
            await self._end(NOT_AUTHENTICATED)
            return
        self._group = group_name(self.scope["url_route"]["kwargs"]["task_id"])
        # Joining before the first reading lets no change fall between the two.
        await self.channel_layer.group_add(self._group, self.channel_name)
        await self._tell()
        if not self._closed:
            self._watch = asyncio.create_task(self._look_again())

    async def disconnect(self, code: int) -> None:
        self._closed = True
        if self._watch is not None:
            self._watch.cancel()
        if self._group:
            await self.channel_layer.group_discard(self._group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """What a client sends is ignored; the API cancels and retries."""

    async def task_changed(self, _event: dict[str, Any]) -> None:
        await self._tell()

    async def _look_again(self) -> None:
        """Announcements may be lost with their server; the row is not."""
        while not self._closed:
            await asyncio.sleep(LOOK_AGAIN_S)
            await self._tell()

    async def _tell(self) -> None:
        """Sends the row when it changed. One reading at a time, so that none overtakes another."""
        async with self._reading:
            if self._closed:
                return
            try:
                payload, ended = await database_sync_to_async(self._read)()
            except NotFound:
                await self._end(NOT_FOUND)
                return
            if payload != self._last:
                self._last = payload
                await self.send_json(payload)
            if ended:
                await self._end(NORMAL)

    async def _end(self, code: int) -> None:
        if not self._closed:
            self._closed = True
            await self.close(code)

    def _read(self) -> tuple[dict[str, Any], bool]:
        user = self.scope["user"]
        task = task_get_for_user(user, self.scope["url_route"]["kwargs"]["task_id"])
        with translation.override(user.language):
            return task_payload(task), task.has_ended
