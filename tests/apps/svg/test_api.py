"""Drawings, their revisions and reviews through the REST API, with a partner's key."""

import json
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.agents.models import AgentTask
from tests.apps.garments.factories import a_photo, a_style, an_analysis
from tests.apps.people import a_key, a_person, bearer
from tests.apps.svg.factories import a_revision, redrawn

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


@pytest.fixture
def owner() -> User:
    return a_person()


@pytest.fixture
def api(owner: User) -> Client:
    """A client that carries a key of the owner's workspace."""
    return Client(headers=bearer(a_key(owner)[1]))


def send(api: Client, method: str, path: str, data: Any = None, **headers: str) -> Any:
    body = "" if data is None else json.dumps(data)
    return api.generic(method, ROOT + path, body, content_type="application/json", headers=headers)


def test_a_drawing_its_revisions_and_their_files(api: Client, owner: User) -> None:
    first = a_revision(a_photo(a_style(owner)))
    newest = redrawn(first)
    (drawing,) = send(api, "GET", f"/styles/{first.drawing.style_id}/drawings").json()
    assert (drawing["view"], drawing["state"]) == ("front", "in_review")
    assert send(api, "GET", f"/drawings/{drawing['id']}").json() == drawing
    page = send(api, "GET", f"/drawings/{drawing['id']}/revisions?limit=1").json()
    assert [(item["number"], item["mirrored"]) for item in page["items"]] == [(2, False)]
    rest = send(api, "GET", f"/drawings/{drawing['id']}/revisions?cursor={page['next_cursor']}").json()
    assert ([item["number"] for item in rest["items"]], rest["next_cursor"]) == ([1], None)
    revision = send(api, "GET", f"/revisions/{newest.id}").json()
    assert revision["content_hash"] == newest.content_hash
    for extension, begins in (("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("json", b"{")):
        assert api.get(f"{ROOT}/revisions/{newest.id}.{extension}").content.startswith(begins)
    assert api.get(f"{ROOT}/revisions/{newest.id}.exe").status_code in {404, 422}


def test_a_verdict_is_given_on_what_was_seen(api: Client, owner: User) -> None:
    revision = a_revision(a_photo(a_style(owner)))
    path = f"/drawings/{revision.drawing_id}/reviews"
    verdict = {"verdict": "approved", "content_hash": revision.content_hash}
    given = send(api, "POST", path, verdict)
    assert (given.status_code, given.json()["revision_id"]) == (201, str(revision.id))
    assert send(api, "GET", f"/drawings/{revision.drawing_id}").json()["state"] == "approved"
    redrawn(revision)
    stale = send(api, "POST", path, verdict)
    assert (stale.status_code, stale.json()["code"], stale.json()["revision"]) == (409, "stale_review", 2)
    silent = send(api, "POST", path, {**verdict, "verdict": "changes_requested"})
    assert (silent.status_code, silent.json()["code"]) == (422, "comment_missing")
    unknown = send(api, "POST", path, {**verdict, "verdict": "perfect"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "invalid_request")


def test_a_view_is_drawn_anew_once_for_a_repeated_request(api: Client, owner: User) -> None:
    style = an_analysis(a_photo(a_style(owner))).photo.style
    path, headers = f"/styles/{style.id}/drawings", {"Idempotency-Key": "again"}
    first, again = (send(api, "POST", path, {"mirrored": False}, **headers) for _ in range(2))
    assert (first.status_code, first.json()["agent_type"]) == (202, "svg_generator")
    assert first.json()["task_id"] == again.json()["task_id"]
    assert AgentTask.objects.get(agent_type="svg_generator").configuration["mirrored"] is False
    other = send(api, "POST", path, {"mirrored": True}, **headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")
    nothing = send(api, "POST", path, {"view": "back"})
    assert (nothing.status_code, nothing.json()["code"]) == (422, "nothing_to_draw")


def test_a_read_key_draws_and_judges_nothing(owner: User) -> None:
    revision = a_revision(a_photo(a_style(owner)))
    reader = Client(headers=bearer(a_key(owner, scopes=["read"])[1]))
    verdict = {"verdict": "approved", "content_hash": revision.content_hash}
    assert send(reader, "POST", f"/drawings/{revision.drawing_id}/reviews", verdict).status_code == 403
    assert send(reader, "POST", f"/styles/{revision.drawing.style_id}/drawings", {}).status_code == 403
    assert send(reader, "GET", f"/drawings/{revision.drawing_id}").json()["state"] == "in_review"
