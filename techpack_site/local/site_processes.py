"""The processes one site consists of, as command lines for the supervisor and for the tests."""

import shlex
import sys
from pathlib import Path

HOST = "127.0.0.1"
SUPERVISOR = "TECHPACK_SUPERVISOR"
DEMO_LOGIN = "TECHPACK_DEMO_LOGIN"
# On a laptop's container everything runs as root; Celery's page of advice on that would bury our own lines.
AS_ROOT = "ignore:You're running the worker with superuser privileges"
CELERY = (sys.executable, "-W", AS_ROOT, "-m", "celery", "--quiet", "-A", "techpack_site")
# On one machine there is nobody to gossip with, and asking around costs a second at the start.
WORKER = (*CELERY, "worker", "--concurrency", "1", "--without-gossip", "--without-mingle")


def web(port: int) -> list[str]:
    return [sys.executable, "-m", "daphne", "-b", HOST, "-p", str(port), "techpack_site.asgi:application"]


def worker(name: str, queues: str) -> list[str]:
    """One task at a time: the work inside a task uses the cores already (TECHPACK_ML_THREADS)."""
    return [*WORKER, "-n", f"{name}@%h", "-Q", queues]


def beat(var: Path) -> list[str]:
    return [*CELERY, "beat", "--schedule", str(var / "beat-schedule"), "--pidfile="]


def site_commands(port: int, var: Path) -> dict[str, str]:
    """Name in the log → shell command. Exports have a worker of their own: they never wait for photos."""
    commands = {
        "web": web(port),
        "worker": worker("worker", "cv,ml,nlp"),
        "export": worker("export", "export"),
        "beat": beat(var),
        "watch": [sys.executable, "-m", "techpack_site.local.watch", str(port)],
    }
    return {name: shlex.join(command) for name, command in commands.items()}
