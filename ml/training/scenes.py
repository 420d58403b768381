"""What a picture shows as a whole: the words, the labelled pictures, and makers of synthetic ones."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator

from ml.training.scenes_drawings import drawing
from ml.training.scenes_screens import screenshot
from ml.training.scenes_several import laid, several
from ml.training.scenes_wardrobe import Landmarks, Pixels, Wardrobe
from ml.training.scenes_worn import worn
from ml.training.splits import SPLITS, Split, sender_split
from ml.vision.scene import SCENES, SceneWord

BY_EYE = Path(__file__).parent / "labels" / "scenes.json"
HELD = "held"
"""A word of `scenes.json` beside the scenes: held up by a hand, neither flat nor worn; left out."""

NOT_APPAREL = ("Shoes", "Hat")
SCENE_OF_KIND: dict[str, SceneWord] = {
    "non_garment": "not_a_garment",
    "person_face": "not_a_garment",
    "person_worn": "worn",
    "drawing": "drawing",
    "screenshot": "screenshot",
    "several": "several",
}

LabelledScene = tuple[Path, SceneWord, Split]


def read_scenes(data: Path, refusals: Path) -> list[LabelledScene]:
    """(path, scene, split) of the photos of the data folder and of the pictures to refuse.

    Photos are split by photographer, refused pictures by package, as `pictures.csv` says. The owner's label
    says what a photo shows unless `labels/scenes.json` does. Raises FileNotFoundError, and ValueError for
    unknown words.
    """
    return [*photo_scenes(data), *refusal_scenes(refusals)]


def photo_scenes(data: Path) -> list[LabelledScene]:
    """The photos of the data folder; those held up by somebody are left out."""
    by_eye: dict[str, str] = json.loads(BY_EYE.read_text(encoding="utf-8"))
    found: list[LabelledScene] = []
    with (data / "photos.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            word = by_eye.get(row["image"], "not_a_garment" if row["label"] in NOT_APPAREL else "single")
            if word != HELD:
                path = data / "photos" / f"{row['image']}.jpg"
                found.append((path, _scene(word), sender_split(row["sender"])))
    return found


def refusal_scenes(refusals: Path) -> list[LabelledScene]:
    """The pictures of `ml.training.refusal_pictures`."""
    found: list[LabelledScene] = []
    with (refusals / "pictures.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            split = row["split"]
            if split not in SPLITS or row["kind"] not in SCENE_OF_KIND:
                raise ValueError(f"{row['path']}: {split!r} or {row['kind']!r} is unknown")
            found.append((refusals / row["path"], SCENE_OF_KIND[row["kind"]], split))
    return found


def portraits(refusals: Path, split: Split) -> list[Path]:
    """The pictures of faces of one split, for the heads of people that are made."""
    with (refusals / "pictures.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if (row["kind"], row["split"]) == ("person_face", split)]
    return [refusals / row["path"] for row in rows]


def _scene(word: str) -> SceneWord:
    if word not in SCENES:
        raise ValueError(f"{word!r} is no scene; known: {', '.join(SCENES)}")
    return word


def read_wardrobe(data: Path, silhouettes: Path, split: Split) -> Wardrobe:
    """The garments of one split that scenes are made of: single ones by eye, with a silhouette each."""
    images = [
        path.stem
        for path, scene, its_split in photo_scenes(data)
        if scene == "single" and its_split == split and (silhouettes / f"{path.stem}.png").exists()
    ]
    known: dict[str, Landmarks] = json.loads((data / "landmarks.json").read_text(encoding="utf-8"))
    chosen = set(images)
    landmarks = {
        image: {name: (float(x) / 100, float(y) / 100) for name, (x, y) in points.items()}
        for image, points in known.items()
        if image in chosen
    }
    return Wardrobe(data, silhouettes, images, landmarks)


@dataclass(frozen=True)
class SceneMaker:
    """Synthetic scenes by seed; `shares` of the words made, in the order of `SCENES` without not_a_garment.

    `portraits` are pictures of faces that some of the worn ones get.
    """

    wardrobe: Wardrobe
    portraits: Sequence[Path] = ()
    shares: tuple[float, float, float, float, float] = (0.2, 0.3, 0.2, 0.15, 0.15)

    def __post_init__(self) -> None:
        if abs(sum(self.shares) - 1) > 1e-6 or min(self.shares) < 0:
            raise ValueError(f"shares must be at least 0 and sum up to 1, got {self.shares}")

    def make(self, seed: int) -> tuple[Pixels, SceneWord]:
        """Pixels (H, W, 3) uint8 RGB and what they show; the same for the same seed."""
        rng = np.random.default_rng((seed, 17))
        word = SCENES[int(rng.choice(5, p=self.shares))]
        return self.picture(word, rng), word

    def picture(self, word: SceneWord, rng: Generator) -> Pixels:
        """A synthetic picture that shows what the word says. Raises ValueError for not_a_garment."""
        if word == "single":
            return laid(rng, self.wardrobe, 1)
        if word == "several":
            return several(rng, self.wardrobe)
        if word == "worn":
            return worn(rng, self.wardrobe, self.portraits)
        if word == "screenshot":
            return screenshot(rng, self.wardrobe)
        if word == "drawing":
            return drawing(rng, self.wardrobe)
        raise ValueError("pictures of no garment are not made, only collected")
