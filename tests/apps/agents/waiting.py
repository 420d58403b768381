"""Waiting for what another process does, by looking at the row."""

import threading
import time
from collections.abc import Callable

from apps.agents.models import AgentTask

LOOK_EVERY_S = 0.05


def until(holds: Callable[[], object], what: str, seconds: float = 90) -> None:
    """Returns as soon as `holds()`; fails the test with `what` when it did not within `seconds`."""
    give_up = time.monotonic() + seconds
    pause = threading.Event()
    while not holds():
        if time.monotonic() > give_up:
            raise AssertionError(f"waited {seconds:g} s in vain until {what}")
        pause.wait(LOOK_EVERY_S)


def until_status(task: AgentTask, *statuses: str, seconds: float = 90) -> AgentTask:
    """The task, read again, once it has one of the statuses."""

    def holds() -> bool:
        task.refresh_from_db()
        return task.status in statuses

    until(holds, f"{task.agent_type} is {' or '.join(statuses)}", seconds)
    return task


def until_step(task: AgentTask, step: str) -> AgentTask:
    def holds() -> bool:
        task.refresh_from_db()
        return task.current_step == step

    until(holds, f"{task.agent_type} reports {step}")
    return task
