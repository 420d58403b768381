"""The tech pack as PDF: A4 landscape, set by Typst, with Noto Sans JP embedded."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst
from lxml import etree

from ml.drawing.document import Document

TEMPLATE = Path(__file__).parent / "typst" / "techpack.typ"
MARGIN_MM = 4.0


def render_pdf(content: Mapping[str, Any], flats: Mapping[str, str], fonts: Path) -> bytes:
    """The PDF of a pack.

    content: as `content.build_content` makes it. flats: SVG text by the file name that the content gives.
    fonts: folder with Noto Sans JP (searched with its subfolders). FileNotFoundError when there is none.
    """
    if not any(fonts.glob("**/*.ttf")):
        raise FileNotFoundError(f"no fonts in {fonts}: build the front end (npm run build)")
    with tempfile.TemporaryDirectory(prefix="techpack-") as name:
        folder = Path(name)
        shutil.copy(TEMPLATE, folder / TEMPLATE.name)
        (folder / "content.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        for file, svg in flats.items():
            (folder / file).write_text(svg, encoding="utf-8")
        pdf = typst.compile(
            folder / TEMPLATE.name, root=folder, font_paths=[fonts], ignore_system_fonts=True, format="pdf"
        )
    if not isinstance(pdf, bytes):
        raise TypeError("a tech pack is one PDF")
    return pdf


def crop_to_drawing(svg: str, document: Document) -> str:
    """The SVG with its sheet cut down to what is drawn plus a margin, so that a page can show it large."""
    left, top, right, bottom = document.bounds()
    left, top = max(left - MARGIN_MM, 0.0), max(top - MARGIN_MM, 0.0)
    width, height = right + MARGIN_MM - left, bottom + MARGIN_MM - top
    root = etree.fromstring(svg.encode())
    root.set("width", f"{width:.3f}mm")
    root.set("height", f"{height:.3f}mm")
    root.set("viewBox", f"{left:.3f} {top:.3f} {width:.3f} {height:.3f}")
    return etree.tostring(root, encoding="unicode")
