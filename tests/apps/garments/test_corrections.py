"""Corrections as training data: only with consent, only what people looked at, nobody named."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from apps.accounts.consent import training_consent_set
from apps.accounts.models import User
from apps.garments.corrections_files import flip_index
from apps.garments.landmarks import landmark_hide, landmark_place
from apps.garments.models import Part, Photo
from apps.garments.parts import part_accept, part_add, part_reject, parts_accept_rest
from ml.vision.landmarks import LANDMARKS
from tests.apps.garments.factories import a_photo, a_style, an_analysis
from tests.apps.people import a_person, workspace_of

pytestmark = pytest.mark.django_db

COLLAR = {"kind": "collar", "box": [30.0, 10.0, 60.0, 22.0], "confidence": 0.9}
POCKET = {"kind": "pocket", "box": [20.0, 40.0, 40.0, 60.0], "confidence": 0.6}


def a_contributor(email: str = "secret@atelier.example") -> User:
    """The owner of a workspace that consented."""
    owner = a_person(email=email, display_name="Secret Name")
    training_consent_set(user=owner, workspace=workspace_of(owner), consent=True)
    return owner


def found_by(owner: User, *parts: dict[str, Any]) -> Photo:
    """A photo of 90 × 120 pixels in which these parts were found."""
    models = [{"name": "parts", "version": "3.0.0", "sha256": "0" * 64}]
    return an_analysis(a_photo(a_style(owner)), parts=list(parts), models=models).photo


def exported(out: Path, *options: str) -> str:
    said = io.StringIO()
    call_command("export_corrections", "--out", str(out), *options, stdout=said)
    return said.getvalue()


def files(out: Path, kind: str) -> dict[str, str]:
    return {path.stem: path.read_text() for path in (out / kind / "labels").iterdir()}


def test_decided_parts_become_yolo_labels(tmp_path: Path) -> None:
    owner = a_contributor()
    photo = found_by(owner, COLLAR, POCKET)
    part_reject(user=owner, part=Part.objects.get(kind="pocket"))
    part_add(user=owner, photo=photo, kind="stitch", box=[0, 100, 90, 120])
    parts_accept_rest(user=owner, photo=photo)
    assert "photos with parts 1 (2 parts)" in exported(tmp_path)
    assert files(tmp_path, "parts") == {
        str(photo.id): "3 0.500000 0.133333 0.333333 0.100000\n13 0.500000 0.916667 1.000000 0.166667\n"
    }
    with Image.open(tmp_path / "parts" / "images" / f"{photo.id}.webp") as image:
        assert (image.size, dict(image.getexif())) == ((90, 120), {})
    yaml = (tmp_path / "parts" / "data.yaml").read_text()
    assert "train: images" in yaml
    assert "  13: stitch\n" in yaml


def test_a_photo_that_was_not_looked_at_in_full_is_only_listed(tmp_path: Path) -> None:
    owner = a_contributor()
    photo = found_by(owner, COLLAR, POCKET)
    part_accept(user=owner, part=Part.objects.get(kind="collar"))
    assert "1 not looked at in full" in exported(tmp_path)
    assert files(tmp_path, "parts") == {}
    assert json.loads((tmp_path / "provenance.json").read_text())["incomplete"] == {str(photo.id): 1}


def test_a_photo_nobody_decided_about_is_left_out(tmp_path: Path) -> None:
    found_by(a_contributor(), COLLAR)
    exported(tmp_path)
    provenance = json.loads((tmp_path / "provenance.json").read_text())
    assert (provenance["photos"], provenance["incomplete"]) == ({}, {})


def test_only_workspaces_that_consent_now(tmp_path: Path) -> None:
    silent, withdrawn = a_person(), a_contributor("other@atelier.example")
    for owner in (silent, withdrawn):
        parts_accept_rest(user=owner, photo=found_by(owner, COLLAR))
    assert "workspaces 1" in exported(tmp_path / "before")
    training_consent_set(user=withdrawn, workspace=workspace_of(withdrawn), consent=False)
    assert "workspaces 0" in exported(tmp_path / "after")
    assert files(tmp_path / "after", "parts") == {}


def test_placed_landmarks_become_keypoints_and_the_rest_is_not_labelled(tmp_path: Path) -> None:
    owner = a_contributor()
    photo = an_analysis(
        a_photo(a_style(owner)),
        landmarks={"hem_left": [20, 110], "hem_right": [70, 110]},
        outline=[[9, 12], [81, 12], [81, 108], [9, 108]],
    ).photo
    landmark_place(user=owner, photo=photo, name="hem_left", x=18, y=96)
    landmark_hide(user=owner, photo=photo, name="hem_right")
    exported(tmp_path)
    values = files(tmp_path, "landmarks")[str(photo.id)].split()
    assert values[:5] == ["0", "0.500000", "0.500000", "0.800000", "0.800000"]
    points = dict(zip(LANDMARKS, (values[at : at + 3] for at in range(5, 65, 3)), strict=True))
    assert points.pop("hem_left") == ["0.200000", "0.800000", "2"]
    assert {tuple(point) for point in points.values()} == {("0", "0", "0")}
    yaml = (tmp_path / "landmarks" / "data.yaml").read_text()
    assert "kpt_shape: [20, 3]" in yaml
    assert f"flip_idx: {list(flip_index())}" in yaml
    assert "    - hem_left\n" in yaml


def test_mirroring_swaps_left_and_right() -> None:
    names = {name: LANDMARKS[index] for name, index in zip(LANDMARKS, flip_index(), strict=True)}
    assert (names["hem_left"], names["cuff_inner_right"]) == ("hem_right", "cuff_inner_left")
    assert (names["crotch"], names["neck_front"]) == ("crotch", "neck_front")


def test_the_provenance_names_models_and_days_and_nobody(tmp_path: Path) -> None:
    owner = a_contributor()
    photo = found_by(owner, COLLAR)
    parts_accept_rest(user=owner, photo=photo)
    exported(tmp_path)
    text = (tmp_path / "provenance.json").read_text()
    kept = json.loads(text)["photos"][str(photo.id)]
    (part,) = kept["parts"]
    assert (kept["complete"], kept["workspace"], part["found"]["model"]) == (
        True,
        "workspace-1",
        "parts 3.0.0",
    )
    (decision,) = part["decisions"]
    assert (decision["verb"], decision["by"], len(decision["on"])) == (
        "accept",
        "person-1",
        len("2026-01-01"),
    )
    for secret in ("Secret", "secret", str(workspace_of(owner).pk), photo.style.code):
        assert secret not in text


def test_a_folder_in_use_is_refused_and_only_an_earlier_export_is_replaced(tmp_path: Path) -> None:
    owner = a_contributor()
    photo = found_by(owner, COLLAR)
    parts_accept_rest(user=owner, photo=photo)
    exported(tmp_path)
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(CommandError, match="not empty"):
        exported(tmp_path)
    training_consent_set(user=owner, workspace=workspace_of(owner), consent=False)
    exported(tmp_path, "--force")
    assert files(tmp_path, "parts") == {}
    assert (tmp_path / "mine.txt").read_text() == "keep"
