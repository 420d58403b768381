"""The PDF and the workbook print the same pack."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import openpyxl
import pytest
from django.conf import settings
from pypdf import PdfReader

from apps.techpacks.content import Flat, build_content
from apps.techpacks.pdf import crop_to_drawing, render_pdf
from apps.techpacks.xlsx import render_xlsx
from ml.drawing.document import Document
from ml.drawing.flat import draw_flat
from ml.drawing.svg import serialise
from tests.apps.techpacks.test_content import NAVY, SOURCE
from tests.pictures import garment_picture

A4_LANDSCAPE_PT = (841.89, 595.28)


@pytest.fixture(scope="module")
def flat():
    mask = garment_picture("t-shirt").mask
    document = draw_flat(mask, garment_type="t-shirt")
    return document, serialise(document)


@pytest.fixture(scope="module")
def pdf(flat):
    document, svg = flat
    data = render_pdf(
        build_content(SOURCE), {"front.svg": crop_to_drawing(svg, document)}, settings.FONT_FOLDER
    )
    return PdfReader(io.BytesIO(data))


def test_pages_are_a4_landscape_and_each_carries_the_header(pdf):
    assert len(pdf.pages) == 4
    for page in pdf.pages:
        size = (float(page.mediabox.width), float(page.mediabox.height))
        assert size == pytest.approx(A4_LANDSCAPE_PT, abs=0.5)
        text = page.extract_text()
        assert "TS-1024" in text
        assert "品番" in text
        assert "Style no." in text


@pytest.mark.parametrize(
    "text",
    ["絵型", "Technical flat", "配色表", "紺", "navy", "#1f2a44", "身幅", "Chest 1/2", "変更履歴", "E 推定"],
)
def test_both_languages_are_printed(pdf, text):
    assert text in "\n".join(page.extract_text() for page in pdf.pages)


def test_japanese_font_is_embedded(pdf):
    fonts = {
        font.get_object()["/BaseFont"]: font.get_object()
        for page in pdf.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert any("NotoSansJP" in name for name in fonts)
    for font in fonts.values():
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_flat_stays_a_drawing_not_a_picture(pdf):
    assert not list(pdf.pages[0].images)


def test_text_that_looks_like_code_is_only_printed():
    name = '#panic("x") *bold* $x$ = [a] \\ </svg>'
    content = build_content(replace(SOURCE, name=name, flats=[]))
    text = PdfReader(io.BytesIO(render_pdf(content, {}, settings.FONT_FOLDER))).pages[0].extract_text()
    assert '#panic("x") *bold* $x$' in text


def test_missing_fonts_are_an_error_that_says_what_to_do(tmp_path):
    with pytest.raises(FileNotFoundError, match="npm run build"):
        render_pdf(build_content(SOURCE), {}, tmp_path)


def test_cropped_flat_keeps_all_that_is_drawn(flat):
    document, svg = flat
    cropped = crop_to_drawing(svg, document)
    left, top, right, bottom = document.bounds()
    view_box = [float(value) for value in cropped.split('viewBox="')[1].split('"')[0].split()]
    assert view_box[0] <= left
    assert view_box[1] <= top
    assert view_box[0] + view_box[2] >= right
    assert view_box[1] + view_box[3] >= bottom
    assert Document.from_json(document.to_json()) == document


def test_workbook_has_real_numbers_one_table_a_sheet_and_no_merged_cells():
    measurements = {"T03": {"value": 52.4, "unit": "cm", "uncertainty": 0.6, "provenance": "typed"}}
    content = build_content(replace(SOURCE, measurements=measurements))
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(content, {})))
    assert book.sheetnames == ["品番情報 Style", "配色表 Colourways", "寸法表 POM", "変更履歴 Revisions"]
    assert all(not sheet.merged_cells.ranges for sheet in book)
    chest = next(row for row in book["寸法表 POM"].iter_rows(values_only=True) if row[0] == "T03")
    assert chest[5:] == (1.0, 1.0, 52.4, 0.6, "typed", None)
    colour = list(book["配色表 Colourways"].iter_rows(values_only=True))[1]
    assert colour[2:5] == (NAVY["name_ja"], NAVY["name_en"], NAVY["hex"])
    assert colour[8] == pytest.approx(80.0)


def test_a_value_that_is_not_reliable_is_blank_and_explained_in_pdf_and_workbook():
    unsure = {"value": None, "unit": "cm", "uncertainty": 1.4, "provenance": "estimated"}
    known = {"T03": {**unsure, "reason": "too_uncertain"}}
    content = build_content(replace(SOURCE, measurements=known, flats=[]))
    page = PdfReader(io.BytesIO(render_pdf(content, {}, settings.FONT_FOLDER))).pages[2].extract_text()
    assert page.count("※1") == 2
    assert "信頼できません" in page
    assert "Not reliable: the uncertainty exceeds the tolerance." in page
    assert "※2" not in page
    sheet = openpyxl.load_workbook(io.BytesIO(render_xlsx(content, {})))["寸法表 POM"]
    chest = next(row for row in sheet.iter_rows(values_only=True) if row[0] == "T03")
    assert chest[7:10] == (None, None, None)
    assert chest[10].startswith("※1 信頼できません")


def test_workbook_text_is_never_a_formula():
    content = build_content(replace(SOURCE, name='=HYPERLINK("http://x.invalid","y")'))
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(content, {})))
    cell = book["品番情報 Style"]["B3"]
    assert cell.value.startswith("=HYPERLINK")
    assert cell.data_type == "s"


def test_workbook_shows_the_flat():
    picture = garment_picture("t-shirt").pixels
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    content = build_content(replace(SOURCE, flats=[Flat("front", 1, "front.svg")]))
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(content, {"front": stream.getvalue()})))
    assert len(book["絵型 Flat front"]._images) == 1


def test_log_of_another_day_keeps_its_date():
    at = datetime(2025, 1, 2, 3, 4, tzinfo=UTC)
    content = build_content(replace(SOURCE, log=[replace(SOURCE.log[0], at=at)]))
    assert content["revisions"][0]["date"] == "2025-01-02 03:04"
