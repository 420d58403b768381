"""A real worker in processes of its own, killed, cancelled, out of time: the task ends as it should."""

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.agents import services
from apps.agents.models import AgentTask
from apps.agents.recovery import LOST_AFTER, MESSAGE_AFTER, recover_lost_tasks
from tests.apps.agents.conftest import Processes, Worker
from tests.apps.agents.factories import a_task, changed
from tests.apps.agents.samples.gates import open_gate
from tests.apps.agents.samples.runs import effects
from tests.apps.agents.waiting import until, until_status, until_step
from tests.apps.people import a_person

pytestmark = pytest.mark.django_db(transaction=True)
Status = AgentTask.Status


def child_of(task: AgentTask) -> int:
    """Process id of the worker child that runs the task."""
    task.refresh_from_db()
    return int(task.worker.rpartition(":")[2])


def take_for_dead() -> list[AgentTask]:
    """What beat does once heartbeats are missing, without the wait for them to be missed."""
    return recover_lost_tasks(lost_after=timedelta(0))


def until_taken(task: AgentTask) -> None:
    """Beat looks again and again: PostgreSQL keeps a dead process' row locks for a moment."""
    until(lambda: take_for_dead() == [task], "the lost task is taken")


def test_a_task_goes_through_the_queue(processes: Processes) -> None:
    processes.worker()
    task = until_status(a_task("sample_steady"), Status.SUCCEEDED)
    assert (task.attempt, effects(task)) == (1, 1)


@pytest.mark.parametrize(
    "agent_type",
    ["sample_gated", "sample_gated_in_effect"],
    ids=["before the effect", "between write and commit"],
)
def test_kill_9_of_the_child_mid_task(processes: Processes, agent_type: str) -> None:
    processes.worker()
    task = until_status(a_task(agent_type), Status.RUNNING)
    child = child_of(task)
    os.kill(child, signal.SIGKILL)
    until(lambda: not alive(child), "the child is gone")
    assert effects(task) == 0
    until_taken(task)
    open_gate(task.pk, passages=2)
    until_status(task, Status.SUCCEEDED)
    assert (task.attempt, task.result["start"], effects(task)) == (2, 2, 1)
    assert child_of(task) != child


def test_kill_9_after_the_effect_was_committed(processes: Processes) -> None:
    processes.worker()
    task = until_status(a_task("sample_gated_after_effect"), Status.SUCCEEDED)
    os.kill(child_of(task), signal.SIGKILL)
    assert take_for_dead() == []
    follower = until_status(a_task("sample_steady"), Status.SUCCEEDED)
    task.refresh_from_db()
    assert (task.status, task.attempt, effects(task)) == (Status.SUCCEEDED, 1, 1)
    assert child_of(follower) != child_of(task)


@pytest.mark.parametrize("kill", [Worker.kill_main, Worker.kill_all], ids=["main process", "all processes"])
def test_kill_9_of_the_worker(processes: Processes, kill: Callable[[Worker], None]) -> None:
    """Celery asks the kernel to kill the children of a dead main process (PR_SET_PDEATHSIG)."""
    worker = processes.worker()
    task = until_step(a_task("sample_gated"), "cut")
    child = child_of(task)
    kill(worker)
    until(lambda: not alive(child), "the child is gone")
    until_taken(task)
    task.refresh_from_db()
    assert task.status == Status.QUEUED
    processes.worker()
    open_gate(task.pk)
    until_status(task, Status.SUCCEEDED)
    assert (task.attempt, effects(task)) == (2, 1)


def test_a_worker_that_wakes_up_after_it_was_taken_for_dead_changes_nothing(
    processes: Processes,
) -> None:
    processes.worker(concurrency=2)
    task = until_step(a_task("sample_gated"), "cut")
    sleeper = child_of(task)
    os.kill(sleeper, signal.SIGSTOP)
    try:
        until_taken(task)
        until(lambda: child_of(task) != sleeper, "another child took the task up")
        until_step(task, "cut")
        open_gate(task.pk, passages=2)
        until_status(task, Status.SUCCEEDED)
    finally:
        os.kill(sleeper, signal.SIGCONT)
    until_status(a_task("sample_steady", user=task.created_by), Status.SUCCEEDED)
    task.refresh_from_db()
    assert (task.attempt, task.result["start"], effects(task)) == (2, 2, 1)


def test_a_task_that_kills_every_worker_fails_in_the_end(processes: Processes) -> None:
    processes.worker()
    task = a_task("sample_gated")
    for start in (1, 2, 3):
        until(lambda n=start: _runs_start(task, n), f"start {start}")
        os.kill(child_of(task), signal.SIGKILL)
        until_taken(task)
    task.refresh_from_db()
    assert (task.status, task.error["code"], effects(task)) == (Status.FAILED, "worker_lost", 0)


def test_beat_notices_a_dead_worker_and_leaves_a_living_one_alone(processes: Processes) -> None:
    """The whole way with nobody's help: heartbeats are missed, beat looks, the task starts again."""
    processes.worker(concurrency=3, queues="cv,export")
    processes.beat()
    lost, alive_and_slow = (until_step(a_task("sample_gated"), "cut") for _ in range(2))
    os.kill(child_of(lost), signal.SIGKILL)
    until(lambda: _runs_start(lost, 2), "the second start", 120)
    alive_and_slow.refresh_from_db()
    silent = alive_and_slow.heartbeat_at - alive_and_slow.started_at
    assert silent > LOST_AFTER / 2, "its heartbeat went on while it waited at the gate"
    for task in (lost, alive_and_slow):
        open_gate(task.pk)
        until_status(task, Status.SUCCEEDED)
    assert (lost.attempt, effects(lost)) == (2, 1)
    assert (alive_and_slow.attempt, effects(alive_and_slow)) == (1, 1)


def test_cancel_while_running(processes: Processes) -> None:
    processes.worker()
    user = a_person()
    task = until_step(a_task("sample_gated", user=user), "cut")
    services.task_cancel(user=user, task=task)
    open_gate(task.pk)
    until_status(task, Status.CANCELLED)
    assert (task.partial, task.result, effects(task)) == ({"pieces": 3}, None, 0)
    assert services.task_retry(user=user, task=task).pk == task.pk
    open_gate(task.pk)
    until_status(task, Status.SUCCEEDED)
    assert effects(task) == 1


def test_at_the_soft_limit_the_partial_result_is_kept(processes: Processes) -> None:
    processes.worker()
    task = until_status(a_task("sample_endless"), Status.TIMED_OUT)
    assert task.partial == {"pieces": 2}
    assert (task.progress, task.error["code"], task.attempt) == (40, "time_limit", 1)


def test_at_the_hard_limit_the_process_is_killed_and_the_task_ends(processes: Processes) -> None:
    processes.worker()
    task = until_step(a_task("sample_stubborn"), "cut")
    child = child_of(task)
    until(lambda: not alive(child), "the child is killed")
    until_taken(task)
    task.refresh_from_db()
    assert (task.status, task.error["code"]) == (Status.TIMED_OUT, "time_limit")


def test_an_unexpected_error_is_retried_after_a_pause(processes: Processes) -> None:
    processes.worker()
    task = a_task("sample_failing", configuration={"failing_starts": 1})
    until_status(task, Status.SUCCEEDED)
    assert (task.attempt, effects(task)) == (2, 1)
    assert task.started_at - task.created_at > timedelta(seconds=2)


def test_high_priority_overtakes(processes: Processes) -> None:
    user = a_person()
    processes.worker()
    first = until_step(a_task("sample_gated", user=user), "cut")
    waiting = [
        a_task("sample_steady", user=user, priority=priority)
        for priority in ("low", "low", "normal", "normal", "high")
    ]
    open_gate(first.pk)
    for task in waiting:
        until_status(task, Status.SUCCEEDED)
    in_order = sorted(waiting, key=lambda task: task.started_at)
    assert [task.priority for task in in_order] == ["high", "normal", "normal", "low", "low"]


def test_a_lost_message_is_sent_again(processes: Processes, samples_broker: str) -> None:
    task = a_task("sample_steady")
    forget_messages(samples_broker)
    processes.worker()
    other = until_status(a_task("sample_steady"), Status.SUCCEEDED)
    task.refresh_from_db()
    assert task.status == Status.QUEUED
    changed(task, queued_at=timezone.now() - 2 * MESSAGE_AFTER)
    assert recover_lost_tasks() == [task]
    until_status(task, Status.SUCCEEDED)
    assert (effects(task), effects(other)) == (1, 1)


def test_a_doubled_message_has_one_effect(processes: Processes) -> None:
    task = a_task("sample_steady")
    changed(task, queued_at=timezone.now() - 2 * MESSAGE_AFTER)
    assert recover_lost_tasks() == [task]
    processes.worker()
    until_status(task, Status.SUCCEEDED)
    until_status(a_task("sample_steady", user=task.created_by, priority="low"), Status.SUCCEEDED)
    task.refresh_from_db()
    assert (task.attempt, effects(task)) == (1, 1)


def forget_messages(broker_url: str) -> None:
    from techpack_site.celery import app

    with app.connection_for_write(broker_url) as broker:
        broker.default_channel.client.flushdb()


def alive(process: int) -> bool:
    """Whether the process still runs; one that is dead and not yet collected does not."""
    try:
        with open(f"/proc/{process}/stat") as stat:  # noqa: PTH123
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _runs_start(task: AgentTask, number: int) -> Any:
    task.refresh_from_db()
    return task.status == Status.RUNNING and task.attempt == number
