"""The WebSocket of a task: first the row, then each change, then the close; and who gets none of it."""

from collections.abc import Iterator

import pytest
from asgiref.sync import sync_to_async
from channels.layers import channel_layers
from django.test import Client

from apps.accounts.models import Membership
from apps.accounts.tokens import ALL_SCOPES, Credentials, access_token_issue
from apps.agents import services
from apps.agents.context import TaskContext
from apps.agents.models import AgentTask
from tests.apps.agents.factories import a_running_task, a_task, changed
from tests.apps.people import a_key, a_member, a_person, bearer, workspace_of
from tests.apps.sockets import Socket, session_headers, talk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _broker(samples_broker: str) -> Iterator[None]:
    """The channel layer of each test belongs to the event loop of that test."""
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()


def path_of(task: AgentTask, query: str = "") -> str:
    return f"/ws/tasks/{task.pk}{query}"


def test_first_the_row_then_the_changes_then_the_close() -> None:
    user = a_person()
    task = a_running_task(user=user)
    context = TaskContext(task)

    @sync_to_async
    def work() -> None:
        context.report("cut", 20, partial={"pieces": 3})

    @sync_to_async
    def finish() -> None:
        with context.effect() as result:
            result["done"] = True

    async def conversation(socket: Socket) -> None:
        first = await socket.message()
        assert (first["type"], first["task_id"], first["status"]) == ("task", str(task.pk), "running")
        assert (first["progress"], first["partial"], first["error"]) == (0, {}, None)
        await work()
        then = await socket.message()
        assert (then["progress"], then["current_step"], then["step_label"]) == (20, "cut", "Cutting")
        assert then["partial"] == {"pieces": 3}
        await finish()
        last = await socket.message()
        assert (last["status"], last["progress"], last["result"]) == ("succeeded", 100, {"done": True})
        assert await socket.close_code() == 1000

    talk(path_of(task), conversation, session_headers(user))


def test_of_an_ended_task_the_row_comes_and_the_close() -> None:
    user = a_person()
    task = changed(a_task(user=user), status="failed", error={"code": "no_fabric", "text": "No fabric."})

    async def conversation(socket: Socket) -> None:
        assert (await socket.message())["error"] == {"code": "no_fabric", "text": "No fabric."}
        assert await socket.close_code() == 1000

    talk(path_of(task), conversation, session_headers(user))


def test_polling_answers_what_the_socket_sends() -> None:
    user = a_person()
    task = changed(a_task(user=user), status="running", progress=40, partial={"pieces": 1})
    client = Client()
    client.force_login(user)
    polled = client.get(f"/api/v1/ai/tasks/{task.pk}").json()

    async def conversation(socket: Socket) -> None:
        assert await socket.message() == polled

    talk(path_of(task), conversation, session_headers(user))


def test_a_cancel_is_told() -> None:
    user = a_person()
    task = a_task(user=user)

    async def conversation(socket: Socket) -> None:
        await socket.message()
        await sync_to_async(services.task_cancel)(user=user, task=task)
        assert (await socket.message())["status"] == "cancelled"
        assert await socket.close_code() == 1000

    talk(path_of(task), conversation, session_headers(user))


def test_one_task_is_not_told_of_another() -> None:
    user = a_person()
    task, other = a_running_task(user=user), a_running_task(user=user)

    async def conversation(socket: Socket) -> None:
        await socket.message()
        await sync_to_async(TaskContext(other).report)("cut", 70)
        await sync_to_async(TaskContext(task).report)("sew", 30)
        assert (await socket.message())["progress"] == 30

    talk(path_of(task), conversation, session_headers(user))


async def refused(socket: Socket, code: int) -> None:
    assert socket.opened
    assert await socket.close_code() == code


def test_a_visitor_is_sent_away() -> None:
    talk(path_of(a_task()), lambda socket: refused(socket, 4401))


@pytest.mark.parametrize("token", ["nonsense", "tps_0011223344_" + "a" * 64, ""])
def test_a_wrong_token_is_sent_away_even_with_a_session(token: str) -> None:
    user = a_person()
    task = a_task(user=user)
    headers = [*session_headers(user), (b"authorization", f"Bearer {token}".encode())]
    talk(path_of(task), lambda socket: refused(socket, 4401), headers)


def test_a_stranger_sees_no_task() -> None:
    talk(path_of(a_task()), lambda socket: refused(socket, 4404), session_headers(a_person()))


def test_whoever_is_removed_meanwhile_sees_no_more() -> None:
    owner = a_person()
    task = a_running_task(user=owner)
    viewer = a_member(workspace_of(owner), "viewer")

    @sync_to_async
    def remove_and_work() -> None:
        Membership.objects.filter(user=viewer).delete()
        TaskContext(task).report("cut", 20)

    async def conversation(socket: Socket) -> None:
        await socket.message()
        await remove_and_work()
        assert await socket.close_code() == 4404

    talk(path_of(task), conversation, session_headers(viewer))


async def welcome(socket: Socket) -> None:
    assert (await socket.message())["type"] == "task"


def test_tokens_and_keys_open_a_socket_without_a_session() -> None:
    user = a_person()
    task = a_task(user=user)
    token = access_token_issue(Credentials(user, ALL_SCOPES))
    _key, text = a_key(user)
    talk(path_of(task, f"?token={token}"), welcome)
    for secret in (token, text):
        headers = [(name.lower().encode(), value.encode()) for name, value in bearer(secret).items()]
        talk(path_of(task), welcome, headers)


def test_a_key_that_may_not_read_is_sent_away() -> None:
    user = a_person()
    _key, text = a_key(user, scopes=["write"])
    talk(path_of(a_task(user=user), f"?token={text}"), lambda socket: refused(socket, 4401))


@pytest.mark.parametrize(
    ("origin", "opened"),
    [
        ("http://testserver", True),
        (None, True),
        ("https://evil.example", False),
        ("http://testserver.evil.example", False),
        ("null", False),
    ],
)
def test_a_page_of_another_site_cannot_use_the_session(origin: str | None, opened: bool) -> None:
    user = a_person()

    async def conversation(socket: Socket) -> None:
        assert socket.opened == opened

    talk(path_of(a_task(user=user)), conversation, session_headers(user, origin))


def test_texts_come_in_the_language_of_the_user() -> None:
    user = a_person(language="ja")
    texts = {"ja": "生地がありません。", "en": "No fabric."}
    task = changed(
        a_task(user=user), status="failed", error={"code": "no_fabric", "text": "No fabric.", "texts": texts}
    )

    async def conversation(socket: Socket) -> None:
        assert (await socket.message())["error"]["text"] == "生地がありません。"

    talk(path_of(task), conversation, session_headers(user))


def test_a_lost_announcement_costs_seconds_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.agents.consumers.LOOK_AGAIN_S", 0.1)
    user = a_person()
    task = a_running_task(user=user)

    async def conversation(socket: Socket) -> None:
        await socket.message()
        await sync_to_async(changed)(task, progress=55)
        assert (await socket.message())["progress"] == 55

    talk(path_of(task), conversation, session_headers(user))
