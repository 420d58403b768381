"""The parts detector from labelled photos to a file that the runtime reads, in miniature.

Needs the extra detector, so it runs in the environment of `make test-detector`.
"""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

if find_spec("ultralytics") is None:
    pytest.skip("the extra detector is not installed here", allow_module_level=True)

from ml.registry import Registry
from ml.training import parts
from ml.training.fine_tuning import Run
from ml.training.garment_loop import Stage
from ml.training.parts_labels import read_labelled
from ml.training.parts_network import PartsNetwork, detection_loss
from ml.training.splits import SPLITS, sender_split
from ml.vision.garment_crop import Crop
from ml.vision.parts_detector import detect_parts

SIDE = 128
ONE = Stage(epochs=1, steps=3, size=2, area=96 * 96, peak=1.0)


def picture(number: int) -> tuple[np.ndarray, list[float]]:
    """Cloth with a bright print somewhere, and the print's box in percent."""
    rng = np.random.default_rng(number)
    pixels = rng.normal(90, 6, (SIDE, SIDE, 3)).clip(0, 255).astype(np.uint8)
    left, top = (int(side) for side in rng.integers(20, 60, 2))
    cv2.rectangle(pixels, (left, top), (left + 45, top + 40), (30, 200, 250), -1)
    return pixels, [100 * side / SIDE for side in (left, top, left + 45, top + 40)]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Photos of one photographer a split, four each, with a print labelled in every one."""
    data = tmp_path_factory.mktemp("data")
    (data / "photos").mkdir()
    senders = {split: next(s for s in map(str, range(500)) if sender_split(s) == split) for split in SPLITS}
    rows, labels = [], {}
    for number, split in enumerate(split for split in SPLITS for _ in range(4)):
        pixels, box = picture(number)
        cv2.imwrite(str(data / "photos" / f"{number}.jpg"), pixels)
        rows.append({"image": str(number), "sender": senders[split], "label": "T-Shirt"})
        words = {"type": "t-shirt", "view": "front", "sleeve": "short", "neck": "crew", "closure": "none"}
        labels[str(number)] = {**words, "type_ok": True, "parts": [{"cls": "print", "box": box}]}
    with (data / "photos.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["image", "sender", "label"])
        writer.writeheader()
        writer.writerows(rows)
    (data / "parts.json").write_text(json.dumps(labels))
    (data / "landmarks.json").write_text("{}")
    crops = data / "crops.json"
    crops.write_text(json.dumps({image: [0, 0, SIDE, SIDE] for image in labels}))
    return Run(data, data / "out", crops, data / "no_encoder.pt", resume=True, recipe=(ONE,))


@pytest.fixture(autouse=True)
def only_these_labels(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(parts, "read_labelled", partial(read_labelled, own=tmp_path / "none.json"))


def test_training_goes_on_from_its_checkpoint_and_exports(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts.train(run)
    parts.train(run)  # nothing is left to do
    first = torch.load(run.out / parts.CHECKPOINT, weights_only=True)
    assert (first["epoch"], first["material"]) == (1, {"photos": 4, "senders": 1})
    longer = replace(run, recipe=(ONE, ONE))
    parts.train(longer)
    second = torch.load(run.out / parts.CHECKPOINT, weights_only=True)
    assert (second["epoch"], second["steps"]) == (2, 2 * first["steps"])
    lines = [line for line in capsys.readouterr().out.splitlines() if "epoch" in line]
    assert ["epoch 1:" in lines[0], "epoch 2:" in lines[1], len(lines)] == [True, True, 2]
    assert "val 4 photos mAP50" in lines[1]

    parts.export(longer, tmp_path, "0.1.0", 96 * 96, test=True)
    card = json.loads((tmp_path / "parts.json").read_text("utf-8"))
    assert [stage["epochs"] for stage in card["recipe"]] == [1, 1]
    assert {score["split"] for score in card["scores"]} == {"val", "test"}
    registry = Registry(weights=tmp_path, threads=1)
    found, told = detect_parts(picture(3)[0], Crop(0, 0, SIDE, SIDE), registry)
    assert told.sha256 == card["sha256"]
    assert all(0 <= part.confidence <= 1 for part in found)


def test_loss_falls_on_pictures_seen_again_and_again() -> None:
    torch.manual_seed(1)
    network = PartsNetwork()
    network.encoder.load_imagenet()
    network.fold()
    loss = detection_loss(network)
    pictures = [picture(number) for number in range(4)]
    pixels = torch.from_numpy(np.stack([p[..., ::-1] for p, _ in pictures])).permute(0, 3, 1, 2).float()
    boxes = torch.tensor([box for _, box in pictures]) / 100
    targets = {
        "batch_idx": torch.arange(4.0),
        "cls": torch.full((4,), 11.0),
        "bboxes": torch.cat([(boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]], 1),
    }
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
    told = []
    for _ in range(12):
        total, _parts = loss(network.train()(pixels), targets)
        optimizer.zero_grad()
        total.sum().backward()
        optimizer.step()
        told.append(float(total.sum().detach()))
    assert told[-1] < 0.7 * told[0]
