"""The command line as others call it: in its own process, by its exit status, stdout and stderr."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import onnxruntime
import pytest
from PIL import Image

from ml import cli
from ml.cli import main, mask_paths, reference_value
from ml.registry import WEIGHTS
from tests.ml.pictures import exif_block, file_bytes, shirt_mask, shirt_photo

ROOT = Path(__file__).parents[2]
SHIPPED = pytest.mark.skipif(
    not (WEIGHTS / "garment.onnx").exists(), reason="the garment network is not installed"
)


class Ended(NamedTuple):
    status: int
    lines: list[dict[str, Any]]
    stderr: str


def run(*arguments: str | Path, **environment: str) -> Ended:
    """``python -m ml …`` in the plain C locale; every line of stdout must be JSON in UTF-8."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-m", "ml", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "", **environment},
        capture_output=True,
        timeout=120,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    return Ended(done.returncode, lines, done.stderr.decode("utf-8", "replace"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shirt in several files, and files that are no photos."""
    folder = tmp_path_factory.mktemp("photos")
    picture = shirt_photo()
    (folder / "shirt.jpg").write_bytes(file_bytes(picture, "JPEG", exif=exif_block(1, gps=True)))
    (folder / "shirt.png").write_bytes(file_bytes(shirt_photo(320, 400), "PNG"))
    (folder / "シャツ 正面.webp").write_bytes(file_bytes(picture, "WEBP"))
    (folder / "notes.jpg").write_text("not a photo")
    return folder


@SHIPPED
def test_photos_good_and_bad_in_one_call(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "結果"
    names = ["shirt.jpg", "notes.jpg", "シャツ 正面.webp", "shirt.png", "missing.jpg"]
    ended = run("analyse", *(folder / name for name in names), folder, "--out", out)
    assert ended.status == 1
    assert [line["photo"] for line in ended.lines] == [str(folder / name) for name in names] + [str(folder)]
    codes = [line["error"]["code"] if "error" in line else None for line in ended.lines]
    assert codes == [None, "unsupported_format", None, None, "not_found", "not_found"]
    assert all(line["error"]["text"] for line in ended.lines if "error" in line)
    assert "notes.jpg: " in ended.stderr
    assert ended.lines[0]["mask"] == str(out / "shirt.mask.png")
    assert ended.lines[2]["mask"] == str(out / "シャツ 正面.mask.png")
    assert ended.lines[3]["mask"] == str(out / "shirt-2.mask.png")
    assert sorted(path.name for path in out.iterdir()) == [
        *("shirt-2.mask.png", "shirt.mask.png", "シャツ 正面.mask.png"),
    ]
    mask = np.asarray(Image.open(out / "shirt.mask.png"))
    assert mask.shape == (640, 480)
    assert set(np.unique(mask)) == {0, 255}
    assert ((mask > 0) & shirt_mask()).sum() / ((mask > 0) | shirt_mask()).sum() > 0.9


@SHIPPED
def test_one_good_photo_without_a_folder(folder: Path) -> None:
    ended = run("analyse", folder / "shirt.jpg", "--reference", "T03=52", "--reference", "b01=40.5")
    assert ended.status == 0
    assert len(ended.lines) == 1
    assert ended.lines[0]["mask"] is None
    assert ended.lines[0]["reference"] == {"T03": 52.0, "B01": 40.5}
    assert ended.stderr == ""
    assert "Acme" not in json.dumps(ended.lines)


@SHIPPED
def test_file_name_that_is_no_text(folder: Path, tmp_path: Path) -> None:
    name = tmp_path / os.fsdecode(b"shirt-\xff.jpg")
    name.write_bytes((folder / "shirt.jpg").read_bytes())
    ended = run("analyse", name)
    assert ended.status == 0
    assert ended.lines[0]["photo"] == str(name)


@SHIPPED
@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_mask_that_cannot_be_written_fails_that_photo(folder: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    ended = run("analyse", folder / "shirt.jpg", "--out", tmp_path)
    assert ended.status == 1
    assert ended.lines[0]["error"]["code"] == "unwritable"


@SHIPPED
def test_mask_name_taken_by_a_folder_fails_that_photo(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "shirt.mask.png").mkdir()
    ended = run("analyse", folder / "shirt.jpg", folder / "シャツ 正面.webp", "--out", tmp_path)
    assert ended.status == 1
    assert ended.lines[0]["error"]["code"] == "unwritable"
    assert "error" not in ended.lines[1]


BAD_USAGE = [
    [],
    ["analyse"],
    ["sew", "shirt.jpg"],
    ["analyse", "shirt.jpg", "--device", "abacus"],
    ["analyse", "shirt.jpg", "--reference", "T03"],
    ["analyse", "shirt.jpg", "--reference", "T99=52"],
    ["analyse", "shirt.jpg", "--reference", "T03=wide"],
    ["analyse", "shirt.jpg", "--reference", "T03=-1"],
    ["analyse", "shirt.jpg", "--reference", "T03=inf"],
    ["analyse", "shirt.jpg", "--reference", "T03=1", "--reference", "T03=2"],
    ["analyse", "shirt.jpg", "--out", __file__],
    ["draw", "analysis.json"],
    ["draw", "--out", "flat.svg"],
]


@pytest.mark.parametrize("arguments", BAD_USAGE, ids=" ".join)
def test_bad_usage(arguments: list[str], capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    printed = capsysbinary.readouterr()
    assert printed.out == b""
    assert b"error: " in printed.err


@pytest.mark.skipif(
    "CUDAExecutionProvider" in onnxruntime.get_available_providers(), reason="this machine has a CUDA runtime"
)
def test_cuda_without_a_gpu_is_bad_usage() -> None:
    ended = run("analyse", "shirt.jpg", "--device", "cuda")
    assert ended.status == 2
    assert "--device cpu" in ended.stderr


def test_bad_thread_setting_is_bad_usage() -> None:
    ended = run("analyse", "shirt.jpg", TECHPACK_ML_THREADS="0")
    assert ended.status == 2
    assert "TECHPACK_ML_THREADS" in ended.stderr


def write_analysis(folder: Path, **changes: Any) -> Path:
    """An analysis as analyse prints it, its mask beside it under a path that is no longer valid."""
    mask = shirt_mask()
    cv2.imwrite(str(folder / "shirt.mask.png"), mask.astype(np.uint8) * 255)
    line = {
        "photo": "shirt.jpg",
        "width": 480,
        "height": 640,
        "garment": {"type": "t-shirt", "confidence": 0.9, "alternatives": []},
        "view": None,
        "mask": "elsewhere/shirt.mask.png",
        "outline": [],
        "refused": None,
        **changes,
    }
    path = folder / "分析.json"
    path.write_text(json.dumps(line, ensure_ascii=False) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("mirror", [True, False])
def test_draw_finds_the_mask_beside_the_analysis(tmp_path: Path, mirror: bool) -> None:
    out = tmp_path / "flats" / "絵型.svg"
    ended = run("draw", write_analysis(tmp_path), "--out", out, *([] if mirror else ["--no-mirror"]))
    assert (ended.status, ended.stderr) == (0, "")
    line = ended.lines[0]
    assert line["flat"] == str(out)
    assert line["photo"] == "shirt.jpg"
    assert line["mirrored"] is mirror
    assert 6 <= line["nodes"] <= 60
    assert out.read_text("utf-8").startswith("<?xml")


def test_draw_takes_the_first_of_several_lines(tmp_path: Path) -> None:
    path = write_analysis(tmp_path)
    path.write_text(path.read_text("utf-8") + '{"photo": "other.jpg", "error": {}}\n', "utf-8")
    ended = run("draw", path, "--out", tmp_path / "flat.svg")
    assert (ended.status, ended.lines[0]["photo"]) == (0, "shirt.jpg")


BAD_ANALYSES = [
    ("not JSON", "{", "bad_analysis"),
    ("a list", "[1, 2]", "bad_analysis"),
    ("empty", "", "bad_analysis"),
    ("no sizes", '{"photo": "a.jpg"}', "bad_analysis"),
    ("deep nesting", "[" * 100_000, "bad_analysis"),
    ("a failed photo", '{"photo": "a.jpg", "error": {"code": "damaged"}}', "analysis_failed"),
    ("a refused photo", '{"photo": "a.jpg", "refused": "not_a_garment"}', "not_a_garment"),
]


@pytest.mark.parametrize(("name", "text", "code"), BAD_ANALYSES, ids=[row[0] for row in BAD_ANALYSES])
def test_analysis_that_cannot_be_drawn(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], name: str, text: str, code: str
) -> None:
    path = tmp_path / "analysis.json"
    path.write_text(text, "utf-8")
    assert main(["draw", str(path), "--out", str(tmp_path / "flat.svg")]) == 1
    printed = capsysbinary.readouterr()
    assert json.loads(printed.out)["error"]["code"] == code
    assert printed.err.count(b"\n") == 1
    assert not (tmp_path / "flat.svg").exists()


def test_missing_or_binary_analysis(tmp_path: Path) -> None:
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe\x00{")
    for path, code in [
        (tmp_path / "none.json", "unreadable"),
        (binary, "bad_analysis"),
        (tmp_path, "unreadable"),
    ]:
        ended = run("draw", path, "--out", tmp_path / "flat.svg")
        assert (ended.status, ended.lines[0]["error"]["code"]) == (1, code)


def test_flat_that_cannot_be_written(tmp_path: Path) -> None:
    ended = run("draw", write_analysis(tmp_path), "--out", tmp_path)
    assert (ended.status, ended.lines[0]["error"]["code"]) == (1, "unwritable")


def test_mask_names_never_collide() -> None:
    photos = ["a/x.jpg", "b/x.png", "X.heic", "x-2.jpg", "y.tar.jpg", ".jpg"]
    names = [path.name for path in mask_paths(photos, Path("out")) if path is not None]
    assert names == [
        *("x.mask.png", "x-2.mask.png", "X-3.mask.png", "x-2-2.mask.png", "y.tar.mask.png", ".jpg.mask.png")
    ]
    assert mask_paths(photos, None) == [None] * len(photos)


def test_reference_values() -> None:
    assert reference_value("t03=52.0") == ("T03", 52.0)
    assert reference_value(" T01 =70") == ("T01", 70.0)


def test_importing_the_command_line_loads_no_torch() -> None:
    code = "import sys, ml.cli; sys.exit('torch' in sys.modules or 'django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_nobody_reading_stops_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m ml analyse *.jpg | head -1` does not go on through all photos."""
    done: list[str] = []

    def one(name: str, *_rest: object) -> dict[str, str]:
        time.sleep(0.05)
        done.append(name)
        return {"photo": name}

    def closed(_line: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(cli, "_analyse_one", one)
    monkeypatch.setattr(cli, "_print_line", closed)
    with pytest.raises(BrokenPipeError):
        main(["analyse", *(f"{number}.jpg" for number in range(40))])
    assert len(done) < 10
