"""Responses that carry a flat; used by the pages and by the API."""

import hashlib
import json
import re

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag

from apps.svg.export import revision_pdf, revision_png
from apps.svg.models import Revision
from apps.svg.selectors import revision_svg

# GitHub's policy for raw files: nothing may load or run, whatever a viewer makes of the drawing.
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
CONTENT_TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
    "json": "application/json",
}


def flat_response(request: HttpRequest, revision: Revision, extension: str) -> HttpResponse:
    """The flat in one of the formats of CONTENT_TYPES; `?download=1` names a file after the style number.

    Answers 304 when the client has these bytes: the SVG, which every format follows from, has not changed.
    """
    style = revision.drawing.style
    svg = revision_svg(revision).encode()
    etag = quote_etag(f"{hashlib.sha256(svg).hexdigest()}-{extension}")
    not_modified = get_conditional_response(request, etag)
    response = not_modified or HttpResponse(
        _content(revision, svg, extension), content_type=CONTENT_TYPES[extension]
    )
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    if extension == "svg":
        response["Content-Security-Policy"] = SVG_POLICY
    if request.GET.get("download"):
        name = f"{style.code}-{revision.drawing.view}-r{revision.number}.{extension}"
        response.headers["Content-Disposition"] = attachment(name)
    return response


def attachment(name: str) -> str:
    """A Content-Disposition for any name (RFC 6266); what would be a folder becomes a hyphen."""
    return content_disposition_header(True, re.sub(r"[/\\]", "-", name)) or "attachment"


def _content(revision: Revision, svg: bytes, extension: str) -> bytes:
    if extension == "svg":
        return svg
    if extension == "png":
        return revision_png(revision)
    if extension == "pdf":
        return revision_pdf(revision)
    return json.dumps(revision.document, ensure_ascii=False).encode()
