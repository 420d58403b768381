"""Reference silhouettes: what the teacher's mask, a hand correction and a verdict make of a photo."""

import json

import cv2
import numpy as np
import pytest

from ml.training.silhouettes import (
    NETWORK_OUTLINES,
    clean_teacher,
    compose_reference,
    fill_holes,
    largest_component,
    passes_checks,
    read_labels,
    training_silhouette,
)
from ml.training.splits import sender_split

SHAPE = (200, 150)


def garment(*, hook=False, hole=0, crumb=False):
    """A teacher's mask (uint8 probabilities) of a square garment, 100 × 80 px at (35, 60)."""
    teacher = np.zeros(SHAPE, np.uint8)
    teacher[60:160, 35:115] = 250
    if hook:
        teacher[20:60, 73:76] = 250
    if hole:
        teacher[100 : 100 + hole, 70 : 70 + hole] = 0
    if crumb:
        teacher[185:190, 5:15] = 250
    return teacher


def test_cleaning_keeps_the_largest_piece_and_fills_small_holes():
    cleaned = clean_teacher(garment(hole=4, crumb=True))
    assert cleaned.sum() == 100 * 80
    assert not clean_teacher(garment(hole=20))[105, 75]


@pytest.mark.parametrize(
    ("label", "filled", "empty"),
    [
        (
            {"base": "teacher", "add": [[[10, 10], [30, 10], [30, 20], [10, 20]]], "cut": []},
            (30, 30),
            (180, 75),
        ),
        (
            {"base": "teacher", "add": [], "cut": [[[0, 0], [100, 0], [100, 50], [0, 50]]]},
            (120, 75),
            (90, 75),
        ),
        ({"base": "none", "add": [[[0, 0], [40, 0], [40, 20], [0, 20]]], "cut": []}, (20, 20), (120, 75)),
    ],
)
def test_a_correction_adds_and_cuts_polygons_in_percent(label, filled, empty):
    mask = compose_reference(garment(), label, SHAPE)
    assert mask[filled]
    assert not mask[empty]


def test_cut_wins_over_add():
    square = [[[10, 10], [50, 10], [50, 50], [10, 50]]]
    assert not compose_reference(None, {"base": "none", "add": square, "cut": square}, SHAPE).any()


@pytest.mark.parametrize(
    ("teacher", "label"),
    [
        (None, {"base": "teacher", "add": [], "cut": []}),
        (None, None),
        (garment(), {"base": "guess", "add": [], "cut": []}),
        (garment(), {"base": "none", "add": [[[1, 1], [2, 2]]], "cut": []}),
    ],
)
def test_impossible_labels_are_errors(teacher, label):
    with pytest.raises(ValueError, match=r"base|needed|points"):
        compose_reference(teacher, label, SHAPE)


def test_a_hanger_hook_is_ignored_and_the_garment_is_not():
    silhouette = training_silhouette(garment(hook=True), None, "hanger", SHAPE)
    assert silhouette.trust[30, 74] == 0
    assert silhouette.trust[120, 75] == 255
    assert not silhouette.cut_out


def test_missing_stripes_are_closed_and_the_rest_of_the_hull_is_not_trusted():
    teacher = garment()
    teacher[80:84] = 0
    teacher[120:160, 75:115] = 0
    silhouette = training_silhouette(teacher, None, "holes", SHAPE)
    assert silhouette.mask[82, 75]
    assert not silhouette.mask[130, 105]
    assert silhouette.trust[125, 85] == 0
    assert silhouette.trust[10, 10] == 255


def test_doubtful_grey_is_not_trusted():
    teacher = garment()
    teacher[100:140, 60:90] = 150
    silhouette = training_silhouette(teacher, None, "good", SHAPE)
    assert silhouette.trust[120, 75] == 0
    assert silhouette.trust[70, 40] == 255


@pytest.mark.parametrize("verdict", ["bad", "skip"])
def test_bad_masks_are_never_used(verdict):
    with pytest.raises(ValueError, match=verdict):
        training_silhouette(garment(), None, verdict, SHAPE)


@pytest.mark.parametrize(
    ("teacher", "boxes", "sound"),
    [
        (garment(), (), True),
        (garment(), ([40, 40, 60, 60],), True),
        (garment(), ([0, 0, 15, 15],), False),
        (garment(hole=30), (), False),
        (np.zeros(SHAPE, np.uint8), (), False),
        (np.full(SHAPE, 250, np.uint8), (), False),
    ],
)
def test_unreviewed_masks_must_pass_the_checks(teacher, boxes, sound):
    assert passes_checks(teacher, boxes) is sound


def test_empty_masks_stay_empty():
    nothing = np.zeros(SHAPE, bool)
    assert not largest_component(nothing).any()
    assert not fill_holes(nothing, 0.5).any()


def test_only_enclosed_gaps_are_holes():
    mask = np.ones((50, 50), bool)
    mask[:5, 20:25] = False
    mask[30:33, 30:33] = False
    filled = fill_holes(mask, 0.1)
    assert filled[31, 31]
    assert not filled[2, 22]


def test_network_outlines_describe_one_silhouette_each():
    outlines = read_labels(NETWORK_OUTLINES)
    assert len(outlines) > 200
    for image, outline in outlines.items():
        mask = compose_reference(None, outline, (533, 400))
        assert 0.02 < mask.mean() < 0.98, image
        pieces, _ = cv2.connectedComponents(mask.astype(np.uint8))
        assert pieces <= 4, image


def test_labels_that_are_not_there_are_none(tmp_path):
    assert read_labels(tmp_path / "labels.json") == {}
    (tmp_path / "labels.json").write_text(json.dumps({"a": {"base": "none", "add": [], "cut": []}}))
    assert list(read_labels(tmp_path / "labels.json")) == ["a"]


def test_splits_are_stable_and_large_senders_train():
    assert sender_split("204") == "train"
    shares = [sender_split(f"sender {number}") for number in range(4000)]
    for split in ("val", "test"):
        assert 0.16 < shares.count(split) / 4000 < 0.22
    assert [sender_split(sender) for sender in ("166", "66", "33", "9", "14")] == [
        "val",
        "train",
        "val",
        "test",
        "test",
    ]
