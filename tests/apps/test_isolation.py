"""No page, API operation or socket shows or changes another workspace's rows.

The tables below name every route of the site. A route whose address carries an id is tried with a foreign one
by itself; one that carries none has to be listed. What is neither fails `test_every_…_is_in_a_table`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from apps.accounts.models import ApiKey, Membership, User, Workspace
from apps.agents import registry
from apps.agents.models import AgentTask
from apps.agents.routing import websocket_urlpatterns
from apps.garments.models import Analysis, Part, Photo, Style
from apps.svg.models import Drawing, Revision
from apps.techpacks.models import TechPackExport
from apps.techpacks.services import AGENT_TYPE as EXPORTER
from techpack_site.api import api
from tests.apps.agents.factories import a_task
from tests.apps.garments.factories import a_jpeg, a_photo, a_style, an_analysis
from tests.apps.people import a_key, a_person, bearer, workspace_of
from tests.apps.sockets import Socket, session_headers, talk
from tests.apps.svg.factories import a_revision

pytestmark = pytest.mark.django_db

SECRET = "SECRET-COLLECTION"

ABOUT_THE_SIGNED_IN_USER_ALONE = re.compile(r"account_|mfa_")
PAGES_WITHOUT_ROWS = {"home", "language_set", "javascript-catalog", "health", "ready", "workspace_create"}
PAGES_OF_THE_CURRENT_WORKSPACE = {
    "styles",
    "style_create",
    "settings",
    "members",
    "api_keys",
    "workspace_rename",
    "training_consent",
}
PAGES_THAT_NAME_ROWS_IN_THE_FORM = {"workspace_switch": {"workspace": "workspace"}}

LISTS = {"GET /me", "GET /workspaces", "GET /api-keys", "GET /ai/tasks", "GET /styles"}
OPERATIONS_WITHOUT_ROWS = {"POST /auth/token", "PATCH /me", "POST /workspaces"}
BODIES_THAT_NAME_ROWS: dict[str, dict[str, Any]] = {
    "POST /styles": {"code": "TS-9", "workspace_id": "{workspace}"},
    "POST /api-keys": {"name": "key", "workspace_id": "{workspace}"},
    "POST /ai/tasks": {"agent_type": "garment_analyzer", "configuration": {"photo_id": "{photo}"}},
}
BODIES: dict[str, dict[str, Any]] = {
    "PATCH /styles/{style_id}": {"name": "changed"},
    "POST /styles/{style_id}/decisions": {"field": "garment_type", "value": "polo"},
    "POST /photos/{photo_id}/parts": {"kind": "pocket", "box": [1, 1, 9, 9]},
    "PUT /photos/{photo_id}/landmarks/{name}": {"hidden": True},
    "PUT /styles/{style_id}/measurements/{pom}": {"value": 52},
    "PUT /workspaces/{workspace_id}/training-consent": {"consent": True},
    "PATCH /parts/{part_id}": {"kind": "neckline"},
    "POST /styles/{style_id}/drawings": {},
    "POST /drawings/{drawing_id}/reviews": {"verdict": "approved", "content_hash": "0" * 64},
}
PLAIN_WORDS = {"extension": "svg", "name": "hem_left", "pom": "T01"}
UPLOADS = {"POST /styles/{style_id}/photos": "photo"}


@dataclass(frozen=True)
class Rows:
    """One row of each kind, all in one workspace."""

    owner: User
    workspace: Workspace
    style: Style
    photo: Photo
    analysis: Analysis
    part: Part
    drawing: Drawing
    revision: Revision
    export: TechPackExport
    task: AgentTask
    api_key: ApiKey
    member: Membership

    def argument(self, name: str) -> object:
        """The value for an address's parameter: `style_id` is the id of `style`."""
        if name in PLAIN_WORDS:
            return PLAIN_WORDS[name]
        row = getattr(self, name.removesuffix("_id"))
        return row.pk

    def filled(self, value: Any) -> Any:
        """`value` with each "{kind}" replaced by the id of that row."""
        if isinstance(value, dict):
            return {key: self.filled(inner) for key, inner in value.items()}
        return str(self.argument(value[1:-1])) if re.fullmatch(r"\{\w+\}", str(value)) else value

    def ids(self) -> set[str]:
        return {str(self.argument(name)) for name in self.__dataclass_fields__} - {
            str(self.owner.pk),
            str(self.member.pk),
        }


def rows_of(owner: User) -> Rows:
    workspace = workspace_of(owner)
    style = a_style(owner, code=SECRET, name=SECRET, brand=SECRET)
    photo = a_photo(style, filename=f"{SECRET}.jpg")
    analysis = an_analysis(
        photo, parts=[{"kind": "collar", "box": [30.0, 10.0, 60.0, 20.0], "confidence": 0.9}]
    )
    revision = a_revision(photo, analysis=analysis)
    task = a_task(EXPORTER, user=owner, subject=f"style:{style.pk}")
    export = TechPackExport(
        workspace=workspace, style=style, number=1, task=task, content={}, created_by=owner
    )
    export.pdf.save("", ContentFile(f"%PDF {SECRET}".encode()), save=False)
    export.xlsx.save("", ContentFile(SECRET.encode()), save=False)
    export.save()
    export.revisions.add(revision)
    key, _text = a_key(owner, name=SECRET)
    return Rows(
        owner=owner,
        workspace=workspace,
        style=style,
        photo=photo,
        analysis=analysis,
        part=analysis.parts.get(),
        drawing=revision.drawing,
        revision=revision,
        export=export,
        task=task,
        api_key=key,
        member=Membership.objects.get(user=owner),
    )


@pytest.fixture
def foreign() -> Rows:
    return rows_of(a_person(email="secret-collection@atelier.example", display_name=SECRET))


@pytest.fixture
def intruder() -> User:
    """Owner of his own workspace, so that no role stands in his way."""
    return a_person()


def programs_of(user: User) -> list[Client]:
    """The API with the user's session, and with a key of his workspace."""
    return [client_of(user), Client(headers=bearer(a_key(user)[1]))]


def client_of(user: User) -> Client:
    client = Client(headers={"Accept": "text/html"})
    client.force_login(user)
    return client


def everything_in(workspace: Workspace) -> dict[str, list[dict[str, Any]]]:
    """All rows of a workspace, to see that nobody changed them."""
    rows: dict[str, list[dict[str, Any]]] = {
        "workspace": list(Workspace.objects.filter(pk=workspace.pk).values())
    }
    for model in apps.get_models():
        if any(field.name == "workspace" for field in model._meta.fields):
            rows[model._meta.label] = list(
                model._default_manager.filter(workspace=workspace).order_by("pk").values()
            )
    return rows


def assert_shows_nothing(answer: Any, foreign: Rows) -> None:
    content = answer.getvalue() if answer.streaming else answer.content
    text = content.decode(errors="replace") + str(answer.headers)
    assert SECRET not in text
    assert SECRET.lower() not in text
    asked_for = answer.request["PATH_INFO"]
    assert [row_id for row_id in foreign.ids() if row_id in text and row_id not in asked_for] == []


def status(answer: Any) -> int:
    """The status of an answer whose content does not matter; files it sends are read to their end."""
    if answer.streaming:
        answer.getvalue()
    return int(answer.status_code)


def page_patterns() -> Iterator[URLPattern]:
    def walk(resolver: URLResolver) -> Iterator[URLPattern]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLPattern):
                yield entry
            elif entry.app_name not in {"admin", "ninja"}:
                yield from walk(entry)

    return walk(get_resolver())


def parameters(pattern: URLPattern) -> list[str]:
    return sorted(pattern.pattern.regex.groupindex)


def name_of(pattern: URLPattern) -> str:
    return pattern.name or str(pattern.pattern)


PAGES = {name_of(pattern): parameters(pattern) for pattern in page_patterns()}
FOREIGN_PAGES = sorted(
    name for name, names in PAGES.items() if names and not ABOUT_THE_SIGNED_IN_USER_ALONE.match(name)
)


def operations() -> dict[str, dict[str, Any]]:
    """Method and path of each operation of the API → its OpenAPI description."""
    prefix = api.get_root_path({}).rstrip("/")
    return {
        f"{method.upper()} {path.removeprefix(prefix)}": operation
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method, operation in methods.items()
    }


OPERATIONS = operations()
FOREIGN_OPERATIONS = sorted(name for name in OPERATIONS if "{" in name)


def body_fields(operation: dict[str, Any]) -> set[str]:
    """Names of the fields of an operation's JSON body."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    reference = content.get("schema", {}).get("$ref", "")
    schema = api.get_openapi_schema()["components"]["schemas"].get(reference.rpartition("/")[2], {})
    return set(schema.get("properties", {}))


def call(client: Client, name: str, rows: Rows, body: dict[str, Any] | None = None) -> Any:
    """Sends operation `name` with the ids of `rows` in its address."""
    method, path = name.split(" ")
    address = re.sub(r"\{(\w+)\}", lambda found: str(rows.argument(found[1])), path)
    url = f"/api/v1{address}"
    if name in UPLOADS:
        return client.post(url, {UPLOADS[name]: SimpleUploadedFile("photo.jpg", a_jpeg())})
    data = rows.filled(BODIES.get(name) if body is None else body)
    text = "" if data is None else json.dumps(data)
    return client.generic(method, url, text, content_type="application/json")


def test_every_page_is_in_a_table() -> None:
    listed = PAGES_WITHOUT_ROWS | PAGES_OF_THE_CURRENT_WORKSPACE | set(PAGES_THAT_NAME_ROWS_IN_THE_FORM)
    unlisted = [
        name
        for name in PAGES
        if name not in listed and name not in FOREIGN_PAGES and not ABOUT_THE_SIGNED_IN_USER_ALONE.match(name)
    ]
    assert unlisted == []
    assert listed <= set(PAGES)


def test_every_operation_is_in_a_table() -> None:
    listed = LISTS | OPERATIONS_WITHOUT_ROWS | set(BODIES_THAT_NAME_ROWS)
    assert [name for name in OPERATIONS if name not in listed and name not in FOREIGN_OPERATIONS] == []
    assert listed | set(BODIES) | set(UPLOADS) <= set(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_id_in_a_body_is_in_a_table(name: str) -> None:
    ids = {field for field in body_fields(OPERATIONS[name]) if field.endswith("_id")}
    assert ids <= set(BODIES_THAT_NAME_ROWS.get(name, {}))


@pytest.mark.parametrize("name", FOREIGN_PAGES)
def test_page_about_a_foreign_row(name: str, foreign: Rows, intruder: User) -> None:
    url = reverse(name, kwargs={key: foreign.argument(key) for key in PAGES[name]})
    before, client = everything_in(foreign.workspace), client_of(intruder)
    answers = [client.get(url), client.post(url)]
    assert {answer.status_code for answer in answers} in ({404}, {404, 405})
    for answer in answers:
        assert_shows_nothing(answer, foreign)
    visitor = [Client().get(url), Client().post(url)]
    assert {answer.status_code for answer in visitor} == {302}
    assert everything_in(foreign.workspace) == before
    owner = client_of(foreign.owner)
    assert 404 not in {status(owner.get(url)), status(owner.post(url))}


@pytest.mark.parametrize("name", sorted(PAGES_OF_THE_CURRENT_WORKSPACE))
def test_page_of_the_current_workspace(name: str, foreign: Rows, intruder: User) -> None:
    before, client = everything_in(foreign.workspace), client_of(intruder)
    session = client.session
    session["workspace_id"] = str(foreign.workspace.pk)
    session.save()
    for answer in (client.get(reverse(name)), client.post(reverse(name), {"name": "changed"})):
        assert_shows_nothing(answer, foreign)
    assert everything_in(foreign.workspace) == before


@pytest.mark.parametrize("name", sorted(PAGES_THAT_NAME_ROWS_IN_THE_FORM))
def test_form_that_names_a_foreign_row(name: str, foreign: Rows, intruder: User) -> None:
    form = PAGES_THAT_NAME_ROWS_IN_THE_FORM[name]
    data = {key: str(foreign.argument(kind)) for key, kind in form.items()}
    answer = client_of(intruder).post(reverse(name), data)
    assert answer.status_code == 404
    assert_shows_nothing(answer, foreign)
    assert client_of(foreign.owner).post(reverse(name), data).status_code == 302


@pytest.mark.parametrize("name", FOREIGN_OPERATIONS)
def test_operation_on_a_foreign_row(name: str, foreign: Rows, intruder: User) -> None:
    before = everything_in(foreign.workspace)
    for client in programs_of(intruder):
        answer = call(client, name, foreign)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
        assert_shows_nothing(answer, foreign)
    assert call(Client(), name, foreign).status_code == 401
    assert everything_in(foreign.workspace) == before
    assert status(call(client_of(foreign.owner), name, foreign)) != 404


@pytest.mark.parametrize("name", sorted(BODIES_THAT_NAME_ROWS))
def test_body_that_names_a_foreign_row(name: str, foreign: Rows, intruder: User) -> None:
    before = everything_in(foreign.workspace)
    for client in programs_of(intruder):
        answer = call(client, name, foreign, BODIES_THAT_NAME_ROWS[name])
        assert answer.status_code == 404
        assert_shows_nothing(answer, foreign)
    assert everything_in(foreign.workspace) == before
    assert call(client_of(foreign.owner), name, foreign, BODIES_THAT_NAME_ROWS[name]).status_code < 300


def test_every_kind_that_can_be_started_is_tried() -> None:
    tried = {body.get("agent_type") for body in BODIES_THAT_NAME_ROWS.values()}
    startable = {spec.agent_type for spec in registry.startable()}
    assert {kind for kind in startable if not kind.startswith("sample_")} <= tried


@pytest.mark.parametrize("name", sorted(LISTS))
def test_list(name: str, foreign: Rows, intruder: User) -> None:
    """The list itself, and narrowed to the foreign rows by each of its parameters."""
    narrowed = {"workspace_id": str(foreign.workspace.pk), "subject": foreign.task.subject}
    taken = {one["name"] for one in OPERATIONS[name].get("parameters", [])} & set(narrowed)
    url = f"/api/v1{name.split(' ')[1]}"
    for client in programs_of(intruder):
        for query in ({}, *({key: narrowed[key]} for key in taken)):
            answer = client.get(url, query)
            assert answer.status_code in {200, 403, 404}
            assert_shows_nothing(answer, foreign)
    shown = client_of(foreign.owner).get(url).content.decode()
    assert any(row_id in shown for row_id in foreign.ids())


@pytest.mark.parametrize("pattern", websocket_urlpatterns, ids=lambda pattern: pattern.name)
@pytest.mark.django_db(transaction=True)
def test_socket_of_a_foreign_row(pattern: URLPattern, foreign: Rows, intruder: User) -> None:
    route = str(pattern.pattern)
    path = "/" + re.sub(r"<\w+:(\w+)>", lambda found: str(foreign.argument(found[1])), route)

    async def is_refused(socket: Socket) -> None:
        assert await socket.close_code() == 4404

    async def is_sent_away(socket: Socket) -> None:
        assert await socket.close_code() == 4401

    async def is_served(socket: Socket) -> None:
        assert (await socket.message())["task_id"] == str(foreign.task.pk)

    talk(path, is_refused, session_headers(intruder))
    talk(path, is_sent_away)
    talk(path, is_served, session_headers(foreign.owner))


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=lambda model: model._meta.label))
def test_the_admin_is_for_staff(model: Any, intruder: User) -> None:
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    assert client_of(intruder).get(url)["Location"].startswith("/admin/login/")
