"""The language of a page: the user's own, else the cookie's, else the browser's, else Japanese."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.apps.people import a_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("own", "cookie", "browser", "language"),
    [
        (None, None, None, "ja"),
        (None, None, "en-GB,en;q=0.9", "en"),
        (None, None, "fr-FR,en;q=0.5,ja;q=0.4", "en"),
        (None, None, "de", "ja"),
        (None, "ja", "en", "ja"),
        (None, "xx", "en", "en"),
        ("en", "ja", "ja", "en"),
        ("ja", "en", "en", "ja"),
    ],
)
def test_language_of_a_page(
    client: Client, own: str | None, cookie: str | None, browser: str | None, language: str
) -> None:
    if own:
        client.force_login(a_person(language=own))
    if cookie:
        client.cookies["django_language"] = cookie
    headers = {"Accept-Language": browser} if browser else {}
    answer = client.get(reverse("settings") if own else reverse("account_login"), headers=headers)
    assert answer["Content-Language"] == language
    assert f'<html lang="{language}"' in answer.content.decode()


def test_a_visitor_chooses_by_cookie(client: Client) -> None:
    login = reverse("account_login")
    answer = client.post(reverse("language_set"), {"language": "en", "next": login})
    assert answer["Location"] == login
    assert client.get(login)["Content-Language"] == "en"


def test_a_user_chooses_for_his_account(client: Client) -> None:
    user = a_person(language="en")
    client.force_login(user)
    client.post(reverse("language_set"), {"language": "ja", "next": reverse("settings")})
    user.refresh_from_db()
    assert user.language == "ja"
    assert client.get(reverse("settings"))["Content-Language"] == "ja"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_the_way_back_stays_on_this_site(client: Client, target: str) -> None:
    answer = client.post(reverse("language_set"), {"language": "en", "next": target})
    assert answer["Location"] == reverse("styles")


def test_a_language_the_interface_does_not_speak(client: Client) -> None:
    assert client.post(reverse("language_set"), {"language": "fr"}).status_code == 422
