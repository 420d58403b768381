"""Synthetic scenes are made as their word says, the same for a seed, from garments drawn here."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from ml.drawing.silhouette import Box
from ml.training import scenes
from ml.training.scenes import SCENES, SceneMaker, photo_scenes, refusal_scenes
from ml.training.scenes_drawings import flat_rings
from ml.training.scenes_several import laid
from ml.training.scenes_wardrobe import Garment, Wardrobe, background, lay, placing

GROUND = (200, 190, 180)
INKS = {"shirt-a": (200, 30, 40), "shirt-b": (30, 60, 200), "shirt-c": (20, 150, 60)}
SHIRT = [(38, 10), (62, 10), (92, 30), (82, 45), (72, 38), (72, 90), (28, 90), (28, 38), (18, 45), (8, 30)]
LANDMARKS = {
    "hps_left": (38, 10),
    "hps_right": (62, 10),
    "underarm_left": (28, 38),
    "underarm_right": (72, 38),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with three drawn shirts on a plain ground, their silhouettes and landmarks."""
    for folder in ("photos", "silhouettes"):
        (tmp_path / folder).mkdir()
    points = np.array(SHIRT) * (3, 4)
    for image, ink in INKS.items():
        pixels = np.full((400, 300, 3), GROUND, np.uint8)
        mask = np.zeros((400, 300), np.uint8)
        cv2.fillPoly(pixels, [points], ink)
        cv2.fillPoly(mask, [points], 255)
        cv2.imwrite(str(tmp_path / "photos" / f"{image}.jpg"), cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
        cv2.imwrite(str(tmp_path / "silhouettes" / f"{image}.png"), mask)
    lines = [f"{image},sender-1,T-Shirt,False" for image in INKS] + ["boots,sender-1,Shoes,False"]
    (tmp_path / "photos.csv").write_text("\n".join(["image,sender,label,kids", *lines]) + "\n")
    (tmp_path / "landmarks.json").write_text(json.dumps(dict.fromkeys(INKS, LANDMARKS)))
    return tmp_path


@pytest.fixture
def wardrobe(data: Path) -> Wardrobe:
    split = scenes.sender_split("sender-1")
    return scenes.read_wardrobe(data, data / "silhouettes", split)


def inks_seen(pixels: np.ndarray) -> set[str]:
    """The shirts whose cloth covers at least half a per cent of a picture."""
    near = {image: np.abs(pixels.astype(int) - ink).max(axis=2) < 40 for image, ink in INKS.items()}
    return {image for image, where in near.items() if where.mean() > 0.005}


@pytest.mark.parametrize("word", [word for word in SCENES if word != "not_a_garment"])
def test_every_word_is_made_the_same_for_a_seed(wardrobe: Wardrobe, word: scenes.SceneWord) -> None:
    maker = SceneMaker(wardrobe)
    first, again, other = (maker.picture(word, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert first.dtype == np.uint8
    assert first.ndim == 3
    assert first.shape[2] == 3
    assert min(first.shape[:2]) >= 100
    assert first.std() > 5
    assert np.array_equal(first, again)
    assert first.shape != other.shape or not np.array_equal(first, other)


def test_shares_decide_the_words(wardrobe: Wardrobe) -> None:
    maker = SceneMaker(wardrobe, shares=(0, 1, 0, 0, 0))
    assert {maker.make(seed)[1] for seed in range(4)} == {"several"}
    with pytest.raises(ValueError, match="sum up to 1"):
        SceneMaker(wardrobe, shares=(0.5, 0.5, 0.5, 0, 0))
    with pytest.raises(ValueError, match="not made"):
        maker.picture("not_a_garment", np.random.default_rng(0))


def test_a_single_scene_shows_one_shirt_and_three_show_more(wardrobe: Wardrobe) -> None:
    alone = [inks_seen(laid(np.random.default_rng(seed), wardrobe, 1)) for seed in range(6)]
    assert all(len(seen) == 1 for seen in alone)
    three = [inks_seen(laid(np.random.default_rng(seed), wardrobe, 3)) for seed in range(6)]
    assert max(len(seen) for seen in three) >= 2


def test_a_garment_is_laid_where_it_is_placed(wardrobe: Wardrobe) -> None:
    garment = wardrobe.garment("shirt-a").cut()
    ground = np.full((200, 300, 3), 128, np.uint8)
    scene = lay(ground, garment, placing(garment, (220, 100), 80, 0), np.random.default_rng(0))
    red = np.abs(scene.astype(int) - INKS["shirt-a"]).max(axis=2) < 40
    rows, columns = np.nonzero(red)
    assert abs(columns.mean() - 220) < 6
    assert abs(rows.mean() - 100) < 10
    assert 72 < np.ptp(rows) <= 84
    assert 55 < np.ptp(columns) <= 68


def test_the_ground_holds_none_of_the_garment(wardrobe: Wardrobe) -> None:
    garment = wardrobe.garment("shirt-b")
    grounds = [background(garment, (120, 160), np.random.default_rng(seed)) for seed in range(5)]
    assert all(ground.shape == (120, 160, 3) for ground in grounds)
    plain = [ground for ground in grounds if np.abs(ground.astype(int) - GROUND).max() < 25]
    assert len(plain) >= 3


def test_worn_scenes_show_skin_and_need_landmarks(wardrobe: Wardrobe) -> None:
    bare = Wardrobe(wardrobe.data, wardrobe.silhouettes, wardrobe.images, {})
    with pytest.raises(ValueError, match="underarms"):
        SceneMaker(bare).picture("worn", np.random.default_rng(0))
    worn = SceneMaker(wardrobe).picture("worn", np.random.default_rng(1)).astype(int)
    top = worn[: worn.shape[0] // 3, worn.shape[1] // 4 : -worn.shape[1] // 4]
    assert np.abs(top - np.median(top, axis=(0, 1))).max(axis=2).mean() > 5


def test_flats_are_closed_and_mirrored(wardrobe: Wardrobe) -> None:
    mask = wardrobe.garment("shirt-c").mask
    outline = flat_rings(mask, Box(100.0, 100.0, 120.0, 160.0), mirrored=True)[0]
    assert outline[:, 0].mean() == pytest.approx(100, abs=1.5)
    assert np.ptp(outline[:, 0]) <= 121
    assert np.ptp(outline[:, 1]) <= 161


def test_a_tiny_silhouette_is_no_garment(wardrobe: Wardrobe) -> None:
    mask = np.zeros((100, 100), np.uint8)
    mask[:10, :10] = 255
    with pytest.raises(ValueError, match="too small"):
        Garment(np.zeros((100, 100, 3), np.uint8), mask, {})


def test_photos_carry_the_owners_label_and_corrections_by_eye(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corrections = tmp_path / "by_eye.json"
    corrections.write_text(json.dumps({"shirt-a": "several", "shirt-b": "held", "boots": "single"}))
    monkeypatch.setattr(scenes, "BY_EYE", corrections)
    found = {path.stem: scene for path, scene, _ in photo_scenes(data)}
    assert found == {"shirt-a": "several", "shirt-c": "single", "boots": "single"}
    corrections.write_text(json.dumps({"shirt-a": "flying"}))
    with pytest.raises(ValueError, match="flying"):
        photo_scenes(data)


def test_refused_pictures_keep_their_packages_split(tmp_path: Path) -> None:
    table = tmp_path / "pictures.csv"
    table.write_text(
        "path,kind,split\na/0.jpg,person_worn,val\na/1.jpg,person_face,val\nb/0.jpg,drawing,test\n"
    )
    found = [
        (path.relative_to(tmp_path).as_posix(), scene, split)
        for path, scene, split in refusal_scenes(tmp_path)
    ]
    assert found == [
        ("a/0.jpg", "worn", "val"),
        ("a/1.jpg", "not_a_garment", "val"),
        ("b/0.jpg", "drawing", "test"),
    ]
    table.write_text("path,kind,split\na/0.jpg,ghost,val\n")
    with pytest.raises(ValueError, match="ghost"):
        refusal_scenes(tmp_path)
