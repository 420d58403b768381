"""Parts of a photo: what a person decided about them outlives every later analysis."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from apps.accounts.models import Membership
from apps.garments.models import Part, PartDecision, Photo
from apps.garments.part_selectors import part_decision_list_for_user, part_list_for_user
from apps.garments.parts import (
    part_accept,
    part_add,
    part_correct,
    part_reject,
    part_undo,
    parts_accept_rest,
)
from apps.problems import Conflict, Forbidden, NotFound, Problem
from ml.vision.parts import PART_KINDS
from tests.apps.garments.factories import a_photo, an_analysis
from tests.apps.people import a_member, a_person

pytestmark = pytest.mark.django_db

COLLAR = {"kind": "collar", "box": [30.0, 10.0, 60.0, 20.0], "confidence": 0.9}
POCKET = {"kind": "pocket", "box": [20.0, 40.0, 40.0, 60.0], "confidence": 0.6}
BUTTON = {"kind": "button", "box": [44.0, 30.0, 47.0, 33.0], "confidence": 0.5}


def with_parts(*found: dict[str, Any], photo: Photo | None = None, **findings: Any) -> Photo:
    """A photo with a new analysis that found these parts."""
    return an_analysis(photo, parts=list(found), **findings).photo


def shown(photo: Photo) -> list[tuple[str, str, list[float]]]:
    return [(p.kind, p.state, p.box) for p in part_list_for_user(photo.created_by, photo)]


def the_part(photo: Photo, kind: str) -> Part:
    return Part.objects.get(photo=photo, kind=kind, removed_at=None)


def moved(found: dict[str, Any], by: float) -> dict[str, Any]:
    return {**found, "box": [side + by for side in found["box"]]}


def test_the_kinds_are_those_of_the_detector() -> None:
    assert tuple(Part.Kind.values) == PART_KINDS


def test_an_analysis_leaves_its_parts_unlooked_at() -> None:
    photo = with_parts(
        COLLAR,
        POCKET,
        models=[{"name": "parts", "version": "2.1.0", "sha256": "0" * 64}],
        advisories=[{"code": "low_waistband", "part": 1}, {"code": "no_landmarks", "part": None}],
    )
    collar, pocket = part_list_for_user(photo.created_by, photo)
    assert (collar.kind, collar.state, collar.confidence, collar.advisories) == ("collar", "open", 0.9, [])
    assert collar.found == {**COLLAR, "model": "parts 2.1.0"}
    assert pocket.advisories == ["low_waistband"]


def test_what_the_detector_is_not_sure_of_is_not_put_before_people() -> None:
    photo = with_parts({**COLLAR, "confidence": 0.2}, POCKET)
    assert [kind for kind, _, _ in shown(photo)] == ["pocket"]


DECIDE: dict[str, Callable[..., Any]] = {
    "accepted": part_accept,
    "rejected": part_reject,
    "corrected": lambda *, user, part: part_correct(user=user, part=part, box=[50, 60, 80, 90]),
    "renamed": lambda *, user, part: part_correct(user=user, part=part, kind="placket"),
}


@pytest.mark.parametrize("decision", DECIDE)
def test_what_a_person_decided_is_there_after_the_next_analysis(decision: str) -> None:
    photo = with_parts(COLLAR, POCKET)
    DECIDE[decision](user=photo.created_by, part=the_part(photo, "pocket"))
    decided = next(row for row in shown(photo) if row[1] != "open")
    with_parts(moved(POCKET, 2), BUTTON, photo=photo)
    assert sorted(shown(photo)) == sorted([decided, ("button", "open", BUTTON["box"])])


def test_an_added_part_is_not_found_a_second_time() -> None:
    photo = with_parts(COLLAR)
    part_add(user=photo.created_by, photo=photo, kind="pocket", box=POCKET["box"])
    with_parts(COLLAR, moved(POCKET, 1), photo=photo)
    assert [(kind, state) for kind, state, _box in shown(photo)] == [("pocket", "added"), ("collar", "open")]


def test_a_refused_analysis_leaves_the_parts() -> None:
    photo = with_parts(COLLAR)
    with_parts(photo=photo, refused="unusable", garment=None)
    assert shown(photo) == [("collar", "open", COLLAR["box"])]


def test_every_decision_is_kept_and_can_be_undone_one_by_one() -> None:
    photo = with_parts(COLLAR)
    user, part = photo.created_by, the_part(photo, "collar")
    part_correct(user=user, part=part, box=[31, 11, 61, 21])
    part_correct(user=user, part=part, kind="neckline")
    part_reject(user=user, part=part)
    states = []
    for _ in range(3):
        undone = part_undo(user=user, part=part)
        assert undone is not None
        states.append((undone.kind, undone.state, undone.box))
    assert states == [
        ("neckline", "corrected", [31, 11, 61, 21]),
        ("collar", "corrected", [31, 11, 61, 21]),
        ("collar", "open", COLLAR["box"]),
    ]
    with pytest.raises(Conflict, match="nothing_to_undo"):
        part_undo(user=user, part=part)
    verbs = [row.verb for row in part_decision_list_for_user(user, photo)]
    assert verbs == ["undo", "undo", "undo", "reject", "correct", "correct"]
    part_accept(user=user, part=part)
    assert part_undo(user=user, part=part) is not None
    assert the_part(photo, "collar").state == "open"


def test_undoing_an_add_removes_the_part_and_keeps_the_history() -> None:
    photo = with_parts()
    user = photo.created_by
    part = part_add(user=user, photo=photo, kind="hood", box=[1, 1, 20, 20])
    assert part_undo(user=user, part=part) is None
    assert shown(photo) == []
    for again in (part_undo, part_accept):
        with pytest.raises(NotFound):
            again(user=user, part=part)
    assert [row.verb for row in part_decision_list_for_user(user, photo)] == ["undo", "add"]


def test_a_part_that_was_looked_at_and_undone_makes_room_and_keeps_its_history() -> None:
    photo = with_parts(POCKET)
    user = photo.created_by
    part_undo(user=user, part=part_accept(user=user, part=the_part(photo, "pocket")))
    with_parts(COLLAR, photo=photo)
    assert shown(photo) == [("collar", "open", COLLAR["box"])]
    assert PartDecision.objects.filter(part__photo=photo).count() == 2


def test_saying_the_same_again_leaves_no_trace() -> None:
    photo = with_parts(COLLAR)
    user, part = photo.created_by, the_part(photo, "collar")
    for _ in range(2):
        part_accept(user=user, part=part)
        part_correct(user=user, part=part, kind="collar")
    assert PartDecision.objects.count() == 1


def test_dragging_a_box_back_to_where_it_was_found_confirms_it() -> None:
    photo = with_parts(COLLAR)
    user, part = photo.created_by, the_part(photo, "collar")
    part_correct(user=user, part=part, box=[31, 11, 61, 21])
    assert part_correct(user=user, part=part, box=COLLAR["box"]).state == "accepted"


def test_accept_rest_touches_only_what_nobody_looked_at() -> None:
    photo = with_parts(COLLAR, POCKET, BUTTON)
    user = photo.created_by
    part_reject(user=user, part=the_part(photo, "pocket"))
    assert parts_accept_rest(user=user, photo=photo) == 2
    assert [state for _kind, state, _box in shown(photo)] == ["accepted", "rejected", "accepted"]


@pytest.mark.parametrize(
    ("kind", "box", "code"),
    [
        ("sleeve", [1, 1, 9, 9], "unknown_part_kind"),
        ("collar", [9, 1, 1, 9], "bad_box"),
        ("collar", [1, 1, 1.5, 9], "bad_box"),
        ("collar", [91, 1, 99, 9], "bad_box"),
        ("collar", [float("nan"), 1, 9, 9], "bad_box"),
        ("collar", [1, 1, 9], "bad_box"),
    ],
)
def test_what_is_no_part(kind: str, box: list[float], code: str) -> None:
    photo = a_photo()
    with pytest.raises(Problem) as refused:
        part_add(user=photo.created_by, photo=photo, kind=kind, box=box)
    assert (refused.value.code, Part.objects.exists()) == (code, False)


def test_a_box_is_cut_at_the_edges_of_the_photo() -> None:
    photo = a_photo()
    part = part_add(user=photo.created_by, photo=photo, kind="collar", box=[-5, -5, 1000, 12.346])
    assert part.box == [0, 0, photo.width, 12.35]


@pytest.mark.parametrize("role", [Membership.Role.EDITOR, Membership.Role.VIEWER])
def test_only_designers_decide(role: str) -> None:
    photo = with_parts(COLLAR)
    part = the_part(photo, "collar")
    for user, error in ((a_member(photo.style.workspace, role), Forbidden), (a_person(), NotFound)):
        for decide in (part_accept, part_reject, part_correct, part_undo):
            with pytest.raises(error):
                decide(user=user, part=part)
        with pytest.raises(error):
            part_add(user=user, photo=photo, kind="collar", box=[1, 1, 9, 9])
        with pytest.raises(error):
            parts_accept_rest(user=user, photo=photo)
    assert not PartDecision.objects.exists()


def test_a_decision_about_an_old_state_is_answered_with_the_newest() -> None:
    photo = with_parts(COLLAR)
    colleague = a_member(photo.style.workspace, Membership.Role.DESIGNER)
    part = the_part(photo, "collar")
    part_correct(user=colleague, part=part, kind="neckline", seen=0)
    with pytest.raises(Conflict) as refused:
        part_reject(user=photo.created_by, part=part, seen=0)
    newest: Any = refused.value.extra["part"]
    assert (refused.value.code, newest["kind"], newest["version"]) == ("stale_part", "neckline", 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_deciding_at_once_the_second_sees_what_the_first_did() -> None:
    photo = with_parts(COLLAR)
    user, part = photo.created_by, the_part(photo, "collar")
    came_first, answers = threading.Event(), []

    def second() -> None:
        came_first.wait()
        try:
            part_reject(user=user, part=part, seen=0)
        except Conflict as conflict:
            answers.append(conflict.code)
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    thread.start()
    with transaction.atomic():
        part_correct(user=user, part=part, kind="neckline", seen=0)
        came_first.set()
        thread.join(timeout=0.3)
        assert thread.is_alive()
    thread.join()
    assert (answers, the_part(photo, "neckline").state) == (["stale_part"], "corrected")
