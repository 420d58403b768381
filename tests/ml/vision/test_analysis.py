"""One photo through all steps, with a real (small) network."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ml.errors import ModelError, PhotoError
from ml.registry import WEIGHTS, Registry
from ml.vision.analysis import STEPS, analyse
from ml.vision.photo import Photo, open_photo
from tests.ml.networks import write_models, write_parts_model, write_traits_model
from tests.ml.pictures import exif_block, file_bytes, shirt_mask, shirt_photo

KEYS = {
    *(
        "photo",
        "width",
        "height",
        "quality",
        "scene",
        "garment",
        "view",
        "mask",
        "outline",
        "landmarks",
        "parts",
    ),
    *("colours", "measurements", "reference", "refused", "models", "seconds", "attributes", "embedding"),
    *("landmark_details", "advisories", "stitch_lines", "scale", "reference_object", "scene"),
}


class CancelledError(Exception):
    pass


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(weights=write_models(tmp_path), threads=1)


@pytest.fixture
def photo() -> Photo:
    return open_photo(file_bytes(shirt_photo(), "JPEG"))


def test_shirt_is_found(photo: Photo, registry: Registry) -> None:
    found = analyse(photo, registry, reference={"T03": 52.0})
    line = json.loads(json.dumps(found.to_json("shirt.jpg", "out/shirt.mask.png")))
    assert set(line) == KEYS
    assert (line["photo"], line["mask"]) == ("shirt.jpg", "out/shirt.mask.png")
    assert (line["width"], line["height"]) == (480, 640)
    assert line["garment"]["type"] == "t-shirt"
    assert line["refused"] is None
    assert [colour["share"] for colour in line["colours"]] == [1.0]
    assert set(line["colours"][0]) == {"hex", "lab", "share", "name_en", "name_ja"}
    assert line["quality"]["score"] > 0.8
    assert 12 <= len(line["outline"]) <= 200
    assert line["reference"] == {"T03": 52.0}
    assert list(line["seconds"]) == list(STEPS)
    assert line["models"] == [registry.load(name).card.to_json() for name in ("garment", "traits", "parts")]
    assert (line["view"], line["landmarks"], line["parts"]) == ("front", {}, [])
    assert [(row["pom"], row["value"], row["provenance"]) for row in line["measurements"]] == [
        ("T03", 52.0, "typed")
    ]
    assert {name: word["value"] for name, word in line["attributes"].items()} == {
        "sleeve": "short", "neck": "crew", "closure": "none",
    }  # fmt: skip
    assert len(line["embedding"]) == 256
    truth = shirt_mask()
    assert (found.mask & truth).sum() / (found.mask | truth).sum() > 0.985


# The crop of the drawn shirt (480 × 640) is stretched to the networks' input of 160 × 160: its heat maps
# have 40 × 40 cells.
SHIRT_POINTS = {
    "hps_left": (13, 3), "hps_right": (26, 3), "underarm_left": (11, 15), "underarm_right": (28, 15),
    "hem_left": (11, 37), "hem_right": (28, 37),
}  # fmt: skip


def test_landmarks_give_measurements_in_cm_of_a_typed_dimension(photo: Photo, tmp_path: Path) -> None:
    registry = Registry(weights=write_models(tmp_path, points=SHIRT_POINTS), threads=1)
    line = analyse(photo, registry, reference={"T05": 50.0}).to_json("shirt.jpg", None)
    assert set(line["landmarks"]) == set(SHIRT_POINTS)
    x, y = line["landmarks"]["hem_left"]
    assert (x, y) == (pytest.approx(0.3 * 480, abs=12), pytest.approx(0.86 * 640, abs=16))
    rows = {row["pom"]: row for row in line["measurements"]}
    assert (rows["T05"]["value"], rows["T05"]["provenance"]) == (50.0, "typed")
    assert line["scale"]["source"] == "typed"
    # The drawn body is 0.4 × 480 px wide: the chest is as wide as the hem.
    assert rows["T03"]["value"] == pytest.approx(50.0, rel=0.03)
    assert rows["T03"]["unit"] == "cm"
    assert rows["T03"]["uncertainty"] > 0


def test_without_a_scale_measurements_are_pixels(photo: Photo, tmp_path: Path) -> None:
    registry = Registry(weights=write_models(tmp_path, points=SHIRT_POINTS), threads=1)
    line = analyse(photo, registry).to_json("shirt.jpg", None)
    row = next(row for row in line["measurements"] if row["pom"] == "T05")
    assert (row["unit"], row["reason"], line["scale"]) == ("px", "no_scale", None)
    assert row["value"] == pytest.approx(0.4 * 480, rel=0.05)


def test_parts_are_in_upright_pixels_and_only_on_the_garment(photo: Photo, tmp_path: Path) -> None:
    write_models(tmp_path)
    write_parts_model(
        tmp_path,
        finds=[("pocket", (80.0, 80.0, 40.0, 32.0), 0.9), ("button", (4.0, 152.0, 6.0, 6.0), 0.9)],
    )
    line = analyse(photo, Registry(weights=tmp_path, threads=1)).to_json("shirt.jpg", None)
    (part,) = line["parts"]
    assert (part["kind"], part["confidence"]) == ("pocket", pytest.approx(0.9, abs=0.01))
    left, top, right, bottom = part["box"]
    assert ((left + right) / 2, (top + bottom) / 2) == (pytest.approx(240, abs=6), pytest.approx(326, abs=8))
    assert right - left > bottom - top > 60


def test_what_is_said_by_both_networks_counts_more(photo: Photo, tmp_path: Path) -> None:
    write_models(tmp_path)
    write_traits_model(tmp_path, words={"family": "Outwear", "type": "jacket"})
    garment = analyse(photo, Registry(weights=tmp_path, threads=1)).garment
    assert garment is not None
    assert garment.best.type == "jacket"


def test_result_is_in_upright_pixels(registry: Registry) -> None:
    stored = np.rot90(shirt_photo(), 1)
    found = analyse(open_photo(file_bytes(stored, "JPEG", exif=exif_block(6))), registry)
    assert (found.width, found.height) == (480, 640)
    assert found.mask.shape == (640, 480)
    assert (found.mask & shirt_mask()).sum() / (found.mask | shirt_mask()).sum() > 0.985


def test_steps_are_announced_before_they_run(photo: Photo, registry: Registry) -> None:
    heard: list[tuple[str, float]] = []
    analyse(photo, registry, on_step=lambda step, progress: heard.append((step, progress)))
    assert [step for step, _ in heard] == list(STEPS)
    shares = [share for _, share in heard]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] < 1


@pytest.mark.parametrize("at", STEPS)
def test_cancel_in_any_step_goes_through(photo: Photo, registry: Registry, at: str) -> None:
    heard: list[str] = []

    def listen(step: str, _: float) -> None:
        heard.append(step)
        if step == at:
            raise CancelledError

    with pytest.raises(CancelledError):
        analyse(photo, registry, on_step=listen)
    assert heard == list(STEPS[: STEPS.index(at) + 1])


def test_opening_is_the_first_step(registry: Registry) -> None:
    heard: list[str] = []
    with pytest.raises(PhotoError):
        analyse(lambda: open_photo(b"no photo"), registry, on_step=lambda step, _: heard.append(step))
    assert heard == ["opening"]


def test_what_is_no_garment_is_refused(photo: Photo, tmp_path: Path) -> None:
    weights = write_models(
        tmp_path / "no",
        garment={"logits": [0.0, 0.0, 0.0, 0.0, 0.0, 9.0]},
        words={"family": "not_a_garment", "type": "not_a_garment"},
    )
    line = analyse(photo, Registry(weights=weights, threads=1)).to_json("shoe.jpg", None)
    assert line["refused"] == "not_a_garment"
    assert line["garment"] is None
    assert (line["colours"], line["outline"], line["parts"], line["measurements"]) == ([], [], [], [])
    assert (line["view"], line["attributes"], line["landmarks"], line["embedding"]) == (None, {}, {}, None)


def test_bare_floor_is_refused(registry: Registry) -> None:
    floor = open_photo(file_bytes(np.full((300, 300, 3), 220, np.uint8), "PNG"))
    found = analyse(floor, registry)
    assert found.refused == "unusable"
    assert found.quality.score == 0
    assert not found.mask.any()


def test_missing_weights_are_told(photo: Photo, tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        analyse(photo, Registry(weights=tmp_path / "empty", threads=1))
    assert caught.value.code == "missing_weights"


@pytest.mark.skipif(not (WEIGHTS / "garment.onnx").exists(), reason="the garment network is not installed")
def test_shipped_network_finds_a_drawn_shirt() -> None:
    """The real network on a picture unlike any it was trained on: the shape must still be right."""
    picture = shirt_photo(900, 1200, cloth=(60, 80, 130), floor=(196, 186, 172))
    found = analyse(open_photo(file_bytes(picture, "JPEG")), Registry(threads=1))
    truth = shirt_mask(900, 1200)
    assert (found.mask & truth).sum() / (found.mask | truth).sum() > 0.9
