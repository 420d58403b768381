"""Tells open sockets that a task's row changed. The row is the truth; a lost announcement costs seconds."""

import logging
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def group_name(task_id: UUID | str) -> str:
    return f"task.{task_id}"


def task_changed(task_id: UUID) -> None:
    """Announces the change once it is committed; a failing channel layer is logged, never raised."""
    transaction.on_commit(lambda: _send(task_id))


def _send(task_id: UUID) -> None:
    layer = get_channel_layer()
    try:
        async_to_sync(layer.group_send)(group_name(task_id), {"type": "task.changed"})
    except (RedisError, OSError) as error:
        logger.warning("task %s changed, but no socket was told: %s", task_id, error)
