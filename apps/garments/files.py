"""Files of photos as responses: only copies without metadata, only to those who may see the photo."""

from django.core.files.base import File
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

YEAR_S = 365 * 24 * 3600


def file_response(request: HttpRequest, file: File, content_type: str, name: str) -> HttpResponse:
    """A stored file that never changes under its name; 304 when the client has it."""
    etag = quote_etag(file.name or "")
    response = get_conditional_response(request, etag) or FileResponse(
        file.open("rb"), content_type=content_type, filename=name
    )
    response["ETag"] = etag
    response["Cache-Control"] = f"private, max-age={YEAR_S}, immutable"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response
