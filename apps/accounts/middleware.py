"""The language of the interface, for each request."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


class InterfaceLanguageMiddleware:
    """A signed-in user's own language, else the cookie's, else the browser's, else Japanese."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = interface_language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self._get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response


def interface_language(request: HttpRequest) -> str:
    user = get_user(request) if request.COOKIES.get(settings.SESSION_COOKIE_NAME) else None
    if user is not None and user.is_authenticated:
        return str(user.language)
    return _cookie_language(request) or _browser_language(request) or settings.LANGUAGE_CODE


def _cookie_language(request: HttpRequest) -> str | None:
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    return language if language in LANGUAGES else None


def _browser_language(request: HttpRequest) -> str | None:
    for tag, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        language = tag.partition("-")[0]
        if language in LANGUAGES:
            return language
    return None
