"""Loading models: once each, only with the right hash, and with an answer to what is wrong."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from ml.errors import DeviceError, ModelError
from ml.registry import THREADS_SETTING, ModelCard, Registry, read_card, shared_registry, threads_setting
from tests.ml.networks import write_garment_model


def test_model_runs_and_is_loaded_once_under_threads(tmp_path: Path) -> None:
    registry = Registry(weights=write_garment_model(tmp_path), threads=1)
    with ThreadPoolExecutor(8) as pool:
        models = list(pool.map(registry.load, ["garment"] * 16))
    assert len({id(model) for model in models}) == 1
    answer = models[0].run(pixels=np.zeros((1, 3, 32, 64), np.float32))
    assert answer["mask"].shape == (1, 1, 32, 64)
    assert answer["mask"][0, 0, 0, 0] == pytest.approx(16.0)
    assert answer["type"].shape == (1, 6)


def test_wrong_inputs_are_named(tmp_path: Path) -> None:
    model = Registry(weights=write_garment_model(tmp_path), threads=1).load("garment")
    with pytest.raises(ValueError, match=r"\['pixels'\], not \['picture'\]"):
        model.run(picture=np.zeros((1, 3, 32, 32), np.float32))


def test_missing_model_and_missing_weights(tmp_path: Path) -> None:
    registry = Registry(weights=tmp_path, threads=1)
    with pytest.raises(ModelError, match=r"garment\.json") as caught:
        registry.load("garment")
    assert caught.value.code == "missing_weights"
    write_garment_model(tmp_path)
    (tmp_path / "garment.onnx").unlink()
    with pytest.raises(ModelError, match=r"garment\.onnx") as caught:
        registry.load("garment")
    assert caught.value.code == "missing_weights"


def test_changed_weights_are_refused(tmp_path: Path) -> None:
    weights = write_garment_model(tmp_path) / "garment.onnx"
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        Registry(weights=tmp_path, threads=1).load("garment")
    assert caught.value.code == "corrupt_weights"


def test_file_that_is_no_network_is_refused(tmp_path: Path) -> None:
    rubbish = b"no network"
    write_garment_model(tmp_path, sha256=hashlib.sha256(rubbish).hexdigest())
    (tmp_path / "garment.onnx").write_bytes(rubbish)
    with pytest.raises(ModelError) as caught:
        Registry(weights=tmp_path, threads=1).load("garment")
    assert caught.value.code == "bad_model"


BAD_CARDS = [
    ("not JSON", "{"),
    ("a list", "[]"),
    ("no version", json.dumps({"name": "garment", "sha256": "0" * 64})),
    ("another name", json.dumps({"name": "parts", "version": "1", "sha256": "0" * 64})),
    ("short hash", json.dumps({"name": "garment", "version": "1", "sha256": "abc"})),
    ("hash in capitals", json.dumps({"name": "garment", "version": "1", "sha256": "A" * 64})),
    ("version is a number", json.dumps({"name": "garment", "version": 1, "sha256": "0" * 64})),
]


@pytest.mark.parametrize(("name", "text"), BAD_CARDS, ids=[row[0] for row in BAD_CARDS])
def test_bad_cards_are_refused(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "garment.json").write_text(text)
    with pytest.raises(ModelError) as caught:
        read_card(tmp_path, "garment")
    assert caught.value.code == "bad_card"


def test_card_as_results_carry_it() -> None:
    card = ModelCard("garment", "1.2.0", "0" * 64, {"classes": ["coat"]})
    assert card.to_json() == {"name": "garment", "version": "1.2.0", "sha256": "0" * 64}


def test_unknown_device_is_refused() -> None:
    with pytest.raises(DeviceError) as caught:
        Registry("tpu")
    assert caught.value.code == "unknown_device"


@pytest.mark.skipif(
    "CUDAExecutionProvider" in onnxruntime.get_available_providers(), reason="this machine has a CUDA runtime"
)
def test_cuda_is_refused_where_there_is_none() -> None:
    with pytest.raises(DeviceError, match="--device cpu") as caught:
        Registry("cuda")
    assert caught.value.code == "no_cuda"


def test_threads_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(THREADS_SETTING, raising=False)
    assert threads_setting() >= 1
    monkeypatch.setenv(THREADS_SETTING, "3")
    assert threads_setting() == 3
    monkeypatch.setenv(THREADS_SETTING, "many")
    with pytest.raises(ModelError, match="positive whole number"):
        threads_setting()


def test_process_has_one_registry_per_device() -> None:
    assert shared_registry("cpu") is shared_registry("cpu")
