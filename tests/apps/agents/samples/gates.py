"""A gate where a sample agent waits until the test opens it: a list in Redis, for it joins two processes."""

from uuid import UUID

import redis
from django.conf import settings

WAIT_S = 180.0


def _client() -> "redis.Redis[bytes]":
    return redis.Redis.from_url(settings.CACHES["default"]["LOCATION"], socket_timeout=2 * WAIT_S)


def pass_gate(task_id: UUID, seconds: float = WAIT_S) -> bool:
    """Waits until one passage is there and takes it; False when none came in time."""
    with _client() as client:
        return client.blpop([f"gate:{task_id}"], timeout=seconds) is not None


def open_gate(task_id: UUID, passages: int = 1) -> None:
    with _client() as client:
        client.rpush(f"gate:{task_id}", *["pass"] * passages)
        client.expire(f"gate:{task_id}", 300)
