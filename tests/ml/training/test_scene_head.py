"""The scene head: fitted to features, written into the garment network, read by the analysis."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from ml.registry import WEIGHTS, Registry
from ml.training.scene_export import score_scenes, write_head
from ml.training.scene_head import FeatureReader, SceneSet, chances, fit
from ml.vision.perception import perceive
from ml.vision.scene import SCENES

SIZE = 12


def made(count: int, seed: int) -> SceneSet:
    """Features (count × scenes, SIZE) that lie round a point of their scene each, the last scene rare."""
    rng = np.random.default_rng(seed)
    middles = np.random.default_rng(1).normal(0, 2, (len(SCENES), SIZE))
    scenes = np.concatenate(
        [np.repeat(np.arange(len(SCENES) - 1), count), np.full(count // 10, len(SCENES) - 1)]
    )
    features = (middles[scenes] + rng.normal(0, 0.7, (len(scenes), SIZE))).astype(np.float32)
    return SceneSet(features, scenes, np.zeros(len(scenes), np.bool_), np.array([str(n) for n in scenes]))


def test_a_fitted_layer_tells_new_pictures_apart_rare_ones_too() -> None:
    weight, bias = fit(made(60, seed=2))
    fresh = made(60, seed=3)
    told = chances(fresh, weight, bias).argmax(axis=1)
    for number in range(len(SCENES)):
        assert (told[fresh.scenes == number] == number).mean() > 0.9


def test_scores_count_pictures_of_every_scene() -> None:
    scenes = np.array([0, 0, 2, 2], np.int64)
    told = np.full((4, len(SCENES)), 0.02)
    told[[0, 1, 2, 3], [0, 5, 2, 0]] = 0.9
    single, worn = score_scenes("val", scenes, np.zeros(4, np.bool_), told)
    assert (single.scene, single.count, single.refused) == ("single", 2, 1)
    assert worn.row().startswith("| val | worn | real | 1 of 2 | ")
    assert worn.taken_for == {"worn": 1, "single": 1}


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    for file in ("garment.onnx", "garment.json", "garment.md"):
        shutil.copy(WEIGHTS / file, tmp_path / file)
    return tmp_path


def test_the_written_layer_is_what_the_analysis_reads(weights: Path) -> None:
    pixels = np.random.default_rng(4).integers(0, 255, (300, 240, 3), np.uint8)
    reader = FeatureReader(weights)
    features = reader.read(pixels)
    layer = np.random.default_rng(5).normal(0, 0.05, (len(SCENES), len(features))).astype(np.float32)
    shift = np.linspace(-1, 1, len(SCENES), dtype=np.float32)
    scores = score_scenes(
        "val", np.zeros(1, np.int64), np.zeros(1, np.bool_), np.full((1, len(SCENES)), 1 / 6)
    )
    for version in ("9.0.0", "9.0.1"):  # the second time the first layer is replaced
        write_head(weights, layer, shift, version, scores)
    seen = perceive(pixels, Registry(weights=weights, threads=1))
    expected = features @ layer.T + shift
    raised = np.exp(expected - expected.max())
    assert list(seen.scene.chances.values()) == pytest.approx((raised / raised.sum()).tolist(), abs=1e-4)
    card = json.loads((weights / "garment.json").read_text("utf-8"))
    assert card["version"] == seen.card.version == "9.0.1"
    text = (weights / "garment.md").read_text("utf-8")
    assert text.count("## Scene") == 1
    assert card["sha256"] in text
    assert "| val | single | real | 1 of 1 |" in text
