"""New weights are taken into use only when they score better on photographers kept apart from training.

The networks are real and tiny: one calls dark pixels garment, the other bright ones.
"""

import io
import json
from itertools import count
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from ml.registry import Registry
from ml.training.garment_types import CLASSES
from ml.training.promotion import score
from ml.training.splits import sender_split
from tests.ml.networks import write_garment_model
from tests.pictures import garment_picture

VALIDATION_SENDER = next(name for name in map(str, count()) if sender_split(name) == "val")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A training data folder with three photos of dark T-shirts on a pale sheet, and their silhouettes."""
    folder = tmp_path / "data"
    for name in ("photos", "masks"):
        (folder / name).mkdir(parents=True)
    images = ["a", "b", "c"]
    for seed, image in enumerate(images):
        drawn = garment_picture(
            "t-shirt", width=180, height=240, cloth=(20, 25, 40), floor="sheet", seed=seed
        )
        cv2.imwrite(str(folder / "photos" / f"{image}.jpg"), drawn.pixels[..., ::-1])
        cv2.imwrite(str(folder / "masks" / f"{image}.png"), drawn.mask.astype(np.uint8) * 255)
    rows = "".join(f"{image},{VALIDATION_SENDER},T-Shirt,False\n" for image in images)
    (folder / "photos.csv").write_text(f"image,sender,label,kids\n{rows}")
    reviews = "".join(f"{image},good\n" for image in images)
    (folder / "masks_review.csv").write_text(f"image,verdict\n{reviews}")
    (folder / "parts.json").write_text("{}")
    return folder


@pytest.fixture
def weights(tmp_path: Path, settings: Settings) -> Path:
    """The folder of the networks in use."""
    settings.ML_WEIGHTS = tmp_path / "weights"
    return tmp_path / "weights"


def a_network(folder: Path, *, sure: float = 6.0, **options: Any) -> Path:
    """A network that calls everything a T-shirt, in the classes that the product's network has."""
    logits = [sure if name == "t-shirt" else 0.0 for name in CLASSES]
    return write_garment_model(folder, logits=logits, classes=list(CLASSES), **options)


def promote(candidate: Path, data: Path, name: str = "garment") -> str:
    said = io.StringIO()
    call_command("promote_model", name, str(candidate), "--data", str(data), stdout=said)
    return said.getvalue()


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_better_network_takes_the_place_of_the_present_one(
    weights: Path, data: Path, tmp_path: Path
) -> None:
    a_network(weights, bright_is_garment=True, version="1.0.0")
    candidate = a_network(tmp_path / "new", bright_is_garment=False, version="2.0.0")
    former, new = files(weights), files(candidate)
    before, after = score("garment", weights, data), score("garment", candidate, data)
    assert before < 0.6 < after
    said = promote(candidate, data)
    assert f"garment 1.0.0: {before:.4f}; 2.0.0: {after:.4f}" in said
    assert files(weights) == new
    (kept,) = (weights / "superseded").iterdir()
    assert files(kept) == former
    assert Registry("cpu", threads=1, weights=weights).load("garment").card.version == "2.0.0"


def test_a_network_that_is_not_better_is_refused_with_both_scores(
    weights: Path, data: Path, tmp_path: Path
) -> None:
    a_network(weights, version="1.0.0")
    candidate = a_network(tmp_path / "new", bright_is_garment=True, version="2.0.0")
    before, scores = files(weights), [score("garment", folder, data) for folder in (weights, candidate)]
    with pytest.raises(CommandError) as refused:
        promote(candidate, data)
    assert refused.value.returncode == 1
    assert all(f"{figure:.4f}" in str(refused.value) for figure in scores)
    assert (files(weights), (weights / "superseded").exists()) == (before, False)


def test_an_equal_score_is_not_better(weights: Path, data: Path, tmp_path: Path) -> None:
    """The other type logits name the same class, so only the weights differ."""
    a_network(weights)
    candidate = a_network(tmp_path / "new", sure=7.0)
    with pytest.raises(CommandError, match="refused"):
        promote(candidate, data)


def test_what_is_no_candidate(weights: Path, data: Path, tmp_path: Path) -> None:
    a_network(weights)
    before = files(weights)
    damaged = a_network(tmp_path / "damaged", bright_is_garment=True)
    (damaged / "garment.onnx").write_bytes((damaged / "garment.onnx").read_bytes() + b"\0")
    other = a_network(tmp_path / "other", bright_is_garment=True)
    card = json.loads((other / "garment.json").read_text())
    (other / "garment.json").write_text(json.dumps({**card, "name": "parts"}))
    for candidate, reason in (
        (damaged, "not those of garment.json"),
        (other, "is that of 'parts'"),
        (tmp_path / "nowhere", "cannot be read"),
        (weights, "is the network in use"),
    ):
        with pytest.raises(CommandError, match=reason):
            promote(candidate, data)
    with pytest.raises(CommandError, match="cannot be read"):
        promote(damaged, data, "unknown")
    assert files(weights) == before


def test_data_without_the_photos_is_an_error(weights: Path, data: Path, tmp_path: Path) -> None:
    a_network(weights)
    candidate = a_network(tmp_path / "new", bright_is_garment=True)
    with pytest.raises(CommandError, match="cannot be measured"):
        promote(candidate, tmp_path)
    (data / "photos.csv").write_text("image,sender,label,kids\n")
    with pytest.raises(CommandError, match="no photos to measure"):
        promote(candidate, data)
