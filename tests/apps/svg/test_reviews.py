"""Drawing a style and giving verdicts on what was seen."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Membership
from apps.agents.models import AgentTask
from apps.garments.models import Style
from apps.garments.services import photo_analyse
from apps.problems import Conflict, Forbidden, Problem
from apps.svg.models import Drawing, Revision
from apps.svg.services import content_hash, drawing_generate, review_give
from ml.drawing.document import Document
from tests.apps.garments.garments import a_designer, a_photo, a_style, run_to_end
from tests.apps.people import a_member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def drawn() -> Revision:
    """Revision 1 of a t-shirt, drawn by the real analyser and drawer."""
    user = a_designer()
    run_to_end(photo_analyse(user=user, photo=a_photo(user, a_style(user))))
    run_to_end(AgentTask.objects.get(agent_type="svg_generator"))
    return Revision.objects.select_related("drawing__style", "created_by").get()


def draw_again(revision: Revision, *, mirrored: bool = True) -> Revision:
    task = drawing_generate(
        user=revision.created_by, style=revision.drawing.style, view="front", mirrored=mirrored
    )
    assert run_to_end(task).status == AgentTask.Status.SUCCEEDED, task.error
    return Revision.objects.select_related("drawing__style").get(task=task)


def test_first_drawing_is_mirrored_revision_one_in_review(drawn: Revision):
    assert (drawn.number, drawn.mirrored, drawn.drawing.state) == (1, True, Drawing.State.IN_REVIEW)
    assert Document.from_json(drawn.document).views[0].mirrored
    assert drawn.content_hash == content_hash(drawn.document)


def test_faithful_drawing_is_the_next_revision(drawn: Revision):
    faithful = draw_again(drawn, mirrored=False)
    assert (faithful.number, faithful.mirrored) == (2, False)
    assert not Document.from_json(faithful.document).views[0].mirrored


def test_same_analysis_gives_the_same_drawing(drawn: Revision):
    assert draw_again(drawn).content_hash == drawn.content_hash


def test_approval_holds_until_a_new_revision(drawn: Revision):
    user = drawn.created_by
    review_give(
        user=user, drawing=drawn.drawing, verdict="approved", content_hash=drawn.content_hash, comment=" 良い "
    )
    drawn.drawing.refresh_from_db()
    assert drawn.drawing.state == Drawing.State.APPROVED
    assert drawn.reviews.get().comment == "良い"
    draw_again(drawn, mirrored=False)
    drawn.drawing.refresh_from_db()
    assert drawn.drawing.state == Drawing.State.IN_REVIEW


def test_verdict_on_what_is_no_longer_the_newest_is_refused(drawn: Revision):
    newer = draw_again(drawn, mirrored=False)
    with pytest.raises(Conflict) as conflict:
        review_give(
            user=drawn.created_by,
            drawing=drawn.drawing,
            verdict="approved",
            content_hash=drawn.content_hash,
        )
    assert conflict.value.code == "stale_review"
    assert conflict.value.extra == {"revision": newer.number}
    assert not drawn.reviews.exists()


@pytest.mark.parametrize(
    ("verdict", "comment", "code"),
    [
        ("changes_requested", "  ", "comment_missing"),
        ("perfect", "x", "unknown_verdict"),
        ("approved", "x\x00", "bad_character"),
    ],
)
def test_bad_verdicts_are_refused(drawn: Revision, verdict, comment, code):
    with pytest.raises(Problem) as problem:
        review_give(
            user=drawn.created_by,
            drawing=drawn.drawing,
            verdict=verdict,
            content_hash=drawn.content_hash,
            comment=comment,
        )
    assert problem.value.code == code
    assert not drawn.reviews.exists()


def test_viewer_gives_no_verdict(drawn: Revision):
    viewer = a_member(drawn.drawing.style.workspace, Membership.Role.VIEWER)
    with pytest.raises(Forbidden):
        review_give(
            user=viewer, drawing=drawn.drawing, verdict="approved", content_hash=drawn.content_hash
        )


def test_style_without_analysis_cannot_be_drawn():
    user = a_designer()
    style: Style = a_style(user)
    with pytest.raises(Problem) as problem:
        drawing_generate(user=user, style=style, view="front", mirrored=True)
    assert problem.value.code == "nothing_to_draw"


def test_review_page_takes_a_verdict_and_goes_back(client: Client, drawn: Revision):
    client.force_login(drawn.created_by)
    page = reverse("review", args=[drawn.drawing.style_id])
    response = client.post(
        reverse("review_give", args=[drawn.id]),
        {"verdict": "approved", "content_hash": drawn.content_hash, "next": page},
    )
    assert (response.status_code, response.headers["Location"]) == (302, page)
    assert b"r1" in client.get(page).content


@pytest.mark.parametrize(
    ("extension", "content_type", "begins"),
    [
        ("svg", "image/svg+xml", b"<?xml"),
        ("png", "image/png", b"\x89PNG"),
        ("pdf", "application/pdf", b"%PDF"),
        ("json", "application/json", b"{"),
    ],
)
def test_flat_is_served_in_every_format(client: Client, drawn: Revision, extension, content_type, begins):
    client.force_login(drawn.created_by)
    response = client.get(reverse(f"revision_{extension}", args=[drawn.id]) + "?download=1")
    assert response.headers["Content-Type"] == content_type
    assert response.content.startswith(begins)
    assert f'filename="TS-1-front-r1.{extension}"' in response.headers["Content-Disposition"]
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    etag = response.headers["ETag"]
    url = reverse(f"revision_{extension}", args=[drawn.id])
    assert client.get(url, headers={"if-none-match": etag}).status_code == 304


def test_served_svg_may_load_and_run_nothing(client: Client, drawn: Revision):
    client.force_login(drawn.created_by)
    policy = client.get(reverse("revision_svg", args=[drawn.id])).headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
