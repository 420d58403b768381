"""The tech pack as a workbook: the data of the PDF, real numbers, one table a sheet, no merged cells."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.drawing.image import Image
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

FONT = "Noto Sans JP"
RULE = Border(bottom=Side(style="hair", color="999999"))
MAX_FLAT_PX = 900


def render_xlsx(content: Mapping[str, Any], flats: Mapping[str, bytes]) -> bytes:
    """The workbook of a pack.

    content: as `content.build_content` makes it. flats: PNG bytes by view code.
    """
    book = Workbook()
    book.remove(book.active)
    labels = content["labels"]
    header = book.create_sheet("品番情報 Style")
    _table(
        header,
        [("項目 Field", 28), ("内容 Value", 48)],
        [[_both(entry["label"]), entry["value"]] for entry in content["header"].values()],
    )
    _colours(book, labels, content["colours"])
    _poms(book, labels, content["poms"])
    _revisions(book, labels, content["revisions"])
    for view in content["views"]:
        if view["view"] in flats:
            _flat(book, view, flats[view["view"]])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _both(label: Mapping[str, str]) -> str:
    return f"{label['ja']} {label['en']}"


def _write(cell: Cell, value: object) -> None:
    """Numbers stay numbers; text stays text even where it begins like a formula."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    if isinstance(value, float):
        cell.number_format = "0.0"


def _table(sheet: Worksheet, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[object]]) -> None:
    for index, (title, width) in enumerate(columns, start=1):
        cell = sheet.cell(row=1, column=index)
        _write(cell, title)
        cell.font = Font(name=FONT, bold=True)
        cell.border = Border(bottom=Side(style="medium"))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(index)].width = width
    for row_number, row in enumerate(rows, start=2):
        for index, value in enumerate(row, start=1):
            cell = sheet.cell(row=row_number, column=index)
            _write(cell, value)
            cell.font = Font(name=FONT)
            cell.border = RULE
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _colours(book: Workbook, labels: Mapping[str, Any], colours: Sequence[Mapping[str, Any]]) -> None:
    sheet = book.create_sheet("配色表 Colourways")
    columns = [
        (_both(labels["no"]), 10),
        (_both(labels["swatch"]), 14),
        ("色名 (日本語)", 24),
        ("Colour (English)", 24),
    ]
    columns += [
        ("HEX", 12),
        ("L*", 10),
        ("a*", 10),
        ("b*", 10),
        ("面積比 Share %", 14),
        (_both(labels["source"]), 16),
    ]
    rows = [
        [
            index,
            "",
            colour["name_ja"],
            colour["name_en"],
            colour["hex"],
            *[float(value) for value in colour["lab"]],
            round(float(colour["share"]) * 100, 1),
            colour["provenance"],
        ]
        for index, colour in enumerate(colours, start=1)
    ]
    _table(sheet, columns, rows)
    for index, colour in enumerate(colours, start=2):
        sheet.cell(row=index, column=2).fill = PatternFill("solid", fgColor=colour["hex"].lstrip("#").upper())


def _poms(book: Workbook, labels: Mapping[str, Any], poms: Sequence[Mapping[str, Any]]) -> None:
    columns = [(_both(labels["code"]), 12), ("採寸箇所", 24), ("Point of measure", 26), ("測り方", 40)]
    columns += [("How to measure", 48), (_both(labels["minus"]), 12), (_both(labels["plus"]), 12)]
    columns += [
        (_both(labels["value_cm"]), 14),
        (_both(labels["uncertainty"]), 18),
        (_both(labels["source"]), 16),
        (_both(labels["note"]), 60),
    ]
    keys = ("code", "name_ja", "name_en", "how_ja", "how_en", "tolerance_minus", "tolerance_plus")
    rows = [
        [
            *(row[key] for key in keys),
            row["value"],
            row["uncertainty"],
            row["provenance"] or "",
            f"{row['blank']} {_both(row['note'])}" if row["note"] else "",
        ]
        for row in poms
    ]
    _table(book.create_sheet("寸法表 POM"), columns, rows)


def _revisions(book: Workbook, labels: Mapping[str, Any], revisions: Sequence[Mapping[str, Any]]) -> None:
    columns = [(_both(labels["revision"]), 12), (_both(labels["date"]), 20), (_both(labels["author"]), 26)]
    columns += [(_both(labels["change"]), 44), (_both(labels["comment"]), 60)]
    rows = [
        [row["number"], row["date"], row["author"], _both(row["change"]), row["comment"]] for row in revisions
    ]
    _table(book.create_sheet("変更履歴 Revisions"), columns, rows)


def _flat(book: Workbook, view: Mapping[str, Any], png: bytes) -> None:
    sheet = book.create_sheet(f"絵型 Flat {view['view']}")
    _write(sheet["A1"], f"{_both(view['label'])} r{view['revision']}")
    image = Image(io.BytesIO(png))
    scale = min(1.0, MAX_FLAT_PX / max(image.width, image.height))
    image.width, image.height = int(image.width * scale), int(image.height * scale)
    sheet.add_image(image, "A3")
