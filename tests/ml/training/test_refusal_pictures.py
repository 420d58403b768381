"""Packages are read without unpacking them, and only what the list names is taken."""

import csv
import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.training.refusal_pictures import (
    KINDS,
    Source,
    carve,
    collect,
    prepare,
    read_sources,
    version_of,
    wanted,
)


def picture(tone: int, size: tuple[int, int] = (200, 150), form: str = "JPEG", mode: str = "RGB") -> bytes:
    pixels = np.random.default_rng(tone).integers(0, 255, (size[1], size[0], len(mode)), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels, mode).save(buffer, form)
    return buffer.getvalue()


def pack(path: Path, files: dict[str, bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as bundle:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            bundle.addfile(entry, io.BytesIO(content))


def source(**changes: object) -> Source:
    entry: dict[str, object] = {
        "tool": "npm",
        "package": "@demo/photos",
        "licence": "MIT",
        "split": "val",
        "kinds": {"*/people/*": "person_worn", "*.jpg": "non_garment"},
        **changes,
    }
    return Source(**entry)  # type: ignore[arg-type]


def test_the_first_pattern_decides_and_doubles_are_taken_once(tmp_path: Path) -> None:
    archive = tmp_path / "demo-photos-1.2.3.tgz"
    twice = picture(1)
    files = {
        "package/people/a.jpg": picture(2),
        "package/b.jpg": twice,
        "package/copy.jpg": twice,
        "package/readme.txt": b"no",
    }
    pack(archive, files | {"package/icon.png": picture(3, form="PNG")})
    taken = [(origin, kind) for origin, kind, _ in wanted(source(), archive)]
    assert taken == [("package/people/a.jpg", "person_worn"), ("package/b.jpg", "non_garment")]
    assert [o for o, _, _ in wanted(source(leave_out=("*/people/*",)), archive)] == ["package/b.jpg"]


def test_most_thins_a_pattern_evenly(tmp_path: Path) -> None:
    archive = tmp_path / "demo-photos-1.0.0.tgz"
    pack(archive, {f"package/{number}.jpg": picture(number) for number in range(9)})
    taken = [origin for origin, _, _ in wanted(source(most=3), archive)]
    assert taken == ["package/0.jpg", "package/3.jpg", "package/6.jpg"]


def test_collect_writes_pictures_and_their_origin(tmp_path: Path) -> None:
    pack(
        tmp_path / "archives" / "npm" / "demo-photos" / "demo-photos-1.2.3.tgz",
        {"package/large.jpg": picture(5, (1500, 1000)), "package/tiny.jpg": picture(6, (40, 40))},
    )
    out = tmp_path / "out"
    out.mkdir()
    collect([source()], out, tmp_path / "archives")
    with (out / "pictures.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["path"], row["version"], row["kind"], row["split"]) for row in rows] == [
        ("demo-photos/0000.jpg", "1.2.3", "non_garment", "val")
    ]
    with Image.open(out / rows[0]["path"]) as written:
        assert written.size == (640, 427)
    (out / "demo-photos" / "0000.jpg").unlink()
    assert collect([source()], out, tmp_path / "archives") == rows


def test_pictures_are_found_inside_a_resource_file() -> None:
    parts = [picture(7), picture(8, form="PNG"), picture(9, form="WEBP")]
    content = b"qres" + parts[0] + bytes(9) + parts[1] + b"between" + parts[2] + bytes(20)
    sizes = [Image.open(io.BytesIO(found)).size for _, found in carve(content)]
    assert sizes == [(200, 150)] * 3


def test_transparent_pictures_lie_on_a_ground_and_slivers_are_left_out() -> None:
    laid = prepare(picture(10, form="PNG", mode="RGBA"))
    assert laid is not None
    assert laid.mode == "RGB"
    assert laid.size == (250, 200)
    assert np.ptp(np.asarray(laid)[:20], axis=(0, 1)).tolist() == [0, 0, 0]
    assert prepare(picture(11, (600, 100))) is None
    assert prepare(b"not a picture") is None


@pytest.mark.parametrize(
    ("name", "tool", "package", "version"),
    [
        ("scratch_1.4.0.6~dfsg1-6.1_all.deb", "apt", "scratch", "1.4.0.6~dfsg1-6.1"),
        ("vladmandic-human-3.3.6.tgz", "npm", "@vladmandic/human", "3.3.6"),
        ("scikit_image-0.26.0-cp311-cp311-manylinux_2_28_x86_64.whl", "pip", "scikit-image", "0.26.0"),
    ],
)
def test_the_archives_name_says_the_version(name: str, tool: str, package: str, version: str) -> None:
    assert version_of(Path(name), source(tool=tool, package=package)) == version


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tool": "gem"}, "gem"),
        ({"kinds": {"*": "ghost"}}, "ghost"),
        ({"kinds": {}}, "kinds"),
        ({"licence": ""}, "licence"),
        ({"split": "rest"}, "rest"),
    ],
)
def test_sources_that_make_no_sense_are_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        source(**changes)


def test_the_list_of_sources_is_sound(tmp_path: Path) -> None:
    sources = read_sources()
    assert len({s.package for s in sources}) == len(sources)
    assert {kind for s in sources for kind in s.kinds.values()} <= set(KINDS)
    broken = tmp_path / "list.json"
    broken.write_text(json.dumps([{"tool": "npm", "package": "x", "colour": "red"}]))
    with pytest.raises(TypeError):
        read_sources(broken)
