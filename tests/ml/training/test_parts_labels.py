"""Labels made by eye: ours are valid, and photographers keep to one split."""

import copy
import json
from pathlib import Path

import pytest

from ml.training.parts_labels import read_labelled
from ml.training.parts_sheet import LABELS, label_check, read_labels

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
LABEL = {
    "type": "shirt", "type_ok": True, "view": "front", "sleeve": "long", "neck": "collared",
    "closure": "buttons", "parts": [{"cls": "button", "box": [48, 30, 50, 31.5]}],
    "landmarks": {"hem_left": [20, 90]},
}  # fmt: skip


def test_our_labels_are_valid_and_many() -> None:
    labels = read_labels()
    assert len(labels) >= 200
    assert sum(len(label["parts"]) for label in labels.values()) >= 1000


def test_a_good_label_passes() -> None:
    label_check(LABEL)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"type": "toga"}, "type"),
        ({"sleeve": "puffy"}, "sleeve"),
        ({"type_ok": "yes"}, "type_ok"),
        ({"parts": [{"cls": "bow", "box": [1, 1, 2, 2]}]}, "bow"),
        ({"parts": [{"cls": "button", "box": [5, 1, 2, 2]}]}, "left, top"),
        ({"landmarks": {"elbow": [1, 1]}}, "elbow"),
        ({"landmarks": {"crotch": [1, 140]}}, "percent"),
    ],
)
def test_a_wrong_label_is_told(change: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        label_check(copy.deepcopy(LABEL) | change)


def test_the_photo_of_a_wrong_label_is_named(tmp_path: Path) -> None:
    (tmp_path / "parts.json").write_text(json.dumps({"4711": LABEL | {"view": "above"}}))
    with pytest.raises(ValueError, match="4711"):
        read_labels(tmp_path / "parts.json")


@pytest.mark.skipif(not DATA.is_dir(), reason="the training data folder is not there")
def test_every_photographer_is_of_one_split_and_each_split_has_enough() -> None:
    photos = read_labelled(DATA)
    splits: dict[str, set[str]] = {}
    for photo in photos:
        splits.setdefault(photo.sender, set()).add(photo.split)
    assert all(len(names) == 1 for names in splits.values())
    counts = {name: sum(photo.split == name for photo in photos) for name in ("train", "val", "test")}
    assert min(counts["val"], counts["test"]) >= 100
    assert counts["train"] >= 389
    assert LABELS.exists()
