"""What the traits network is told of a picture."""

import numpy as np
import pytest
import torch

from ml.training.parts_sheet import LANDMARKS
from ml.training.traits import allowed_loss, heat_loss
from ml.training.traits_data import Known, landmark_targets

PHOTO = Known("photo", "Shirt", "train", {}, {"hem_left": (0.25, 0.5), "crotch": (0.5, 0.75)})
PLAIN = np.array([[1.0, 0, 0], [0, 1.0, 0]])
MIRROR = np.array([[-1.0, 0, 99], [0, 1.0, 0]])


def test_landmarks_in_cells_of_the_heat_map() -> None:
    points, seen = landmark_targets(PHOTO, PLAIN, (100, 100), (100, 100))
    assert {LANDMARKS[number] for number in np.flatnonzero(seen)} == {"hem_left", "crotch"}
    assert points[LANDMARKS.index("hem_left")] == pytest.approx([25.5 / 4 - 0.5, 50.5 / 4 - 0.5])


def test_mirroring_swaps_left_and_right_of_the_picture() -> None:
    points, seen = landmark_targets(PHOTO, MIRROR, (100, 100), (100, 100))
    assert {LANDMARKS[number] for number in np.flatnonzero(seen)} == {"hem_right", "crotch"}
    assert points[LANDMARKS.index("hem_right")][0] == pytest.approx((74 + 0.5) / 4 - 0.5)


def test_what_leaves_the_picture_is_not_seen() -> None:
    _, seen = landmark_targets(PHOTO, PLAIN, (100, 100), (60, 100))
    assert {LANDMARKS[number] for number in np.flatnonzero(seen)} == {"hem_left"}


def test_loss_counts_all_allowed_words_and_no_unknown_rows() -> None:
    logits = torch.tensor([[9.0, 9.0, -9.0], [0.0, 0.0, 30.0]])
    both = torch.tensor([[True, True, False], [False, False, False]])
    wrong = torch.tensor([[False, False, True], [False, False, False]])
    assert allowed_loss(logits, both).item() < allowed_loss(logits, wrong).item() - 10
    assert allowed_loss(logits, torch.zeros(2, 3, dtype=torch.bool)).item() == 0


def test_heat_loss_is_least_for_the_gaussian_at_the_point() -> None:
    ys, xs = torch.meshgrid(torch.arange(20.0), torch.arange(30.0), indexing="ij")

    def bump(x: float, y: float) -> torch.Tensor:
        return (-((xs - x) ** 2 + (ys - y) ** 2) / (2 * 1.4**2))[None]

    point = torch.tensor([[12.3, 7.0]])
    losses = [heat_loss(bump(x, y), point).item() for x, y in ((12.3, 7.0), (13.3, 7.0), (12.3, 4.0))]
    assert losses == sorted(losses)
    assert losses[0] < losses[1] - 0.1
