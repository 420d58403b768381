"""Parts of a photo through the REST API, with a partner's key."""

import pytest
from django.test import Client

from apps.accounts.models import User
from tests.apps.garments.factories import a_photo, a_style, an_analysis
from tests.apps.garments.test_api import send
from tests.apps.people import a_key, a_person, bearer

pytestmark = pytest.mark.django_db

COLLAR = {"kind": "collar", "box": [30.0, 10.0, 60.0, 20.0], "confidence": 0.9}
POCKET = {"kind": "pocket", "box": [20.0, 40.0, 40.0, 60.0], "confidence": 0.6}


@pytest.fixture
def owner() -> User:
    return a_person()


@pytest.fixture
def api(owner: User) -> Client:
    return Client(headers=bearer(a_key(owner)[1]))


def test_the_parts_of_a_photo_are_read_and_decided(api: Client, owner: User) -> None:
    photo = an_analysis(a_photo(a_style(owner)), parts=[COLLAR, POCKET]).photo
    collar, pocket = send(api, "GET", f"/photos/{photo.id}/parts").json()["parts"]
    assert collar == {
        "id": collar["id"],
        "photo_id": str(photo.id),
        **COLLAR,
        "state": "open",
        "provenance": "estimated",
        "found": COLLAR,
        "advisories": [],
        "version": 0,
    }
    accepted = send(api, "POST", f"/parts/{collar['id']}/accept").json()
    assert (accepted["state"], accepted["provenance"], accepted["confidence"]) == (
        "accepted",
        "confirmed",
        0.9,
    )
    corrected = send(api, "PATCH", f"/parts/{pocket['id']}", {"box": [21, 40, 41, 60], "seen": 0}).json()
    assert (corrected["state"], corrected["provenance"], corrected["confidence"]) == (
        "corrected",
        "typed",
        None,
    )
    assert (corrected["found"], corrected["box"]) == (POCKET, [21, 40, 41, 60])
    rejected = send(api, "POST", f"/parts/{pocket['id']}/reject", {"seen": 1}).json()
    assert rejected["state"] == "rejected"
    undone = send(api, "POST", f"/parts/{pocket['id']}/undo")
    assert (undone.status_code, undone.json()["state"]) == (200, "corrected")


def test_a_part_is_added_and_taken_back(api: Client, owner: User) -> None:
    photo = a_photo(a_style(owner))
    made = send(api, "POST", f"/photos/{photo.id}/parts", {"kind": "hood", "box": [1, 2, 30, 40]})
    part = made.json()
    assert (made.status_code, part["state"], part["provenance"], part["found"], part["confidence"]) == (
        201,
        "added",
        "typed",
        None,
        None,
    )
    assert send(api, "PATCH", f"/parts/{part['id']}", {"kind": "collar"}).json()["state"] == "added"
    assert send(api, "POST", f"/parts/{part['id']}/undo").status_code == 200
    assert send(api, "POST", f"/parts/{part['id']}/undo").status_code == 204
    assert send(api, "GET", f"/parts/{part['id']}").status_code == 404
    assert send(api, "GET", f"/photos/{photo.id}/parts").json() == {"parts": []}


def test_the_rest_is_accepted_at_once(api: Client, owner: User) -> None:
    photo = an_analysis(a_photo(a_style(owner)), parts=[COLLAR, POCKET]).photo
    answer = send(api, "POST", f"/photos/{photo.id}/parts/accept-rest").json()
    assert [part["state"] for part in answer["parts"]] == ["accepted", "accepted"]


def test_a_decision_about_an_old_version_is_a_conflict_with_the_newest(api: Client, owner: User) -> None:
    photo = an_analysis(a_photo(a_style(owner)), parts=[COLLAR]).photo
    part = send(api, "GET", f"/photos/{photo.id}/parts").json()["parts"][0]
    newest = send(api, "PATCH", f"/parts/{part['id']}", {"kind": "hood", "seen": 0}).json()
    late = send(api, "POST", f"/parts/{part['id']}/accept", {"seen": 0})
    assert (late.status_code, late.json()["code"], late.json()["part"]) == (409, "stale_part", newest)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"kind": "sleeve", "box": [1, 1, 9, 9]}, "invalid_request"),
        ({"kind": "hood", "box": [1, 1, 9]}, "invalid_request"),
        ({"kind": "hood", "box": [9, 9, 1, 1]}, "bad_box"),
        ({"kind": "hood"}, "invalid_request"),
    ],
)
def test_a_part_that_cannot_be_added(body: dict[str, object], code: str, api: Client, owner: User) -> None:
    answer = send(api, "POST", f"/photos/{a_photo(a_style(owner)).id}/parts", body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
