"""The REST API: one router per app, one error table."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from apps.accounts.api import router as accounts_router
from apps.accounts.authentication import api_authentication
from apps.agents.api import router as agents_router
from apps.garments.api import router as garments_router
from apps.problems import Problem
from apps.svg.api import router as svg_router
from apps.techpacks.api import router as techpacks_router
from techpack_site.problem_responses import problem_response

api = NinjaAPI(
    title="Techpack Studio",
    version="1",
    urls_namespace="api",
    auth=api_authentication,
    docs_url="docs" if settings.DEBUG else None,
)
api.add_router("", accounts_router)
api.add_router("", agents_router)
api.add_router("", garments_router)
api.add_router("", svg_router)
api.add_router("", techpacks_router)


@api.exception_handler(Problem)
def on_problem(_request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem_response(problem.status, problem.code, str(problem.text), **problem.extra)


@api.exception_handler(ValidationError)
def on_invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [{"at": [str(part) for part in item["loc"]], "text": item["msg"]} for item in error.errors]
    return problem_response(422, "invalid_request", "The request does not fit the schema.", errors=errors)


@api.exception_handler(AuthenticationError)
def on_unauthenticated(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    response = problem_response(401, "not_authenticated", "Sign in, or send an API key as a bearer token.")
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(HttpError)
def on_refused(_request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem_response(error.status_code, "bad_request", str(error))


@api.exception_handler(Http404)
def on_missing(_request: HttpRequest, _error: Http404) -> HttpResponse:
    return problem_response(404, "not_found", "There is nothing here that you may see.")
