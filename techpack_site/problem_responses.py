"""How a Problem reaches whoever asked: as RFC 9457 JSON for programs and scripts, as a page for people."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from apps.problems import Problem


def problem_response(status: int, code: str, detail: str, **extra: object) -> JsonResponse:
    """RFC 9457 problem document; `code` is the stable identifier programs should test.

    A member `retry_after` (seconds) is also sent as the Retry-After header.
    """
    response = JsonResponse(
        {"type": f"urn:techpack:problem:{code}", "code": code, "status": status, "detail": detail, **extra},
        status=status,
        content_type="application/problem+json",
    )
    if "retry_after" in extra:
        response["Retry-After"] = str(extra["retry_after"])
    return response


class ProblemMiddleware:
    """Answers a Problem raised by a view; scripts and htmx get JSON, browsers the page problem.html."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Problem):
            return None
        if "HX-Request" in request.headers or "text/html" not in request.headers.get("Accept", ""):
            return problem_response(error.status, error.code, str(error.text), **error.extra)
        return render(request, "problem.html", {"problem": error}, status=error.status)
