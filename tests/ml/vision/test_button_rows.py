"""Rows of buttons on a placket."""

import pytest

from ml.vision.button_rows import missing_button, odd_button, placket_rows
from ml.vision.parts import Part

PLACKET = Part("placket", (90, 0, 110, 700), 0.9)


def button(x: float, y: float) -> Part:
    return Part("button", (x - 5, y - 5, x + 5, y + 5), 0.8)


def row(*places: tuple[float, float]) -> list[Part]:
    return [PLACKET, *(button(x, y) for x, y in places)]


EVEN = tuple((100.0 + number, 100.0 * number + 50) for number in range(7))


def test_an_even_row_has_nothing_odd() -> None:
    (found,) = placket_rows(row(*EVEN))
    assert found.placket == 0
    assert found.buttons == (1, 2, 3, 4, 5, 6, 7)
    assert found.size == 10
    assert odd_button(found) is None
    assert not missing_button(found)


def test_buttons_are_taken_in_their_order_along_the_placket() -> None:
    parts = row(*EVEN[::-1])
    (found,) = placket_rows(parts)
    assert found.buttons == (7, 6, 5, 4, 3, 2, 1)


def test_a_lying_placket_has_a_row_too() -> None:
    parts = [Part("placket", (0, 90, 700, 110), 0.9), *(button(y, x) for x, y in EVEN)]
    (found,) = placket_rows(parts)
    assert found.buttons == (1, 2, 3, 4, 5, 6, 7)
    assert odd_button(found) is None


@pytest.mark.parametrize(
    ("number", "aside", "odd"), [(3, 40, 4), (3, -40, 4), (3, 12, None), (0, 40, None), (6, 40, None)]
)
def test_the_button_beside_the_row_stands_out(number: int, aside: float, odd: int | None) -> None:
    """One at an end may belong to the collar, so only those between others count."""
    wide = Part("placket", (50, 0, 150, 700), 0.9)
    places = list(EVEN)
    places[number] = (places[number][0] + aside, places[number][1])
    (found,) = placket_rows([wide, *row(*places)[1:]])
    assert odd_button(found) == odd


def test_two_rows_side_by_side_are_no_odd_ones() -> None:
    wide = Part("placket", (50, 0, 150, 700), 0.9)
    both = [place for y in range(50, 650, 100) for place in ((70.0, float(y)), (130.0, float(y)))]
    (found,) = placket_rows([wide, *row(*both)[1:]])
    assert odd_button(found) is None
    assert not missing_button(found)


@pytest.mark.parametrize(("left_out", "missing"), [((3,), True), ((0,), False), ((1, 4), False), ((), False)])
def test_a_gap_in_an_even_row_is_seen(left_out: tuple[int, ...], missing: bool) -> None:
    places = [place for number, place in enumerate(EVEN) if number not in left_out]
    (found,) = placket_rows(row(*places))
    assert missing_button(found) is missing


def test_short_rows_and_buttons_elsewhere_are_left_alone() -> None:
    assert placket_rows(row(*EVEN[:4])) == []
    assert placket_rows([PLACKET, *(button(x + 60, y) for x, y in EVEN)]) == []
    assert placket_rows([button(x, y) for x, y in EVEN]) == []
    assert placket_rows(row(*[(100.0, 300.0)] * 6)) == []
