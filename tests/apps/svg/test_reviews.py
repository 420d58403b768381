"""Verdicts: bound to what was seen, given by designers, kept for ever."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from django.db import connection

from apps.accounts.models import Membership, User
from apps.problems import Conflict, Forbidden, NotFound, Problem
from apps.svg.models import Drawing, Review, Revision
from apps.svg.selectors import review_list_for_user
from apps.svg.services import review_give
from tests.apps.people import a_member, a_person
from tests.apps.svg.factories import a_revision, redrawn

State = Drawing.State
Verdict = Review.Verdict
Role = Membership.Role


def give(
    revision: Revision, verdict: str = Verdict.APPROVED, comment: str = "", user: User | None = None
) -> Review:
    """A verdict on what `revision` shows."""
    return review_give(
        user=user or revision.created_by,
        drawing=revision.drawing,
        verdict=verdict,
        content_hash=revision.content_hash,
        comment=comment,
    )


def state_of(revision: Revision) -> str:
    return Drawing.objects.get(id=revision.drawing_id).state


@pytest.mark.django_db
def test_an_approval_is_bound_to_what_was_seen() -> None:
    revision = a_revision()
    assert state_of(revision) == State.IN_REVIEW
    review = give(revision, comment=" 良い ")
    assert (review.revision, review.content_hash, review.comment) == (revision, revision.content_hash, "良い")
    assert state_of(revision) == State.APPROVED


@pytest.mark.django_db
def test_an_approval_ends_with_the_next_revision() -> None:
    revision = a_revision()
    give(revision)
    newer = redrawn(revision)
    assert newer.number == 2
    assert state_of(revision) == State.IN_REVIEW
    assert revision.reviews.get().verdict == Verdict.APPROVED


@pytest.mark.django_db
def test_a_verdict_on_what_is_no_longer_the_newest_is_refused() -> None:
    revision = a_revision()
    newer = redrawn(revision)
    with pytest.raises(Conflict) as refused:
        give(revision)
    assert (refused.value.code, refused.value.extra) == ("stale_review", {"revision": newer.number})
    assert state_of(revision) == State.IN_REVIEW
    assert not Review.objects.exists()


@pytest.mark.django_db
def test_the_same_drawing_drawn_again_was_seen_too() -> None:
    revision = a_revision()
    same = redrawn(revision, mirrored=True)
    assert same.content_hash == revision.content_hash
    assert give(revision).revision == same


@pytest.mark.django_db
def test_an_approval_can_be_undone_and_the_history_keeps_both() -> None:
    revision = a_revision()
    colleague = a_member(revision.drawing.style.workspace, Role.DESIGNER)
    give(revision)
    give(revision, Verdict.CHANGES_REQUESTED, "袖口が広い", user=colleague)
    assert state_of(revision) == State.CHANGES_REQUESTED
    kept = [(r.verdict, r.comment, r.reviewer) for r in review_list_for_user(colleague, revision.drawing)]
    assert kept == [
        (Verdict.CHANGES_REQUESTED, "袖口が広い", colleague),
        (Verdict.APPROVED, "", revision.created_by),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("verdict", "comment", "code"),
    [
        ("changes_requested", "", "comment_missing"),
        ("changes_requested", " \u3000 ", "comment_missing"),
        ("perfect", "x", "unknown_verdict"),
        ("", "x", "unknown_verdict"),
        ("approved", "x\x00", "bad_character"),
    ],
)
def test_what_is_no_verdict(verdict: str, comment: str, code: str) -> None:
    revision = a_revision()
    with pytest.raises(Problem) as refused:
        give(revision, verdict, comment)
    assert refused.value.code == code
    assert not Review.objects.exists()


@pytest.mark.django_db
def test_what_was_never_drawn_cannot_be_approved() -> None:
    revision = a_revision()
    Revision.objects.all().delete()
    with pytest.raises(Problem, match="nothing_to_review"):
        give(revision)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER])
def test_only_designers_give_verdicts(role: str) -> None:
    revision = a_revision()
    with pytest.raises(Forbidden):
        give(revision, user=a_member(revision.drawing.style.workspace, role))
    with pytest.raises(NotFound):
        give(revision, user=a_person())
    assert not Review.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_drawing_that_is_redrawn_while_somebody_approves_never_stays_approved_unseen() -> None:
    """Whichever comes first: the approval is of the old revision and lapses, or it is refused."""
    revision, start = a_revision(), Barrier(2)

    def approve() -> None:
        try:
            start.wait(10)
            with suppress(Conflict):
                give(revision)
        finally:
            connection.close()

    def redraw() -> None:
        try:
            start.wait(10)
            redrawn(revision)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(approve), pool.submit(redraw)]:
            future.result()
    assert state_of(revision) == State.IN_REVIEW
    assert set(Review.objects.values_list("revision", flat=True)) <= {revision.id}
