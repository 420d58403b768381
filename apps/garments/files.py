"""Files of photos as responses: only copies without metadata, only to those who may see the photo."""

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from apps.garments.photo_problems import TEXTS
from apps.problems import NotFound

YEAR_S = 365 * 24 * 3600


def file_response(request: HttpRequest, file: FieldFile, content_type: str, name: str) -> HttpResponseBase:
    """A stored file that never changes under its name; 304 when the client has it.

    Raises NotFound when the storage has lost it.
    """
    etag = quote_etag(file.name or "")
    response: HttpResponseBase | None = get_conditional_response(request, etag)
    if response is None:
        try:
            response = FileResponse(file.open("rb"), content_type=content_type, filename=name)
        except FileNotFoundError as error:
            raise NotFound("photo_not_found", TEXTS["not_found"]) from error
    response["ETag"] = etag
    response["Cache-Control"] = f"private, max-age={YEAR_S}, immutable"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response
