"""The review page in every state a style can be in, and the page that lists styles."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import Membership
from apps.agents.models import AgentTask
from apps.garments.models import Photo, Style
from apps.garments.services import photo_analyse, style_archive
from apps.svg.models import Drawing, Review
from apps.svg.services import review_give
from tests.apps.garments.factories import a_photo, a_style, an_analysis
from tests.apps.people import a_member
from tests.apps.svg.factories import a_revision, redrawn

pytestmark = pytest.mark.django_db


def review_of(client: Client, style: Style, **query: Any) -> Any:
    """The answer of the review page to somebody of the style's workspace."""
    client.force_login(style.created_by)
    response = client.get(reverse("review", args=[style.id]), query)
    assert response.status_code == 200
    return response


def failed(photo: Photo) -> AgentTask:
    task = photo_analyse(user=photo.created_by, photo=photo)
    AgentTask.objects.filter(id=task.id).update(status=AgentTask.Status.FAILED)
    return task


def test_without_a_photo(client: Client) -> None:
    response = review_of(client, a_style())
    assert (response.context["photo"], response.context["drawing"], response.context["tasks"]) == (
        None,
        None,
        [],
    )


def test_while_a_photo_is_analysed(client: Client) -> None:
    photo = a_photo()
    task = photo_analyse(user=photo.created_by, photo=photo)
    response = review_of(client, photo.style)
    assert (response.context["photo"], response.context["revision"]) == (photo, None)
    assert f'<task-progress task-id="{task.id}"' in response.content.decode()


def test_a_failed_analysis_is_shown_until_it_is_repeated(client: Client) -> None:
    photo = a_photo()
    task = failed(photo)
    assert review_of(client, photo.style).context["tasks"] == [task]
    an_analysis(photo)
    assert review_of(client, photo.style).context["tasks"] == []


def test_a_refused_photo_is_explained(client: Client) -> None:
    photo = a_photo()
    an_analysis(photo, garment=None, refused="several_garments", colours=[])
    content = review_of(client, photo.style).content.decode()
    assert "There are several garments" in content
    assert "Photograph one garment at a time." in content


def test_what_is_said_about_a_photo_is_about_the_one_shown(client: Client) -> None:
    style = a_style()
    an_analysis(a_photo(style))
    an_analysis(a_photo(style, view="back"), garment=None, refused="worn", colours=[])
    assert "The garment is being worn" not in review_of(client, style).content.decode()
    assert "The garment is being worn" in review_of(client, style, view="back").content.decode()


def test_photo_flat_and_verdict_side_by_side(client: Client) -> None:
    revision = a_revision()
    content = review_of(client, revision.drawing.style).content.decode()
    assert revision.analysis is not None
    assert reverse("photo_image", args=[revision.analysis.photo_id]) in content
    assert reverse("revision_svg", args=[revision.id]) in content
    assert revision.content_hash in content
    assert reverse("review_give", args=[revision.id]) in content


def test_an_old_revision_can_be_seen_and_not_be_judged(client: Client) -> None:
    first = a_revision()
    newest = redrawn(first)
    style = first.drawing.style
    assert review_of(client, style).context["revision"] == newest
    old = review_of(client, style, view="front", revision=1)
    assert (old.context["revision"], old.context["is_newest"]) == (first, False)
    assert reverse("review_give", args=[first.id]) not in old.content.decode()
    links = re.findall(r'href="([^"]*revision=\d+)"', old.content.decode().replace("&amp;", "&"))
    assert [client.get(link).context["revision"] for link in links] == [newest, first]


@pytest.mark.parametrize("query", [{"revision": "99"}, {"revision": "x"}, {"view": "inside"}, {"photo": "x"}])
def test_what_is_not_there_falls_back_to_the_newest(query: dict[str, str], client: Client) -> None:
    revision = a_revision()
    assert review_of(client, revision.drawing.style, **query).context["revision"] == revision


def test_the_photo_shown_is_the_one_that_was_drawn(client: Client) -> None:
    drawn = a_photo()
    other = a_photo(drawn.style)
    a_revision(drawn)
    assert review_of(client, drawn.style).context["photo"] == drawn
    assert review_of(client, drawn.style, photo=other.id).context["photo"] == other


def test_back_and_front_have_a_page_each(client: Client) -> None:
    style = a_style()
    front = a_revision(a_photo(style))
    back = a_revision(a_photo(style, view="back"))
    response = review_of(client, style)
    assert [code for code, _label in response.context["views"]] == ["front", "back"]
    assert response.context["revision"] == front
    assert review_of(client, style, view="back").context["revision"] == back


def test_a_verdict_from_the_page_leads_back_to_it(client: Client) -> None:
    revision = a_revision()
    page = reverse("review", args=[revision.drawing.style_id])
    client.force_login(revision.created_by)
    form = {"verdict": "approved", "content_hash": revision.content_hash, "next": page}
    response = client.post(reverse("review_give", args=[revision.id]), form)
    assert (response.status_code, response.headers["Location"]) == (302, page)
    assert client.get(page).context["drawing"].state == Drawing.State.APPROVED


def test_a_stale_verdict_from_the_page_says_what_to_look_at(client: Client) -> None:
    revision = a_revision()
    redrawn(revision)
    client.force_login(revision.created_by)
    response = client.post(
        reverse("review_give", args=[revision.id]),
        {"verdict": "approved", "content_hash": revision.content_hash},
        headers={"HX-Request": "true"},
    )
    assert response.status_code == 409
    assert (response.json()["code"], response.json()["revision"]) == ("stale_review", 2)
    assert not Review.objects.exists()


def test_a_viewer_reads_comments_and_gets_no_buttons(client: Client) -> None:
    revision = a_revision()
    style = revision.drawing.style
    review_give(
        user=revision.created_by,
        drawing=revision.drawing,
        verdict=Review.Verdict.CHANGES_REQUESTED,
        content_hash=revision.content_hash,
        comment="<b>袖口</b>が広い",
    )
    client.force_login(a_member(style.workspace, Membership.Role.VIEWER))
    content = client.get(reverse("review", args=[style.id])).content.decode()
    assert "&lt;b&gt;袖口&lt;/b&gt;が広い" in content
    forms = {"review_give": revision.id, "drawing_generate": style.id, "decision_make": style.id}
    for name, key in forms.items():
        url = reverse(name, args=[key])
        assert client.post(url, {"verdict": "approved"}, headers={"accept": "*/*"}).status_code == 403
    assert reverse("review_give", args=[revision.id]) not in content
    assert reverse("drawing_generate", args=[style.id]) not in content
    assert '<button class="guess"' not in content


def test_drawing_anew_from_the_page(client: Client) -> None:
    style = an_analysis().photo.style
    client.force_login(style.created_by)
    url = reverse("drawing_generate", args=[style.id])
    by_script = client.post(url, {"view": "front", "mirrored": "0"}, headers={"accept": "application/json"})
    assert (by_script.status_code, by_script.json()["agent_type"]) == (202, "svg_generator")
    assert AgentTask.objects.get(agent_type="svg_generator").configuration["mirrored"] is False
    by_form = client.post(url, {"view": "front"}, headers={"accept": "text/html"})
    assert by_form.headers["Location"] == reverse("review", args=[style.id])


def test_the_review_page_asks_as_often_for_much_as_for_little(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    revision = a_revision()
    style = revision.drawing.style
    review_of(client, style)
    with django_assert_max_num_queries(100) as little:
        review_of(client, style)
    for _ in range(4):
        failed(a_photo(style))
        revision = redrawn(revision)
        review_give(
            user=a_member(style.workspace, Membership.Role.DESIGNER),
            drawing=revision.drawing,
            verdict=Review.Verdict.CHANGES_REQUESTED,
            content_hash=revision.content_hash,
            comment="x",
        )
    with django_assert_max_num_queries(len(little)):
        assert len(review_of(client, style).context["revisions"]) == 5


def test_the_page_of_a_style_shows_its_photos_in_every_state(client: Client) -> None:
    style = a_style()
    drawn, refused, running, broken = (a_photo(style) for _ in range(4))
    a_revision(drawn)
    an_analysis(refused, garment=None, refused="worn")
    task = photo_analyse(user=style.created_by, photo=running)
    lost = failed(broken)
    client.force_login(style.created_by)
    response = client.get(reverse("style", args=[style.id]))
    content = response.content.decode()
    assert response.context["photos"] == [drawn, refused, running, broken]
    assert "The garment is being worn" in content
    assert f'task-id="{task.id}"' in content
    assert f'task-id="{lost.id}"' in content
    assert reverse("photo_thumbnail", args=[drawn.id]) in content


def test_the_page_of_a_style_asks_as_often_for_much_as_for_little(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    style = a_style()
    an_analysis(a_photo(style))
    client.force_login(style.created_by)
    url = reverse("style", args=[style.id])
    client.get(url)
    with django_assert_max_num_queries(100) as little:
        client.get(url)
    for _ in range(4):
        an_analysis(a_photo(style))
    with django_assert_max_num_queries(len(little)):
        assert len(client.get(url).context["photos"]) == 5


def test_the_list_shows_cover_flat_state_and_work(client: Client) -> None:
    empty = a_style()
    user = empty.created_by
    drawn = a_revision(a_photo(a_style(user)))
    running = a_photo(a_style(user))
    task = photo_analyse(user=user, photo=running)
    archived = a_style(user)
    style_archive(user=user, style=archived)
    client.force_login(user)
    response = client.get("/styles/")
    shown = {style.id: style for style in response.context["styles"]}
    assert set(shown) == {empty.id, drawn.drawing.style_id, running.style_id}
    assert drawn.analysis is not None
    card = shown[drawn.drawing.style_id]
    assert (card.cover, card.flat, card.drawing_state) == (drawn.analysis.photo, drawn, "in_review")
    assert shown[running.style_id].task == task
    assert (shown[empty.id].cover, shown[empty.id].flat, shown[empty.id].task) == (None, None, None)
    assert list(client.get("/styles/?archived=1").context["styles"]) == [archived]


def test_the_list_asks_as_often_for_ten_styles_as_for_one(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    revision = a_revision()
    user = revision.created_by
    client.force_login(user)
    client.get("/styles/")
    with django_assert_max_num_queries(100) as one:
        client.get("/styles/")
    for _ in range(9):
        photo_analyse(user=user, photo=a_photo(a_style(user)))
    with django_assert_max_num_queries(len(one)):
        assert len(client.get("/styles/").context["styles"]) == 10


@pytest.mark.parametrize("query", ["page=0", "page=99", "page=x", "q=%00", "q=%25", "archived=x"])
def test_the_list_takes_any_address(query: str, client: Client) -> None:
    client.force_login(a_style().created_by)
    assert client.get(f"/styles/?{query}").status_code == 200
