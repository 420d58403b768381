"""Telling a row of stitches from one of many stripes by what lies beside it."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.vision.line_profile import REACH, across, is_stripe

MIDDLE = 100
POINTS = np.stack([np.full(60, float(MIDDLE)), np.arange(30.0, 150.0, 2.0)], axis=1)
CLOTH = np.ones((180, 200), bool)


def lab_with(columns: list[int], wide: int = 2) -> NDArray[np.float32]:
    lab = np.zeros((180, 200, 3), np.float32)
    lab[..., 0] = 30
    for column in columns:
        lab[:, column : column + wide, 0] = 70
    return lab


@pytest.mark.parametrize(
    ("columns", "stripe"),
    [
        ([MIDDLE], False),
        ([MIDDLE, MIDDLE + 6], False),
        ([MIDDLE, MIDDLE + 5, MIDDLE + 10], False),
        ([MIDDLE + 8 * step for step in range(-5, 6)], True),
        ([MIDDLE + 30 * step for step in range(-2, 3)], True),
        ([], False),
    ],
)
def test_many_alike_are_stripes(columns: list[int], stripe: bool) -> None:
    assert is_stripe(*across(lab_with(columns), CLOTH, POINTS)) is stripe


def test_what_is_not_cloth_is_not_known() -> None:
    cloth = CLOTH.copy()
    cloth[:, : MIDDLE - 10] = False
    profile, known = across(lab_with([MIDDLE]), cloth, POINTS)
    assert profile.shape == (2 * REACH + 1, 3)
    assert known[: REACH - 11].sum() + known[REACH + 12 :].sum() == REACH - 11
    assert not is_stripe(profile, np.zeros_like(known))


def test_a_profile_is_taken_square_to_the_line() -> None:
    lab = lab_with([MIDDLE], 3)
    profile, known = across(
        np.ascontiguousarray(lab.transpose(1, 0, 2)), np.ones((200, 180), bool), POINTS[:, ::-1]
    )
    assert known.all()
    assert profile[REACH, 0] > 60
    assert profile[REACH + 8, 0] == pytest.approx(30, abs=0.5)
