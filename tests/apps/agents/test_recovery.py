"""Tasks whose worker fell silent, and waiting ones nobody took up."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.agents.models import AgentTask
from apps.agents.recovery import LOST_AFTER, MESSAGE_AFTER, recover_lost_tasks
from apps.agents.services import tasks_collected
from techpack_site.celery import app
from tests.apps.agents.factories import a_running_task, a_task, changed

pytestmark = pytest.mark.django_db
Status = AgentTask.Status
SILENT_S = LOST_AFTER.total_seconds() + 1


@pytest.mark.parametrize(
    ("task", "status", "code"),
    [
        ({}, Status.QUEUED, None),
        ({"attempt": 3}, Status.FAILED, "worker_lost"),
        ({"cancel_requested_at": timezone.now()}, Status.CANCELLED, None),
        ({"running_s": 150 + SILENT_S}, Status.TIMED_OUT, "time_limit"),
        ({"running_s": 100 + SILENT_S}, Status.QUEUED, None),
    ],
    ids=[
        "starts left",
        "no start left",
        "to be cancelled",
        "killed at its hard limit",
        "long before the limit",
    ],
)
def test_a_silent_worker_is_taken_for_dead(task: dict[str, Any], status: str, code: str | None) -> None:
    lost = a_running_task(silent_s=SILENT_S, **task)
    assert recover_lost_tasks() == [lost]
    lost.refresh_from_db()
    assert lost.status == status
    assert (lost.error or {}).get("code") == code
    assert lost.has_ended == (lost.finished_at is not None)


def test_a_worker_that_gave_a_sign_of_life_keeps_its_task() -> None:
    a_running_task(silent_s=LOST_AFTER.total_seconds() / 2)
    assert recover_lost_tasks() == []


def test_a_lost_message_is_sent_again_and_not_too_often(django_capture_on_commit_callbacks: Any) -> None:
    forgotten = changed(a_task(), queued_at=timezone.now() - MESSAGE_AFTER - timedelta(seconds=1))
    fresh = a_task()
    with tasks_collected() as waiting, django_capture_on_commit_callbacks(execute=True):
        assert recover_lost_tasks() == [forgotten]
        assert recover_lost_tasks() == []
    assert list(waiting) == [forgotten.pk]
    fresh.refresh_from_db()
    assert fresh.status == Status.QUEUED


def test_a_task_that_waits_for_its_next_start_is_left_alone() -> None:
    changed(a_task(), queued_at=timezone.now() + timedelta(seconds=30))
    assert recover_lost_tasks() == []


def test_a_kind_nobody_knows_any_more_fails_with_a_reason() -> None:
    silent = changed(a_running_task(silent_s=SILENT_S), agent_type="fortune_teller")
    forgotten = changed(a_task(), agent_type="fortune_teller", queued_at=timezone.now() - 2 * MESSAGE_AFTER)
    recover_lost_tasks()
    for task in (silent, forgotten):
        task.refresh_from_db()
        assert (task.status, task.error["code"]) == (Status.FAILED, "unknown_agent_type")


def test_beat_runs_the_recovery_more_often_than_workers_fall_silent() -> None:
    app.loader.import_default_modules()
    entry = app.conf.beat_schedule["recover-lost-tasks"]
    assert entry["task"] in app.tasks
    assert entry["schedule"] < LOST_AFTER.total_seconds()
