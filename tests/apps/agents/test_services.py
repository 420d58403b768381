"""Creating, cancelling and retrying tasks, without a worker."""

from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from celery import Celery
from django.db import connection

from apps.accounts.models import User
from apps.agents import queues, services
from apps.agents.models import AgentTask
from apps.problems import Conflict, Forbidden, NotFound, Problem
from tests.apps.agents.factories import a_running_task, a_task, changed
from tests.apps.people import a_member, a_person, workspace_of

pytestmark = pytest.mark.django_db
Status = AgentTask.Status


def test_a_task_starts_as_a_waiting_row() -> None:
    task = a_task(configuration={"pieces": 4}, subject="sample:1", priority="high")
    task.refresh_from_db()
    assert (task.status, task.attempt, task.progress) == (Status.QUEUED, 0, 0)
    assert (task.configuration, task.subject, task.attempt_limit) == ({"pieces": 4}, "sample:1", 3)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"agent_type": "fortune_teller"}, "unknown_agent_type"),
        ({"priority": "urgent"}, "unknown_priority"),
        ({"idempotency_key": ""}, "idempotency_key_length"),
        ({"idempotency_key": "k" * 101}, "idempotency_key_length"),
    ],
)
def test_tasks_that_cannot_be_made(fields: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem, match=code):
        a_task(**fields)
    assert not AgentTask.objects.exists()


def test_an_idempotency_key_gives_the_first_task_back() -> None:
    user = a_person()
    first = a_task(user=user, configuration={"a": 1, "b": [2]}, idempotency_key="order 7")
    again = a_task(user=user, configuration={"b": [2], "a": 1}, idempotency_key="order 7")
    assert again.pk == first.pk
    assert AgentTask.objects.count() == 1


@pytest.mark.parametrize("other", [{"configuration": {"a": 2}}, {"subject": "x:1"}, {"priority": "low"}])
def test_a_key_that_came_with_another_request_is_a_conflict(other: dict[str, Any]) -> None:
    user = a_person()
    first = a_task(user=user, configuration={"a": 1}, idempotency_key="order 7")
    with pytest.raises(Conflict, match="idempotency_mismatch") as caught:
        a_task(user=user, **{"configuration": {"a": 1}, "idempotency_key": "order 7", **other})
    assert caught.value.extra == {"task_id": str(first.pk)}


def test_workspaces_do_not_share_idempotency_keys() -> None:
    assert a_task(idempotency_key="order 7").pk != a_task(idempotency_key="order 7").pk


@pytest.mark.django_db(transaction=True)
def test_a_key_used_twice_at_once_makes_one_task(samples_broker: str) -> None:
    user, together, ids = a_person(), Barrier(2), []

    def create() -> None:
        together.wait()
        try:
            ids.append(a_task(user=user, idempotency_key="order 7").pk)
        finally:
            connection.close()

    threads = [Thread(target=create) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 2
    assert len(set(ids)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_message_carries_the_id_alone_as_json(samples_broker: str) -> None:
    task = a_task(configuration={"secret": "not for the queue"}, priority="low")
    with Celery(broker=samples_broker).connection() as broker:
        client = broker.default_channel.client
        (key,) = [key for key in client.keys("cv*") if client.type(key) == b"list"]
        message = client.lpop(key)
    assert str(task.pk).encode() in message
    assert b'"content-type": "application/json"' in message
    assert b"not for the queue" not in message
    assert key.endswith(b"9"), "low priority waits in the last of the broker's lists"


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_the_row_is_kept(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    from apps.agents.tasks import run

    monkeypatch.setattr(run.app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(run.app, "_pool", None)
    monkeypatch.setattr(run.app.amqp, "_producer_pool", None)
    task = a_task()
    assert AgentTask.objects.get(pk=task.pk).status == Status.QUEUED
    assert "the broker does not answer" in caplog.text


def test_collected_tasks_wait_for_this_process(django_capture_on_commit_callbacks: Any) -> None:
    with services.tasks_collected() as waiting, django_capture_on_commit_callbacks(execute=True):
        task = a_task()
    assert list(waiting) == [task.pk]
    while waiting:
        services.task_run(waiting.popleft(), retry=False)
    task.refresh_from_db()
    assert task.status == Status.SUCCEEDED


def test_a_waiting_task_is_cancelled_at_once() -> None:
    user = a_person()
    task = services.task_cancel(user=user, task=a_task(user=user))
    assert (task.status, task.finished_at is None) == (Status.CANCELLED, False)
    services.task_run(task.pk)
    task.refresh_from_db()
    assert (task.status, task.attempt) == (Status.CANCELLED, 0)


def test_a_running_task_is_asked_to_stop() -> None:
    user = a_person()
    task = services.task_cancel(user=user, task=a_running_task(user=user))
    assert task.status == Status.RUNNING
    assert task.cancel_requested_at is not None
    asked_first = task.cancel_requested_at
    assert services.task_cancel(user=user, task=task).cancel_requested_at == asked_first


@pytest.mark.parametrize("status", sorted(AgentTask.ENDED))
def test_an_ended_task_cannot_be_cancelled(status: str) -> None:
    user = a_person()
    task = changed(a_task(user=user), status=status)
    with pytest.raises(Conflict, match="task_ended"):
        services.task_cancel(user=user, task=task)


@pytest.mark.parametrize("status", ["failed", "cancelled", "timed_out"])
def test_a_retry_is_the_same_row_with_new_starts(status: str) -> None:
    user = a_person()
    error = {"code": "internal_error", "text": "x"}
    task = changed(
        a_task(user=user), status=status, attempt=3, progress=60, error=error, partial={"pieces": 1}
    )
    retried = services.task_retry(user=user, task=task)
    retried.refresh_from_db()
    assert retried.pk == task.pk
    assert (retried.status, retried.progress, retried.error, retried.partial) == (Status.QUEUED, 0, None, {})
    assert (retried.attempt, retried.attempt_limit) == (3, 6)
    services.task_run(task.pk)
    retried.refresh_from_db()
    assert (retried.status, retried.attempt) == (Status.SUCCEEDED, 4)


@pytest.mark.parametrize("status", ["queued", "running", "succeeded"])
def test_what_cannot_be_retried(status: str) -> None:
    user = a_person()
    with pytest.raises(Conflict, match="task_not_retriable"):
        services.task_retry(user=user, task=changed(a_task(user=user), status=status))


@pytest.mark.parametrize(
    ("agent_type", "role", "allowed"),
    [
        ("sample_steady", "designer", True),
        ("sample_steady", "editor", False),
        ("sample_steady", "viewer", False),
        ("sample_for_editors", "editor", True),
        ("sample_for_editors", "viewer", False),
    ],
)
def test_who_may_cancel_and_retry(agent_type: str, role: str, allowed: bool) -> None:
    owner = a_person()
    task = a_task(agent_type, user=owner)
    member = a_member(workspace_of(owner), role)
    if allowed:
        services.task_cancel(user=member, task=task)
        services.task_retry(user=member, task=task)
    else:
        _refused(Forbidden, member, task)


def test_a_stranger_finds_no_task() -> None:
    _refused(NotFound, a_person(), a_task())


def _refused(problem: type[Problem], user: User, task: AgentTask) -> None:
    for service in (services.task_cancel, services.task_retry):
        with pytest.raises(problem):
            service(user=user, task=task)
    task.refresh_from_db()
    assert task.status == Status.QUEUED


def test_priorities_are_steps_of_the_broker() -> None:
    from techpack_site.celery import app

    steps = app.conf.broker_transport_options["priority_steps"]
    assert steps[0] == queues.BROKER_PRIORITY["high"] < queues.BROKER_PRIORITY["normal"]
    assert queues.BROKER_PRIORITY["low"] == steps[-1]
    assert set(queues.BROKER_PRIORITY) == set(AgentTask.Priority)


@pytest.mark.parametrize("agent_type", ["sample_gated", "fortune_teller"])
def test_only_startable_kinds_can_be_started_directly(agent_type: str) -> None:
    user = a_person()
    with pytest.raises(Problem, match="unknown_agent_type"):
        services.task_start(user=user, agent_type=agent_type, configuration={})


def test_starting_directly_asks_the_app_that_owns_the_kind() -> None:
    user, other = a_person(), a_person()
    task = services.task_start(
        user=user, agent_type="sample_steady", configuration={"workspace_id": str(workspace_of(user).pk)}
    )
    assert isinstance(task.pk, UUID)
    with pytest.raises(NotFound):
        services.task_start(
            user=user, agent_type="sample_steady", configuration={"workspace_id": str(workspace_of(other).pk)}
        )
