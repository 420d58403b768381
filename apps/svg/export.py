"""A revision as PNG and PDF: set by Typst from the SVG, offline, with the fonts of the front-end build."""

import hashlib
import tempfile
from pathlib import Path
from typing import Literal

import typst
from django.conf import settings
from django.core.cache import cache

from apps.svg.models import Revision
from apps.svg.selectors import revision_svg

PNG_LONGEST_PX = 3000
KEEP_S = 24 * 3600
PAGE = """
#set page(width: {width}mm, height: {height}mm, margin: 0mm, fill: white)
#image("flat.svg", width: 100%, height: 100%)
"""


def revision_png(revision: Revision, longest: int = 2000) -> bytes:
    """The whole sheet on white, `longest` pixels on its longer side (at most 3000)."""
    longest = min(longest, PNG_LONGEST_PX)
    width, height = revision.document["width"], revision.document["height"]
    ppi = longest / max(width, height) * 25.4
    return _converted(revision, "png", f"png{longest}", ppi)


def revision_pdf(revision: Revision) -> bytes:
    """The sheet as a vector PDF page at 1:1."""
    return _converted(revision, "pdf", "pdf", None)


def _converted(revision: Revision, format_: Literal["png", "pdf"], name: str, ppi: float | None) -> bytes:
    svg = revision_svg(revision)
    key = f"flat:{hashlib.sha256(svg.encode()).hexdigest()}:{name}"
    found: bytes | None = cache.get(key)
    if found is None:
        found = _typeset(svg, revision.document["width"], revision.document["height"], format_, ppi)
        cache.set(key, found, KEEP_S)
    return found


def _typeset(
    svg: str, width: float, height: float, format_: Literal["png", "pdf"], ppi: float | None
) -> bytes:
    with tempfile.TemporaryDirectory(prefix="flat-") as name:
        folder = Path(name)
        (folder / "flat.svg").write_text(svg, encoding="utf-8")
        (folder / "page.typ").write_text(PAGE.format(width=width, height=height), encoding="utf-8")
        page = typst.compile(
            folder / "page.typ",
            root=folder,
            font_paths=[settings.FONT_FOLDER],
            ignore_system_fonts=True,
            format=format_,
            ppi=ppi,
        )
    if not isinstance(page, bytes):
        raise TypeError("a flat is one page")
    return page
