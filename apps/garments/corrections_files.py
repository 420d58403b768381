"""Corrections as folders that ultralytics trains from: `parts` for detection, `landmarks` for keypoints."""

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from apps.garments.corrections import CorrectedPhoto, Corrections
from ml.vision.landmarks import LANDMARKS
from ml.vision.parts import PART_KINDS

PROVENANCE = "provenance.json"
PARTS, KEYPOINTS = "parts", "landmarks"
NO_SPLIT = "# One folder for both: divide the photos by workspace (provenance.json) before judging a model.\n"


@dataclass
class ExportCounts:
    """What an export wrote. `incomplete` photos have parts that nobody has looked at; `lost` have no file."""

    workspaces: int = 0
    part_photos: int = 0
    parts: int = 0
    landmark_photos: int = 0
    incomplete: int = 0
    lost: int = 0


class FolderInUse(Exception):  # noqa: N818 - a refusal, told to whoever asked
    """The folder holds something else."""


def corrections_export(*, out: Path, force: bool = False) -> ExportCounts:
    """Write the corrections of all consenting workspaces below `out`; the provenance is complete at the end.

    Raises FolderInUse when `out` is not empty. With `force` an earlier export in it is replaced, also one
    that broke off; what else lies there is left alone.
    """
    _make_room(out, force)
    (out / PROVENANCE).write_text('{"unfinished": true}\n', encoding="utf-8")
    for kind, yaml in ((PARTS, parts_yaml()), (KEYPOINTS, keypoints_yaml())):
        for folder in ("images", "labels"):
            (out / kind / folder).mkdir(parents=True, exist_ok=True)
        (out / kind / "data.yaml").write_text(yaml, encoding="utf-8")
    corrections, counts = Corrections(), ExportCounts()
    provenance: dict[str, Any] = {"photos": {}, "incomplete": {}}
    for corrected in corrections.photos():
        _write(out, corrected, counts, provenance)
    counts.workspaces = len(corrections.workspaces)
    content = {"format": 1, "counts": asdict(counts), **provenance}
    text = json.dumps(content, ensure_ascii=False, indent=1)
    (out / PROVENANCE).write_text(text + "\n", encoding="utf-8")
    return counts


def _make_room(out: Path, force: bool) -> None:
    out.mkdir(parents=True, exist_ok=True)
    if not any(out.iterdir()):
        return
    if not force:
        raise FolderInUse(str(out))
    if (out / PROVENANCE).exists():
        for kind in (PARTS, KEYPOINTS):
            shutil.rmtree(out / kind, ignore_errors=True)
        (out / PROVENANCE).unlink()


def _write(out: Path, corrected: CorrectedPhoto, counts: ExportCounts, provenance: dict[str, Any]) -> None:
    """Image and label files of one photo: the copy that carries no metadata, never the original."""
    name = str(corrected.photo.id)
    if corrected.unseen:
        counts.incomplete += 1
        provenance["incomplete"][name] = corrected.unseen
    if corrected.labels is None and corrected.keypoints is None:
        return
    try:
        with corrected.photo.normalised.open("rb") as file:
            image = file.read()
    except FileNotFoundError:
        counts.lost += 1
        return
    for kind, lines in ((PARTS, corrected.labels), (KEYPOINTS, corrected.keypoints)):
        if lines is not None:
            (out / kind / "images" / f"{name}.webp").write_bytes(image)
            text = "".join(f"{line}\n" for line in lines)
            (out / kind / "labels" / f"{name}.txt").write_text(text, encoding="utf-8")
    counts.part_photos += corrected.labels is not None
    counts.parts += len(corrected.labels or ())
    counts.landmark_photos += corrected.keypoints is not None
    provenance["photos"][name] = {**corrected.provenance, "complete": corrected.labels is not None}


def parts_yaml() -> str:
    """data.yaml of the detection data; paths are relative to the file."""
    names = "".join(f"  {number}: {kind}\n" for number, kind in enumerate(PART_KINDS))
    return f"{NO_SPLIT}train: images\nval: images\nnames:\n{names}"


def keypoints_yaml() -> str:
    """data.yaml of the keypoint data: one class, and landmarks that change sides when a photo is mirrored."""
    names = "".join(f"    - {name}\n" for name in LANDMARKS)
    return (
        f"{NO_SPLIT}train: images\nval: images\nkpt_shape: [{len(LANDMARKS)}, 3]\n"
        f"flip_idx: {list(flip_index())}\nnames:\n  0: garment\nkpt_names:\n  0:\n{names}"
    )


def flip_index() -> tuple[int, ...]:
    """For each landmark the index of the one that it becomes in the mirrored photo."""

    def mirrored(name: str) -> str:
        stem, _, side = name.rpartition("_")
        return {"left": f"{stem}_right", "right": f"{stem}_left"}.get(side, name)

    return tuple(LANDMARKS.index(mirrored(name)) for name in LANDMARKS)
