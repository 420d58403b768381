"""Which found parts stand for a part that a person has decided about."""

import pytest

from apps.garments.part_matching import decided_places, new_parts
from ml.vision.parts import Box, Part

POCKET: Box = (20, 40, 40, 60)


def found(kind: str, box: Box) -> Part:
    return Part(kind, box, 0.5)


@pytest.mark.parametrize(
    ("kind", "box", "known"),
    [
        ("pocket", (20, 40, 40, 60), True),
        ("pocket", (25, 40, 45, 60), True),
        ("pocket", (28, 40, 48, 60), False),
        ("zipper", (20, 40, 40, 60), True),
        ("zipper", (21, 41, 40, 60), True),
        ("zipper", (25, 40, 45, 60), False),
        ("pocket", (60, 40, 80, 60), False),
    ],
)
def test_a_found_part_beside_a_decided_pocket(kind: str, box: Box, known: bool) -> None:
    places = [decided_places("pocket", POCKET, None)]
    assert (new_parts([found(kind, box)], places) == []) is known


@pytest.mark.parametrize(("right", "known"), [(0, True), (4, True), (6, False), (20, False)])
def test_buttons_are_the_same_by_their_centres(right: float, known: bool) -> None:
    """Boxes 6 px wide that 4 px of error leave with an IoU of 0.2."""
    places = [decided_places("button", (50, 50, 56, 56), None)]
    again = found("button", (50 + right, 50, 56 + right, 56))
    assert (new_parts([again], places) == []) is known


def test_a_moved_and_renamed_part_is_known_where_it_was_first_found() -> None:
    first = {"kind": "logo", "box": [10, 10, 30, 30]}
    places = [decided_places("print", (50, 50, 90, 90), first)]
    parts = [
        found("logo", (11, 10, 31, 30)),
        found("print", (51, 50, 90, 90)),
        found("logo", (70, 10, 90, 30)),
    ]
    assert new_parts(parts, places) == [2]


def test_a_zip_in_a_decided_pocket_is_new_where_the_pocket_is_found_as_well() -> None:
    places = [decided_places("pocket", POCKET, None)]
    assert new_parts([found("pocket", POCKET), found("zipper", POCKET)], places) == [1]
    rejected = [*places, decided_places("zipper", POCKET, None)]
    assert new_parts([found("pocket", POCKET), found("zipper", POCKET)], rejected) == []
