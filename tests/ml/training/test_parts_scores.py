"""Average precision and the buttons' F1 on cases that can be counted by hand."""

import numpy as np
import pytest

from ml.training.parts_labels import PARTS, Labelled
from ml.training.parts_scores import Found, average_precision, hits_of_kind, score_parts

POCKET, BUTTON = PARTS.index("pocket"), PARTS.index("button")


def found(truth: list[tuple[str, list[float]]], finds: list[tuple[str, list[float], float]]) -> Found:
    """A photo of 100 × 100 pixels: labels and finds with boxes in pixels."""
    label = Labelled(
        image="photo",
        sender="1",
        owner_label="Shirt",
        split="val",
        kinds=np.array([PARTS.index(kind) for kind, _ in truth], np.int64),
        boxes=np.array([box for _, box in truth], np.float64).reshape(-1, 4) / 100,
        landmarks={},
        attributes={},
        source="owner",
    )
    return Found(
        label,
        (100, 100),
        np.array([box for _, box, _ in finds], np.float64).reshape(-1, 4),
        np.array([PARTS.index(kind) for kind, _, _ in finds], np.int64),
        np.array([score for _, _, score in finds], np.float64),
    )


@pytest.mark.parametrize(
    ("hits", "count", "area"),
    [
        ([True, True], 2, 1.0),
        ([True, False], 2, 0.5),  # half of the labels at full precision
        ([False, True], 1, 0.5),  # the only label at half precision
        ([False, False], 3, 0.0),
        ([], 4, 0.0),
    ],
)
def test_average_precision(hits: list[bool], count: int, area: float) -> None:
    scores = np.linspace(0.9, 0.1, len(hits))
    assert average_precision(np.array(hits, np.bool_), scores, count) == pytest.approx(area, abs=0.01)


def test_a_label_is_found_once_and_only_by_its_kind() -> None:
    box, near = [10.0, 10, 30, 30], [11.0, 10, 31, 30]
    one = found([("pocket", box)], [("pocket", near, 0.9), ("pocket", box, 0.8), ("logo", box, 0.7)])
    hits, scores = hits_of_kind([one], POCKET)
    assert (hits.tolist(), scores.tolist()) == ([True, False], [0.9, 0.8])


def test_boxes_that_overlap_too_little_are_wrong() -> None:
    one = found([("pocket", [10.0, 10, 30, 30])], [("pocket", [20.0, 10, 40, 30], 0.9)])
    assert hits_of_kind([one], POCKET)[0].tolist() == [False]


def test_buttons_are_right_by_their_centre() -> None:
    # 2 % of the diagonal of 141 pixels is 2.8 pixels.
    truth = [("button", [10.0, 10, 12, 12]), ("button", [50.0, 50, 52, 52])]
    one = found(truth, [("button", [11.0, 11, 15, 15], 0.9), ("button", [53.0, 53, 55, 55], 0.8)])
    assert hits_of_kind([one], BUTTON)[0].tolist() == [True, False]
    score = score_parts([one])
    assert (score.button_f1, score.button_score) == (pytest.approx(2 / 3), 0.9)
    assert score.counts == {"button": 2}


def test_mean_is_over_kinds_that_occur() -> None:
    box = [10.0, 10, 30, 30]
    score = score_parts([found([("pocket", box), ("hood", box)], [("pocket", box, 0.9)])])
    assert score.mean == pytest.approx(0.5)
    assert set(score.precision) == {"pocket", "hood"}
