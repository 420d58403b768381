"""Styles, photos, analyses and decisions through the REST API, with a partner's key."""

import io
import json
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.garments.models import Photo, Style
from tests.apps.garments.factories import IVORY, a_jpeg, a_photo, a_style, an_analysis
from tests.apps.people import a_key, a_person, bearer, workspace_of

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


def upload(api: Client, style: Style, content: bytes, **form: Any) -> Any:
    file = io.BytesIO(content)
    file.name = "front.jpg"
    return api.post(f"{ROOT}/styles/{style.id}/photos", {"photo": file, **form})


def test_a_style_is_made_read_and_changed(api: Client, owner: User) -> None:
    made = send(api, "POST", "/styles", {"code": "TS-1", "name": "半袖Tシャツ", "season": "2027 SS"})
    assert made.status_code == 201
    style = made.json()
    assert (style["code"], style["workspace_id"]) == ("TS-1", str(workspace_of(owner).id))
    changed = send(api, "PATCH", f"/styles/{style['id']}", {"season": "2027 AW"})
    assert changed.json()["season"] == "2027 AW"
    read = send(api, "GET", f"/styles/{style['id']}").json()
    assert (read["name"], read["season"]) == ("半袖Tシャツ", "2027 AW")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "invalid_request"),
        ({"code": ""}, 422, "code_missing"),
        ({"code": 7}, 422, "invalid_request"),
        ({"code": "TAKEN"}, 409, "code_taken"),
        ({"code": "x", "name": "\x00"}, 422, "bad_character"),
        ({"code": "x", "workspace_id": "00000000-0000-0000-0000-000000000000"}, 404, "workspace_not_found"),
    ],
)
def test_a_style_that_cannot_be_made(
    body: dict[str, Any], status: int, code: str, api: Client, owner: User
) -> None:
    a_style(owner, code="TAKEN")
    response = send(api, "POST", "/styles", body)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.headers["Content-Type"] == "application/problem+json"


def test_the_list_of_styles_is_read_page_by_page(api: Client, owner: User) -> None:
    codes = [a_style(owner).code for _ in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        page = send(api, "GET", f"/styles?limit=2&cursor={cursor}").json()
        seen += [item["code"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == codes[::-1]
    found = send(api, "GET", f"/styles?query={codes[2]}").json()
    assert [item["code"] for item in found["items"]] == [codes[2]]


def test_a_photo_is_uploaded_and_followed(api: Client, owner: User) -> None:
    style = a_style(owner)
    response = upload(api, style, a_jpeg(), view="back")
    assert response.status_code == 201
    sent = response.json()
    photo = Photo.objects.get()
    assert (sent["photo"]["id"], sent["photo"]["view"]) == (str(photo.id), "back")
    assert photo.created_by.is_service
    task = send(api, "GET", f"/ai/tasks/{sent['task']['task_id']}").json()
    assert (task["agent_type"], task["subject"]) == ("garment_analyzer", f"photo:{photo.id}")
    image = api.get(sent["photo"]["image"])
    assert (image.headers["Content-Type"], image.getvalue()[8:12]) == ("image/webp", b"WEBP")
    listed = send(api, "GET", f"/styles/{style.id}/photos").json()
    assert [item["id"] for item in listed] == [str(photo.id)]


def test_a_refused_photo_is_a_problem_document(api: Client, owner: User) -> None:
    style = a_style(owner)
    content = a_jpeg()
    first = upload(api, style, content).json()["photo"]["id"]
    again = upload(api, style, content)
    assert (again.status_code, again.json()["photo_id"]) == (409, first)
    rubbish = upload(api, style, b"%PDF-1.7")
    assert (rubbish.status_code, rubbish.json()["code"]) == (415, "photo_unsupported_format")
    wrong = upload(api, style, a_jpeg(), view="inside")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_request")
    missing = api.post(f"{ROOT}/styles/{style.id}/photos")
    assert (missing.status_code, missing.json()["code"]) == (422, "invalid_request")


def test_a_read_key_reads_and_does_not_write(owner: User) -> None:
    style = a_style(owner)
    reader = Client(headers=bearer(a_key(owner, scopes=["read"])[1]))
    assert send(reader, "GET", f"/styles/{style.id}").status_code == 200
    assert send(reader, "POST", "/styles", {"code": "x"}).status_code == 403
    assert upload(reader, style, a_jpeg()).status_code == 403
    viewer = Client(headers=bearer(a_key(owner, role="viewer")[1]))
    assert send(viewer, "GET", f"/styles/{style.id}").status_code == 200
    assert upload(viewer, style, a_jpeg()).status_code == 403
    assert not Photo.objects.exists()


def test_an_analysis_is_read_once_it_is_there(api: Client, owner: User) -> None:
    photo = a_photo(a_style(owner))
    path = f"/photos/{photo.id}/analysis"
    none_yet = send(api, "GET", path)
    assert (none_yet.status_code, none_yet.json()["code"]) == (404, "analysis_not_found")
    analysis = an_analysis(photo)
    read = send(api, "GET", path).json()
    assert (read["id"], read["task_id"], read["refused"]) == (str(analysis.id), str(analysis.task_id), "")
    assert read["findings"] == analysis.findings


def test_a_repeated_request_to_analyse_gets_the_first_task(api: Client, owner: User) -> None:
    photo = a_photo(a_style(owner))
    path = f"/photos/{photo.id}/analyse"
    headers = {"Idempotency-Key": "again"}
    first, again = (send(api, "POST", path, **headers) for _ in range(2))
    assert first.status_code == again.status_code == 202
    assert first.json()["task_id"] == again.json()["task_id"]
    assert send(api, "POST", path).json()["task_id"] != first.json()["task_id"]


@pytest.mark.parametrize(
    ("configuration", "status", "code"),
    [
        ({}, 422, "photo_id_missing"),
        ({"photo_id": "x"}, 422, "photo_id_missing"),
        ({"photo_id": "00000000-0000-0000-0000-000000000000"}, 404, "photo_not_found"),
        ({"photo_id": None, "colour": 1}, 422, "unknown_field"),
        ({"photo_id": "{photo}", "reference": {"T99": 1}}, 422, "unknown_pom"),
        ({"photo_id": "{photo}", "reference": {"T01": "wide"}}, 422, "bad_reference"),
    ],
)
def test_what_the_analyser_cannot_start_with(
    configuration: dict[str, Any], status: int, code: str, api: Client, owner: User
) -> None:
    photo = a_photo(a_style(owner))
    if configuration.get("photo_id") == "{photo}":
        configuration = {**configuration, "photo_id": str(photo.id)}
    body = {"agent_type": "garment_analyzer", "configuration": configuration}
    response = send(api, "POST", "/ai/tasks", body)
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_decisions_are_made_listed_and_taken_back(api: Client, owner: User) -> None:
    style = a_style(owner)
    an_analysis(a_photo(style))
    decisions, findings = f"/styles/{style.id}/decisions", f"/styles/{style.id}/findings"
    assert send(api, "GET", findings).json()["garment_provenance"] == "estimated"
    made = send(api, "POST", decisions, {"field": "garment_type", "value": "polo"})
    assert (made.status_code, made.json()["value"]) == (201, "polo")
    assert send(api, "POST", decisions, {"field": "colours", "value": [IVORY]}).status_code == 201
    now = send(api, "GET", findings).json()
    assert (now["garment_type"], now["garment_provenance"], now["colour_provenance"]) == (
        "polo",
        "typed",
        "typed",
    )
    send(api, "POST", decisions, {"field": "garment_type", "value": None})
    assert send(api, "GET", findings).json()["garment_type"] == "t-shirt"
    listed = send(api, "GET", decisions).json()["items"]
    assert [item["value"] for item in listed][::2] == [None, "polo"]
    wrong = send(api, "POST", decisions, {"field": "garment_type", "value": ["polo"]})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "unknown_garment_type")


def test_a_photo_is_removed(api: Client, owner: User) -> None:
    photo = a_photo(a_style(owner))
    assert send(api, "DELETE", f"/photos/{photo.id}").status_code == 204
    assert send(api, "GET", f"/photos/{photo.id}").status_code == 404
