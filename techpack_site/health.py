"""Probes: /health says that the process answers, /ready that it can work."""

import logging

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def health(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def ready(_request: HttpRequest) -> JsonResponse:
    """200 when database, migrations and Redis are there, else 503 with the failing parts."""
    failing = [name for name, probe in PROBES.items() if not probe()]
    status = 503 if failing else 200
    return JsonResponse({"status": "failing" if failing else "ok", "failing": failing}, status=status)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("database probe failed")
        return False
    return True


def _migrations() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False


def _redis() -> bool:
    try:
        cache.set("ready", 1, 5)
        return bool(cache.get("ready") == 1)
    except RedisError:
        logger.exception("redis probe failed")
        return False


PROBES = {"database": _database, "migrations": _migrations, "redis": _redis}
