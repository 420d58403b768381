"""The command line of the ml package: ``python -m ml analyse …`` and ``python -m ml draw …``.

One JSON object a line on stdout (UTF-8) and nothing else there; errors for people on stderr. Exit status:
0 when all inputs were processed, 1 when some failed (their lines carry "error"), 2 for bad usage.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ml.drawing.document import Document
from ml.drawing.flat import draw_from_analysis
from ml.drawing.svg import serialise
from ml.errors import MlError
from ml.points_of_measure import points
from ml.registry import DEVICES, Registry, cores, shared_registry
from ml.vision.analysis import Analysis, analyse
from ml.vision.photo import open_photo
from ml.vision.segmentation import Mask

OK, FAILED, BAD_USAGE = 0, 1, 2
LONGEST_CM = 1000.0
MOST_ANALYSIS_BYTES = 50 * 1024 * 1024


class OutputError(MlError):
    """A result cannot be written: "unwritable"."""


class AnalysisFileError(MlError):
    """The analysis given to draw cannot be used: "unreadable" or "bad_analysis"."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit status; bad usage exits with status 2."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    return run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ml", description="Garment photos to analyses and flats.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    analyse_parser = commands.add_parser("analyse", help="find the garment in photos; one JSON line a photo")
    analyse_parser.add_argument("photos", nargs="+", metavar="PHOTO", help="JPEG, PNG, WebP or HEIC file")
    analyse_parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write each mask to DIR/STEM.mask.png"
    )
    analyse_parser.add_argument("--device", choices=DEVICES, default="cpu", help="where networks run")
    analyse_parser.add_argument(
        "--reference",
        type=reference_value,
        action="append",
        default=[],
        metavar="POM=CM",
        help="a known dimension, T03=52 say (may be repeated)",
    )
    analyse_parser.set_defaults(run=_analyse_command, usage_error=analyse_parser.error)
    draw_parser = commands.add_parser("draw", help="draw the flat of an analysis")
    draw_parser.add_argument("analysis", type=Path, metavar="ANALYSIS.json", help="a line printed by analyse")
    draw_parser.add_argument("--out", type=Path, required=True, metavar="FLAT.svg")
    draw_parser.add_argument(
        "--no-mirror", action="store_true", help="keep the garment as it lies, do not make it symmetric"
    )
    draw_parser.set_defaults(run=_draw_command, usage_error=draw_parser.error)
    return parser


def reference_value(text: str) -> tuple[str, float]:
    """("T03", 52.0) from "T03=52"; raises argparse.ArgumentTypeError for an unknown POM or no length."""
    code, equals, value = text.partition("=")
    code = code.strip().upper()
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not POM=CM, T03=52 say")
    if code not in points():
        raise argparse.ArgumentTypeError(f"{code!r} is not a point of measure (T01, T03, B01 …)")
    try:
        length = float(value)
    except ValueError:
        length = math.nan
    if not 0 < length <= LONGEST_CM:
        raise argparse.ArgumentTypeError(f"{value!r} is not a length in centimetres")
    return code, length


def _analyse_command(options: argparse.Namespace) -> int:
    reference = dict(options.reference)
    if len(reference) != len(options.reference):
        options.usage_error("argument --reference: each point of measure can be given once")
    try:
        registry = shared_registry(options.device)
        if options.out is not None:
            options.out.mkdir(parents=True, exist_ok=True)
    except MlError as error:
        options.usage_error(error.text)
    except OSError as error:
        options.usage_error(f"argument --out: {options.out} cannot be made: {error.strerror}")
    masks = mask_paths(options.photos, options.out)
    failed = False

    def one(name: str, mask_path: Path | None) -> dict[str, Any]:
        return _analyse_one(name, mask_path, registry, reference)

    pool = ThreadPoolExecutor(photos_at_once(options.device))
    try:
        for line in pool.map(one, options.photos, masks):
            failed |= "error" in line
            _print_line(line)
    finally:
        pool.shutdown(cancel_futures=True)  # whoever stops reading or presses Ctrl-C waits for no more photos
    return FAILED if failed else OK


def photos_at_once(device: str) -> int:
    """How many photos go side by side: on a CPU each one uses all cores, on a GPU they are batched."""
    return 1 if device == "cpu" else cores()


def _analyse_one(
    name: str, mask_path: Path | None, registry: Registry, reference: Mapping[str, float]
) -> dict[str, Any]:
    """The line of one photo; what goes wrong with it is told in its line and does not stop the others."""
    try:
        found: Analysis = analyse(lambda: open_photo(Path(name)), registry, reference=reference)
        if mask_path is not None:
            write_mask(mask_path, found.mask)
    except MlError as error:
        _complain(name, error.text)
        return {"photo": readable(name), "error": {"code": error.code, "text": error.text}}
    except Exception:
        _complain(name, "internal error")
        traceback.print_exc()
        text = "The photo could not be analysed because of an error in the program. Please report it."
        return {"photo": readable(name), "error": {"code": "internal_error", "text": text}}
    return found.to_json(readable(name), None if mask_path is None else readable(mask_path))


def mask_paths(photos: Sequence[str], folder: Path | None) -> list[Path | None]:
    """Where each mask goes: FOLDER/STEM.mask.png, or STEM-2.mask.png when the stem has come before."""
    if folder is None:
        return [None] * len(photos)
    taken: set[str] = set()
    paths: list[Path | None] = []
    for photo in photos:
        stem = unique = Path(photo).stem or "photo"
        number = 1
        # File systems may not tell capitals apart.
        while unique.casefold() in taken:
            number += 1
            unique = f"{stem}-{number}"
        taken.add(unique.casefold())
        paths.append(folder / f"{unique}.mask.png")
    return paths


def write_mask(path: Path, mask: Mask) -> None:
    """Writes ``mask`` as 8-bit PNG, 0 and 255; raises OutputError when the file cannot be written."""
    _, encoded = cv2.imencode(".png", mask.astype(np.uint8) * 255)
    try:
        path.write_bytes(encoded.tobytes())
    except OSError as error:
        raise OutputError("unwritable", f"The mask {path} cannot be written: {error.strerror}.") from error


def _draw_command(options: argparse.Namespace) -> int:
    name = readable(options.analysis)
    try:
        analysis = read_analysis(options.analysis)
        document = draw_from_analysis(
            analysis, mirror=not options.no_mirror, base=options.analysis.resolve().parent
        )
        _write_text(options.out, serialise(document))
    except MlError as error:
        _complain(str(options.analysis), error.text)
        _print_line({"analysis": name, "error": {"code": error.code, "text": error.text}})
        return FAILED
    line = {"analysis": name, "flat": readable(options.out), "photo": analysis.get("photo")}
    _print_line({**line, "mirrored": not options.no_mirror, "nodes": silhouette_nodes(document)})
    return OK


def read_analysis(path: Path) -> dict[str, Any]:
    """The JSON object in ``path``: the whole file, or the first line of several. Raises AnalysisFileError."""
    try:
        if path.stat().st_size > MOST_ANALYSIS_BYTES:
            raise AnalysisFileError("bad_analysis", f"{path} is too large to be an analysis.")
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise AnalysisFileError("unreadable", f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise AnalysisFileError("bad_analysis", f"{path} is not a JSON file.") from error
    for candidate in (text, next(iter(text.lstrip().splitlines()), "")):
        try:
            analysis = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        if isinstance(analysis, dict):
            return analysis
    raise AnalysisFileError("bad_analysis", f"{path} holds no analysis. Give it a line printed by analyse.")


def silhouette_nodes(document: Document) -> int:
    """Nodes of the silhouettes in a drawing."""
    parts = [part for view in document.views for layer in view.layers for part in layer.parts]
    return sum(len(path.nodes) for part in parts if part.kind == "silhouette" for path in part.paths)


def _write_text(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise OutputError("unwritable", f"{path} cannot be written: {error.strerror}.") from error


def readable(name: str | Path) -> str:
    """A file name as UTF-8 text whatever the locale made of it; bytes that are no text stay surrogates."""
    return os.fsencode(name).decode("utf-8", "surrogateescape")


def _print_line(line: Mapping[str, Any]) -> None:
    """One JSON line in UTF-8 whatever the locale says; names that are no text are escaped."""
    try:
        encoded = json.dumps(line, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:
        encoded = json.dumps(line, allow_nan=False).encode()
    sys.stdout.buffer.write(encoded + b"\n")
    sys.stdout.buffer.flush()


def _complain(name: str, text: str) -> None:
    print(f"{readable(name)}: {text}", file=sys.stderr)
