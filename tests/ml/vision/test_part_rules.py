"""Settling found parts: duplicates, strays, boxes at the edge of the photo."""

import itertools

import numpy as np
import pytest

from ml.vision.part_rules import INSIDE, settle_parts, share_inside
from ml.vision.parts import PART_KINDS, SURE, Box, Part

from ..pictures import shirt_mask

MASK = shirt_mask()  # 480 × 640; the body reaches from 144 to 336 and from 128 to 550
BODY = (160.0, 200.0, 320.0, 500.0)


def settled(*parts: Part) -> list[tuple[str, Box]]:
    kept, _ = settle_parts(parts, MASK, {}, None)
    return [(part.kind, part.box) for part in kept]


def test_every_kind_has_a_limit() -> None:
    assert set(INSIDE) == set(PART_KINDS)
    assert all(0 < limit < 1 for limit in INSIDE.values())


def test_nothing_found_is_nothing_doubted() -> None:
    assert settle_parts((), MASK, {}, "t-shirt") == ((), ())


def test_an_empty_mask_leaves_no_part() -> None:
    part = Part("print", (200, 300, 260, 360), 0.9)
    assert settle_parts((part,), np.zeros((640, 480), bool), {}, None) == ((), ())


def test_boxes_of_one_part_are_averaged_by_confidence() -> None:
    sure, unsure = Part("print", (200, 300, 260, 360), 0.9), Part("print", (206, 300, 266, 360), 0.3)
    kept, _ = settle_parts((unsure, sure), MASK, {}, None)
    assert len(kept) == 1
    assert kept[0].confidence == 0.9
    assert kept[0].box == pytest.approx((201.5, 300, 261.5, 360))


@pytest.mark.parametrize(
    ("kind", "first", "second", "left"),
    [
        ("label", (200, 300, 260, 360), (240, 300, 300, 360), 2),
        ("label", (200, 300, 260, 400), (205, 305, 225, 330), 1),
        ("pocket", (200, 300, 260, 400), (205, 305, 255, 340), 2),
        ("button", (200, 300, 208, 308), (203, 300, 211, 308), 1),
        ("button", (200, 300, 208, 308), (207, 300, 215, 308), 2),
        ("zipper", (200, 300, 220, 500), (203, 360, 218, 470), 1),
        ("zipper", (200, 300, 220, 500), (212, 300, 232, 500), 2),
        ("collar", (190, 140, 290, 180), (220, 140, 330, 200), 1),
    ],
)
def test_what_counts_as_one_part(kind: str, first: Box, second: Box, left: int) -> None:
    kept, _ = settle_parts((Part(kind, first, 0.8), Part(kind, second, 0.5)), MASK, {}, None)
    assert sum(part.confidence >= SURE for part in kept) == left


def confidences(*parts: Part) -> dict[str, float]:
    kept, _ = settle_parts(parts, MASK, {}, None)
    return {part.kind: part.confidence for part in kept}


def test_of_a_piece_and_the_whole_the_less_sure_is_right_where_the_other_is_not() -> None:
    piece, whole = Part("zipper", (203, 360, 218, 470), 0.9), Part("zipper", (200, 300, 220, 500), 0.4)
    kept, _ = settle_parts((whole, piece), MASK, {}, None)
    assert [(part.box, round(part.confidence, 6)) for part in kept] == [(piece.box, 0.9), (whole.box, 0.04)]


@pytest.mark.parametrize(
    ("kinds", "second"),
    [
        (("logo", "print"), 0.1),
        (("print", "logo"), 0.1),
        (("collar", "neckline"), 0.1),
        (("pocket", "zipper"), 0.5),
        (("placket", "stitch"), 0.5),
        (("stitch", "neckline"), 0.5),
    ],
)
def test_of_two_opinions_on_one_place_the_second_counts_where_the_first_is_wrong(
    kinds: tuple[str, str], second: float
) -> None:
    box = (200, 160, 260, 220)
    found = confidences(Part(kinds[0], box, 0.8), Part(kinds[1], box, 0.5))
    assert found == {kinds[0]: 0.8, kinds[1]: pytest.approx(second)}


@pytest.mark.parametrize("both", [0.5, 0.6, 0.75, 0.99])
def test_two_that_exclude_each_other_are_never_both_shown(both: float) -> None:
    box = (200, 160, 260, 220)
    found = confidences(Part("logo", box, both), Part("print", box, both))
    assert sum(confidence >= SURE for confidence in found.values()) == 1


@pytest.mark.parametrize("kind", PART_KINDS)
def test_parts_on_the_floor_are_dropped(kind: str) -> None:
    assert settled(Part(kind, (10, 500, 110, 600), 0.99)) == []
    assert settled(Part(kind, BODY, 0.1)) == [(kind, BODY)]


def test_a_hang_tag_may_hang_out_and_a_button_may_not() -> None:
    over_the_hem = (230, 535, 250, 595)  # a quarter inside
    assert settled(Part("label", over_the_hem, 0.5), Part("button", over_the_hem, 0.5)) == [
        ("label", over_the_hem)
    ]


def test_boxes_end_with_the_photo() -> None:
    mask = np.ones((100, 80), bool)
    part = Part("print", (-10, 20, 50, 120), 0.5)
    kept, _ = settle_parts((part,), mask, {}, None)
    assert kept[0].box == (0, 20, 50, 100)
    outside = (Part("print", (-50, 20, 10, 60), 0.5), Part("print", (90, 20, 95, 60), 0.5))
    assert settle_parts(outside, mask, {}, None)[0] == ()


def test_the_order_is_that_of_the_kinds_and_then_of_confidence() -> None:
    parts = (
        Part("label", (230, 160, 250, 180), 0.9),
        Part("button", (230, 300, 240, 310), 0.4),
        Part("button", (230, 350, 240, 360), 0.8),
    )
    for order in itertools.permutations(parts):
        kept, _ = settle_parts(order, MASK, {}, None)
        assert kept == (parts[2], parts[1], parts[0])


def test_an_advisory_counts_in_the_returned_parts() -> None:
    parts = (
        Part("stitch", (200, 400, 260, 420), 0.9),
        Part("print", (10, 500, 110, 600), 0.9),
        Part("collar", (200, 440, 260, 480), 0.9),
    )
    kept, advisories = settle_parts(parts, MASK, {}, "shirt")
    assert [part.kind for part in kept] == ["collar", "stitch"]
    assert [(one.code, one.part_index) for one in advisories] == [("neck_not_at_top", 0)]


def test_share_inside_counts_pixels_beyond_the_photo_as_outside() -> None:
    mask = np.ones((10, 10), bool)
    assert share_inside((0, 0, 10, 10), mask) == 1
    assert share_inside((-10, 0, 10, 10), mask) == 0.5
    assert share_inside((5, 5, 15, 15), mask) == 0.25
    assert share_inside((2.4, 3, 2.6, 4), mask) == 1
