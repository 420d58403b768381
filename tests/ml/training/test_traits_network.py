"""The traits network from checkpoint to a file that the runtime reads."""

from pathlib import Path

import numpy as np
import pytest
import torch

from ml.registry import Registry
from ml.training.fine_tuning import Training, make_optimizer
from ml.training.garment_loop import Average
from ml.training.traits import traits_losses
from ml.training.traits_data import TraitsBatch
from ml.training.traits_export import card_json, embedding_basis, write_card, write_traits
from ml.training.traits_network import FEATURES, HEADS, TraitsNetwork
from ml.training.traits_scores import TraitsScore
from ml.vision.garment_crop import Crop
from ml.vision.traits import read_traits


@pytest.fixture(scope="module")
def network() -> TraitsNetwork:
    torch.manual_seed(5)
    made = TraitsNetwork()
    made.fold()
    return made


def test_exported_network_and_card_are_read_by_the_runtime(network: TraitsNetwork, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    middle, basis = embedding_basis(rng.normal(size=(300, FEATURES)))
    digest = write_traits(network.eval(), middle, basis, tmp_path / "traits.onnx")
    card = card_json(
        version="0.0.1", sha256=digest, area=160 * 160, temperatures=dict.fromkeys(HEADS, 1.0),
        spread=(1.0, 0.01), material={"photos": 2, "by_eye": 1},
        recipe=[{"epochs": 1, "steps": 1, "size": 1, "area": 160 * 160, "peak": 1.0}],
        scores={"val": TraitsScore({"family": (0.5, 2)})},
    )  # fmt: skip
    write_card(card, tmp_path)
    assert "0.500 (2)" in (tmp_path / "traits.md").read_text()
    photo = rng.integers(0, 256, (200, 150, 3), np.uint8)
    traits, read = read_traits(photo, Crop(0, 0, 150, 200), Registry(weights=tmp_path, threads=1))
    assert read.sha256 == digest
    assert sum(traits.types.values()) == pytest.approx(1)
    assert np.linalg.norm(traits.embedding) == pytest.approx(1, abs=1e-5)
    assert set(traits.words) == {"view", "sleeve", "neck", "closure"}


def test_embedding_needs_enough_photos() -> None:
    with pytest.raises(ValueError, match="256"):
        embedding_basis(np.zeros((10, FEATURES)))


def test_training_goes_down_and_resumes_where_it_was(network: TraitsNetwork, tmp_path: Path) -> None:
    torch.manual_seed(2)
    batch = TraitsBatch(
        torch.rand(2, 3, 64, 64) * 255,
        {name: torch.eye(len(words), dtype=torch.bool)[:2] for name, words in HEADS.items()},
        torch.full((2, 20, 2), 6.0),
        torch.ones(2, 20, dtype=torch.bool),
        torch.tensor([True, True]),
    )

    def training() -> Training:
        made = TraitsNetwork()
        made.fold()
        made.load_state_dict(network.state_dict())
        optimizer = make_optimizer(made, made.encoder, encoder_rate=1e-4, head_rate=1e-3, decay=0.01)
        return Training(tmp_path / "traits.pt", made, optimizer, Average(made))

    first = training()
    losses = []
    for _ in range(8):
        told = traits_losses(first.network.train(), batch)  # type: ignore[arg-type]
        first.step(told)
        losses.append(sum(value.item() for value in told.values()))
    assert losses[-1] < losses[0]
    first.epoch = 3
    first.save({"photos": 2})
    second = training()
    second.resume()
    assert (second.epoch, second.average.steps) == (3, 8)
    for name, tensor in first.network.state_dict().items():
        torch.testing.assert_close(second.network.state_dict()[name], tensor)
    frozen = "encoder.stages.0.0.layers.0.weight"
    torch.testing.assert_close(first.network.state_dict()[frozen], network.state_dict()[frozen])
