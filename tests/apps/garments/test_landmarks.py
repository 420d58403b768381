"""Landmarks: what a person placed or hid stays, whatever later analyses find."""

from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Membership, User
from apps.garments.landmark_selectors import landmark_list_for_user, landmarks_for_user
from apps.garments.landmarks import landmark_hide, landmark_place, landmark_take_back
from apps.garments.models import LandmarkDecision, Photo
from apps.problems import Forbidden, NotFound, Problem
from tests.apps.garments.factories import a_photo, a_style, an_analysis
from tests.apps.garments.test_api import send
from tests.apps.people import a_key, a_member, a_person, bearer

pytestmark = pytest.mark.django_db

FOUND: dict[str, Any] = {
    "landmarks": {"hem_left": [20.0, 110.0], "hem_right": [70.0, 110.0]},
    "landmark_details": {
        "hem_left": {"spread": 1.5, "confidence": 0.9},
        "hem_right": {"spread": 1.5, "confidence": 0.8},
    },
}


@pytest.fixture
def photo() -> Photo:
    return an_analysis(a_photo(), **FOUND).photo


def row(photo: Photo, name: str) -> tuple[object, ...]:
    found = {mark.name: mark for mark in landmark_list_for_user(photo.created_by, photo)}[name]
    return found.x, found.y, found.confidence, found.provenance, found.hidden


def test_what_was_found_is_estimated(photo: Photo) -> None:
    assert [mark.name for mark in landmark_list_for_user(photo.created_by, photo)] == [
        "hem_left",
        "hem_right",
    ]
    assert row(photo, "hem_left") == (20, 110, 0.9, "estimated", False)


def test_a_placed_and_a_hidden_landmark_outlive_the_next_analysis(photo: Photo) -> None:
    user = photo.created_by
    landmark_place(user=user, photo=photo, name="hem_left", x=22, y=111)
    landmark_hide(user=user, photo=photo, name="hem_right")
    newest = an_analysis(photo, **{**FOUND, "landmarks": {"hem_left": [1, 1], "hem_right": [2, 2]}})
    assert row(photo, "hem_left") == (22, 111, None, "typed", False)
    assert row(photo, "hem_right") == (2, 2, None, "typed", True)
    counting = landmarks_for_user(user, photo, newest)
    assert {name: (mark.x, mark.y, mark.spread) for name, mark in counting.items()} == {
        "hem_left": (22, 111, 0)
    }


def test_putting_a_landmark_where_it_was_found_confirms_it(photo: Photo) -> None:
    landmark_place(user=photo.created_by, photo=photo, name="hem_left", x=20.3, y=110)
    assert row(photo, "hem_left") == (20.3, 110, 0.9, "confirmed", False)


def test_taking_back_returns_to_what_was_found_and_keeps_the_history(photo: Photo) -> None:
    user = photo.created_by
    landmark_place(user=user, photo=photo, name="hem_left", x=22, y=111)
    for _ in range(2):
        landmark_take_back(user=user, photo=photo, name="hem_left")
    assert row(photo, "hem_left") == (20, 110, 0.9, "estimated", False)
    assert [decision.verb for decision in LandmarkDecision.objects.all()] == ["take_back", "place"]


def test_a_missed_landmark_is_placed_within_the_photo(photo: Photo) -> None:
    landmark_place(user=photo.created_by, photo=photo, name="crotch", x=-8, y=1000)
    assert row(photo, "crotch") == (0, photo.height, None, "typed", False)


def test_an_analysis_from_before_landmarks_were_found_has_none() -> None:
    photo = an_analysis().photo
    assert landmark_list_for_user(photo.created_by, photo) == []


@pytest.mark.parametrize(
    ("name", "x", "code"), [("elbow", 1, "unknown_landmark"), ("crotch", float("nan"), "bad_place")]
)
def test_what_cannot_be_placed(name: str, x: float, code: str, photo: Photo) -> None:
    with pytest.raises(Problem) as refused:
        landmark_place(user=photo.created_by, photo=photo, name=name, x=x, y=1)
    assert (refused.value.code, LandmarkDecision.objects.exists()) == (code, False)


@pytest.mark.parametrize("role", [Membership.Role.EDITOR, Membership.Role.VIEWER])
def test_only_designers_decide(role: str, photo: Photo) -> None:
    for user, error in ((a_member(photo.style.workspace, role), Forbidden), (a_person(), NotFound)):
        for decide in (landmark_hide, landmark_take_back):
            with pytest.raises(error):
                decide(user=user, photo=photo, name="hem_left")
    assert not LandmarkDecision.objects.exists()


def test_the_api_places_hides_and_takes_back() -> None:
    owner: User = a_person()
    api = Client(headers=bearer(a_key(owner)[1]))
    photo = an_analysis(a_photo(a_style(owner)), **FOUND).photo
    url = f"/photos/{photo.id}/landmarks"
    first = send(api, "GET", url).json()["landmarks"]
    assert first[0] == {
        "name": "hem_left",
        "x": 20,
        "y": 110,
        "confidence": 0.9,
        "provenance": "estimated",
        "hidden": False,
    }
    placed = send(api, "PUT", f"{url}/hem_left", {"x": 25, "y": 100}).json()["landmarks"][0]
    assert (placed["x"], placed["provenance"]) == (25, "typed")
    assert send(api, "PUT", f"{url}/hem_left", {"hidden": True}).json()["landmarks"][0]["hidden"] is True
    assert send(api, "DELETE", f"{url}/hem_left").json()["landmarks"] == first
    for body in ({}, {"x": 1}, {"x": 1, "y": 1, "hidden": True}):
        assert send(api, "PUT", f"{url}/hem_left", body).status_code == 422
