"""Garments that look alike are found in one's own workspace, by the embeddings of one network."""

import math

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.garments.models import Style
from apps.garments.services import style_archive
from apps.garments.similar import similar_list_for_user
from tests.apps.garments.factories import a_photo, a_style, an_analysis
from tests.apps.garments.test_api import send
from tests.apps.people import a_key, a_person, bearer

pytestmark = pytest.mark.django_db


def looking(degrees: float) -> list[float]:
    """An embedding so many degrees away from that of 0."""
    turned = math.radians(degrees)
    return [math.cos(turned), math.sin(turned)] + [0.0] * 254


def seen(owner: User, degrees: float, network: str = "a" * 64, view: str = "front") -> Style:
    """A style with a photo that looks like this to a network."""
    style = a_style(owner)
    again(style, degrees, network, view)
    return style


def again(style: Style, degrees: float, network: str = "a" * 64, view: str = "front") -> None:
    models = [{"name": "traits", "version": "1.0.0", "sha256": network}]
    an_analysis(a_photo(style, view=view), embedding=looking(degrees), models=models)


def test_the_most_alike_comes_first_each_style_once() -> None:
    owner = a_person()
    style, far, near = seen(owner, 0), seen(owner, 55), seen(owner, 10)
    again(near, 50)
    seen(owner, 65)  # too little alike to be shown
    found = similar_list_for_user(owner, style)
    assert [row.style for row in found] == [near, far]
    assert [row.similarity for row in found] == pytest.approx(
        [math.cos(math.radians(10)), math.cos(math.radians(55))], abs=1e-3
    )
    assert [row.style for row in similar_list_for_user(owner, style, limit=1)] == [near]


def test_never_beyond_the_workspace() -> None:
    owner, stranger = a_person(), a_person()
    style = seen(owner, 0)
    for _ in range(3):
        seen(stranger, 1)
    own = seen(owner, 50)
    assert [row.style for row in similar_list_for_user(owner, style)] == [own]
    assert similar_list_for_user(stranger, style) == []


def test_archived_styles_other_networks_and_superseded_analyses_do_not_count() -> None:
    owner = a_person()
    style, archived, other, changed = (
        seen(owner, 0),
        seen(owner, 1),
        seen(owner, 2, "b" * 64),
        seen(owner, 3),
    )
    style_archive(user=owner, style=archived)
    an_analysis(changed.photos.get(), embedding=looking(90), models=[])
    assert similar_list_for_user(owner, style) == []
    assert similar_list_for_user(owner, other) == []


def test_the_front_speaks_for_the_style() -> None:
    owner = a_person()
    style = seen(owner, 90, view="back")
    again(style, 0)
    near_front, near_back = seen(owner, 5), seen(owner, 50)
    assert [row.style for row in similar_list_for_user(owner, style)] == [near_front, near_back]


def test_a_style_without_an_embedding_has_no_similar_ones() -> None:
    style = an_analysis().photo.style
    assert similar_list_for_user(style.created_by, style) == []


def test_the_api_names_style_similarity_and_cover() -> None:
    owner = a_person()
    style, near = seen(owner, 0), seen(owner, 60)
    api = Client(headers=bearer(a_key(owner)[1]))
    photo = near.photos.get()
    assert send(api, "GET", f"/styles/{style.id}/similar").json() == {
        "styles": [
            {
                "style": {"id": str(near.id), "code": near.code, "name": near.name},
                "similarity": 0.5,
                "cover": {
                    "photo_id": str(photo.id),
                    "image": f"/api/v1/photos/{photo.id}/image.webp",
                    "thumbnail": f"/photos/{photo.id}/thumbnail.webp",
                },
            }
        ]
    }
