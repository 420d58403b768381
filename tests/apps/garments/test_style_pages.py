"""The forms of styles and decisions."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Membership
from apps.garments.models import Style
from apps.garments.selectors import findings_for_user
from tests.apps.garments.factories import IVORY, a_style
from tests.apps.people import a_member, a_person, workspace_of

pytestmark = pytest.mark.django_db
Role = Membership.Role


def test_a_new_style_leads_to_its_page(client: Client) -> None:
    user = a_person()
    client.force_login(user)
    url = reverse("style_create")
    assert client.get(url).status_code == 200
    response = client.post(url, {"code": "TS-1", "name": "半袖Tシャツ", "season": "2027 SS"})
    style = Style.objects.get()
    assert response.headers["Location"] == reverse("style", args=[style.id])
    assert (style.name, style.season, style.workspace) == ("半袖Tシャツ", "2027 SS", workspace_of(user))


@pytest.mark.parametrize("code", ["", "TAKEN", "9" * 41, "a\x00b"])
def test_a_number_that_cannot_be_is_said_at_its_field(code: str, client: Client) -> None:
    other = a_style(code="TAKEN")
    style = a_style(other.created_by, name="kept")
    client.force_login(other.created_by)
    for url in (reverse("style_create"), reverse("style_update", args=[style.id])):
        response = client.post(url, {"code": code, "name": "new"})
        assert response.status_code == 422
        assert response.context["form"].errors["code"]
    style.refresh_from_db()
    assert style.name == "kept"
    assert Style.objects.count() == 2


def test_a_style_is_changed_and_archived(client: Client) -> None:
    style = a_style(name="old")
    client.force_login(style.created_by)
    changed = client.post(reverse("style_update", args=[style.id]), {"code": style.code, "name": "new"})
    assert changed.headers["Location"] == reverse("style", args=[style.id])
    style.refresh_from_db()
    assert style.name == "new"
    client.post(reverse("style_archive", args=[style.id]), {"archived": "1"})
    style.refresh_from_db()
    assert style.archived_at is not None
    client.post(reverse("style_archive", args=[style.id]), {"archived": "0"})
    style.refresh_from_db()
    assert style.archived_at is None


def test_decisions_from_the_page(client: Client) -> None:
    style = a_style()
    user = style.created_by
    client.force_login(user)
    url = reverse("decision_make", args=[style.id])
    response = client.post(url, {"field": "garment_type", "value": "polo"})
    assert response.headers["Location"] == reverse("review", args=[style.id])
    client.post(url, {"field": "colours", "value": json.dumps([IVORY])})
    found = findings_for_user(user, style)
    assert (found.garment_type, [colour["hex"] for colour in found.colours]) == ("polo", [IVORY["hex"]])
    client.post(url, {"field": "garment_type", "take_back": "1"})
    assert findings_for_user(user, style).garment_type is None


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, "unknown_field"),
        ({"field": "garment_type"}, "unknown_garment_type"),
        ({"field": "garment_type", "value": "polo\x00"}, "unknown_garment_type"),
        ({"field": "colours", "value": "navy"}, "bad_colours"),
        ({"field": "colours", "value": "{}"}, "bad_colours"),
        ({"field": "price", "take_back": "1"}, "unknown_field"),
    ],
)
def test_decisions_that_cannot_be(form: dict[str, str], code: str, client: Client) -> None:
    style = a_style()
    client.force_login(style.created_by)
    response = client.post(
        reverse("decision_make", args=[style.id]), form, headers={"accept": "application/json"}
    )
    assert (response.status_code, response.json()["code"]) == (422, code)
    assert not style.decisions.exists()


def test_a_viewer_changes_nothing(client: Client) -> None:
    style = a_style(name="kept")
    client.force_login(a_member(style.workspace, Role.VIEWER))
    for name in ("style_update", "style_archive", "decision_make"):
        data = {"code": "X", "name": "X", "field": "garment_type", "value": "polo"}
        assert client.post(reverse(name, args=[style.id]), data).status_code == 403
    assert client.get(reverse("style_create")).status_code == 403
    style.refresh_from_db()
    assert (style.name, style.archived_at) == ("kept", None)
    assert not style.decisions.exists()
