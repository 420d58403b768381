"""One start of a task in this process: how each outcome stands on the row, and what the fence keeps out."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Workspace
from apps.agents import running, services
from apps.agents.context import TaskCancelled, TaskContext, TaskFenced
from apps.agents.models import AgentTask
from apps.agents.selectors import task_payload
from tests.apps.agents.factories import a_running_task, a_task, changed
from tests.apps.agents.samples.gates import open_gate
from tests.apps.agents.samples.runs import effects
from tests.apps.people import a_person

pytestmark = pytest.mark.django_db
Status = AgentTask.Status


def run(task: AgentTask, **options: Any) -> AgentTask:
    services.task_run(task.pk, **options)
    task.refresh_from_db()
    return task


def test_a_task_that_works_keeps_result_models_and_times() -> None:
    task = run(a_task("sample_steady"))
    assert (task.status, task.progress, task.attempt, task.current_step) == (Status.SUCCEEDED, 100, 1, "sew")
    assert task.result == {"made": str(Workspace.objects.get(name=f"effect of {task.pk}").pk), "start": 1}
    assert task.partial == {"pieces": 3, "seams": 2}
    assert [model["name"] for model in task.model_versions] == ["scissors"]
    assert task.started_at <= task.finished_at
    assert effects(task) == 1


def test_without_an_effect_the_returned_value_is_the_result() -> None:
    assert run(a_task("sample_without_effect", configuration={"pieces": 4})).result == {"pieces": 4}


def test_a_second_message_does_nothing() -> None:
    task = run(a_task())
    finished_at = task.finished_at
    assert run(task).finished_at == finished_at
    assert effects(task) == 1


def test_a_problem_fails_the_task_at_once_with_words_in_both_languages() -> None:
    task = run(a_task("sample_refusing", user=a_person(language="en")))
    assert (task.status, task.attempt, task.partial) == (Status.FAILED, 1, {"pieces": 1})
    assert (task.error["code"], task.error["text"]) == ("no_fabric", "E-mail")
    assert set(task.error["texts"]) == {"ja", "en"}


def test_people_read_an_error_in_their_own_language() -> None:
    error = {"code": "no_fabric", "text": "E-mail", "texts": {"ja": "メール", "en": "E-mail"}}
    task = changed(a_task(), status=Status.FAILED, error=error)
    with running.translation.override("ja"):
        assert task_payload(task)["error"] == {"code": "no_fabric", "text": "メール"}
    with running.translation.override("en"):
        assert task_payload(task)["error"] == {"code": "no_fabric", "text": "E-mail"}


def test_an_unexpected_error_waits_for_the_next_start_then_fails(caplog: Any) -> None:
    task = run(a_task("sample_failing"))
    assert (task.status, task.attempt, task.finished_at, task.error) == (Status.QUEUED, 1, None, None)
    assert timedelta(seconds=1) < task.queued_at - timezone.now() < timedelta(seconds=3)
    assert run(task).status == Status.FAILED
    assert (task.attempt, task.error["code"]) == (2, "internal_error")
    assert "needle" not in task.error["text"]
    assert "the needle broke" in caplog.text


def test_a_start_after_a_failed_one_may_succeed() -> None:
    task = run(run(a_task("sample_failing", configuration={"failing_starts": 1})))
    assert (task.status, task.attempt, effects(task)) == (Status.SUCCEEDED, 2, 1)


def test_with_no_worker_behind_an_unexpected_error_is_final() -> None:
    assert run(a_task("sample_failing"), retry=False).status == Status.FAILED


def test_an_unknown_kind_fails_with_a_reason() -> None:
    task = run(changed(a_task(), agent_type="fortune_teller"))
    assert (task.status, task.error["code"]) == (Status.FAILED, "unknown_agent_type")


@pytest.mark.parametrize(
    ("attempt", "least", "most"), [(1, 2, 2.5), (2, 4, 5), (3, 8, 10), (6, 60, 75), (40, 60, 75)]
)
def test_the_pause_before_the_next_start_doubles_to_a_minute(attempt: int, least: float, most: float) -> None:
    assert all(least <= running.back_off_s(attempt) <= most for _ in range(50))


def test_a_cancel_request_stops_the_start_at_its_next_report() -> None:
    task = a_running_task()
    context = TaskContext(task)
    context.report("cut", 10)
    changed(task, cancel_requested_at=timezone.now())
    with pytest.raises(TaskCancelled):
        context.report("sew", 50)
    with pytest.raises(TaskCancelled), context.effect():
        Workspace.objects.create(name=f"effect of {task.pk}")
    assert effects(task) == 0


@pytest.mark.parametrize(
    "taken_over",
    [{"attempt": 2}, {"status": Status.QUEUED}, {"status": Status.FAILED}],
    ids=["by another start", "put back in the queue", "given up"],
)
def test_a_start_that_lost_the_fence_changes_nothing(taken_over: dict[str, Any]) -> None:
    task = a_running_task()
    context = TaskContext(task)
    changed(task, progress=5, **taken_over)
    with pytest.raises(TaskFenced):
        context.report("sew", 50)
    with pytest.raises(TaskFenced):
        context.check()
    with pytest.raises(TaskFenced), context.effect():
        Workspace.objects.create(name=f"effect of {task.pk}")
    assert not context.write_end(Status.SUCCEEDED, result={})
    task.refresh_from_db()
    assert (task.progress, task.result, effects(task)) == (5, None, 0)
    assert (task.attempt, task.status) == (taken_over.get("attempt", 1), taken_over.get("status", "running"))


def test_effect_and_success_are_one_transaction() -> None:
    task = a_running_task()
    context = TaskContext(task)
    with pytest.raises(ZeroDivisionError), context.effect() as result:
        result["share"] = Workspace.objects.create(name=f"effect of {task.pk}") and 1 / 0
    task.refresh_from_db()
    assert (task.status, effects(task)) == (Status.RUNNING, 0)
    with context.effect() as result:
        Workspace.objects.create(name=f"effect of {task.pk}")
        result["done"] = True
    task.refresh_from_db()
    assert (task.status, task.result, effects(task)) == (Status.SUCCEEDED, {"done": True}, 1)
    with pytest.raises(RuntimeError, match="one effect"), context.effect():
        pass


def test_what_goes_wrong_after_the_effect_leaves_the_success() -> None:
    task = a_task("sample_gated_after_effect")
    open_gate(task.pk)
    assert run(task).status == Status.SUCCEEDED


def test_progress_is_a_percentage() -> None:
    with pytest.raises(ValueError, match="101"):
        TaskContext(a_running_task()).report("cut", 101)


def test_a_failing_channel_layer_does_not_fail_the_task(
    settings: Any, caplog: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": ["redis://127.0.0.1:1/0"]},
        }
    }
    task = a_task()
    with django_capture_on_commit_callbacks(execute=True):
        run(task)
    assert task.status == Status.SUCCEEDED
    assert "no socket was told" in caplog.text


def test_the_worker_is_named_on_the_row() -> None:
    task = run(a_task())
    host, _colon, process = task.worker.rpartition(":")
    assert host
    assert process.isdigit()


def test_a_task_sees_only_committed_claims() -> None:
    """The claim is a transaction of its own: another process sees the start before the work begins."""
    task = a_task()
    with transaction.atomic():
        claimed = running._claim(task.pk)
    assert claimed is not None
    assert running._claim(task.pk) is None
