"""REST of agent tasks."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.agents.models import AgentTask
from tests.apps.agents.factories import a_task, changed
from tests.apps.people import a_key, a_member, a_person, bearer, workspace_of

pytestmark = pytest.mark.django_db
TASKS = "/api/v1/ai/tasks"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def start(client: Client, user: User, key: str | None = None, **fields: Any) -> Any:
    body = {
        "agent_type": "sample_steady",
        "configuration": {"workspace_id": str(workspace_of(user).pk)},
        **fields,
    }
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(TASKS, body, content_type="application/json", headers=headers)


def test_starting_a_task() -> None:
    user = a_person()
    answer = start(signed_in(user), user, priority="high")
    assert answer.status_code == 202
    task = AgentTask.objects.get(pk=UUID(answer.json()["task_id"]))
    assert (task.status, task.priority, task.created_by) == ("queued", "high", user)
    assert answer.json()["title"] == "Sample: steady"


def test_a_repeated_post_answers_with_the_first_task() -> None:
    user = a_person()
    client = signed_in(user)
    first, again = start(client, user, "order 7"), start(client, user, "order 7")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    other = start(client, user, "order 7", priority="low")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")
    assert other.json()["task_id"] == first.json()["task_id"]
    assert AgentTask.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"agent_type": "sample_gated"}, 422, "unknown_agent_type"),
        ({"agent_type": "fortune_teller"}, 422, "unknown_agent_type"),
        ({"priority": "urgent"}, 422, "unknown_priority"),
        ({"agent_type": None}, 422, "invalid_request"),
        ({"configuration": []}, 422, "invalid_request"),
        ({"configuration": {"workspace_id": str(uuid4())}}, 404, "workspace_not_found"),
    ],
)
def test_what_cannot_be_started(fields: dict[str, Any], status: int, code: str) -> None:
    user = a_person()
    answer = start(signed_in(user), user, **fields)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert not AgentTask.objects.exists()


def test_a_body_that_is_no_json() -> None:
    answer = signed_in(a_person()).post(TASKS, "{", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


def test_a_viewer_starts_nothing() -> None:
    owner = a_person()
    viewer = a_member(workspace_of(owner), "viewer")
    assert start(signed_in(viewer), owner).status_code == 403


def test_a_key_starts_and_follows_tasks() -> None:
    user = a_person()
    _key, text = a_key(user)
    body = {"agent_type": "sample_steady", "configuration": {"workspace_id": str(workspace_of(user).pk)}}
    client = Client(headers=bearer(text))
    made = client.post(TASKS, body, content_type="application/json")
    assert made.status_code == 202
    assert client.get(f"{TASKS}/{made.json()['task_id']}").json() == made.json()


def test_cancel_and_retry() -> None:
    user = a_person()
    client, task = signed_in(user), a_task(user=user)
    cancelled = client.post(f"{TASKS}/{task.pk}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"]) == (202, "cancelled")
    assert client.post(f"{TASKS}/{task.pk}/cancel").json()["code"] == "task_ended"
    retried = client.post(f"{TASKS}/{task.pk}/retry")
    assert (retried.status_code, retried.json()["status"]) == (202, "queued")
    assert client.post(f"{TASKS}/{task.pk}/retry").json()["code"] == "task_not_retriable"


def test_the_list_is_newest_first_and_can_be_narrowed() -> None:
    user = a_person()
    client = signed_in(user)
    first = a_task(user=user, subject="sample:1")
    second = changed(a_task("sample_gated", user=user, subject="sample:2"), status="succeeded")
    a_task()

    def ids(query: str) -> list[str]:
        return [item["task_id"] for item in client.get(f"{TASKS}{query}").json()["items"]]

    assert ids("") == [str(second.pk), str(first.pk)]
    assert ids("?subject=sample:1") == [str(first.pk)]
    assert ids("?agent_type=sample_gated") == [str(second.pk)]
    assert ids("?unfinished=true") == [str(first.pk)]
    assert ids(f"?workspace_id={workspace_of(user).pk}") == [str(second.pk), str(first.pk)]
    assert ids(f"?workspace_id={workspace_of(a_person()).pk}") == []


def test_the_list_comes_in_pages() -> None:
    user = a_person()
    client = signed_in(user)
    made = [str(a_task(user=user).pk) for _ in range(5)]
    seen, query = [], "?limit=2"
    while query:
        page = client.get(f"{TASKS}{query}").json()
        seen += [item["task_id"] for item in page["items"]]
        query = f"?limit=2&cursor={page['next_cursor']}" if page["next_cursor"] else ""
    assert seen == made[::-1]


def test_an_address_that_is_no_id() -> None:
    answer = signed_in(a_person()).get(f"{TASKS}/nonsense")
    assert answer.status_code == 422


def test_an_unknown_kind_on_an_old_row_is_still_shown() -> None:
    user = a_person()
    task = changed(a_task(user=user), agent_type="fortune_teller", current_step="gaze")
    shown = signed_in(user).get(f"{TASKS}/{task.pk}").json()
    assert (shown["title"], shown["step_label"]) == ("fortune_teller", "gaze")
