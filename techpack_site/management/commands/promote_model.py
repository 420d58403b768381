"""manage.py promote_model NAME FOLDER: take new weights into use, when they score better."""

import math
import os
import shutil
from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ml.errors import ModelError
from ml.registry import ModelCard, Registry, read_card

SUPERSEDED = "superseded"
LARGEST_BYTES = 60 * 1024 * 1024
MODEL_SUFFIXES = (".onnx", ".json")


class Command(BaseCommand):
    """Checks a candidate, measures it and the present network on the same photos, and replaces or refuses."""

    help = (
        "Replace a network by a new one if that scores better on the validation split. FOLDER holds "
        "NAME.onnx and its card NAME.json. Exit status 1, with both scores, when it does not."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="garment, parts or traits")
        parser.add_argument("candidate", type=Path, metavar="FOLDER")
        data = Path(os.environ.get("TECHPACK_DATA", "../shared/data"))
        parser.add_argument("--data", type=Path, default=data, metavar="DIR", help="the training data folder")

    def handle(self, *_args: Any, **options: Any) -> None:
        name: str = options["name"]
        weights, candidate = Path(settings.ML_WEIGHTS), options["candidate"]
        present, new = _checked(weights, name), _checked(candidate, name)
        if new.sha256 == present.sha256:
            raise CommandError(f"{name} {new.version} is the network in use.")
        before = self._measured(name, weights, options["data"])
        after = self._measured(name, candidate, options["data"])
        verdict = f"{name} {present.version}: {before:.4f}; {new.version}: {after:.4f}"
        if after <= before:
            raise CommandError(f"refused: {verdict}")
        kept = replace(name, weights, candidate, present)
        self.stdout.write(f"promoted: {verdict}; the former is kept in {kept}")

    def _measured(self, name: str, folder: Path, data: Path) -> float:
        # By name: what trains needs torch, which processes of the site must not import.
        promotion = import_module("ml.training.promotion")
        if name not in promotion.SCORERS:
            raise CommandError(f"There is no score for {name}; there is for {', '.join(promotion.SCORERS)}.")
        try:
            score = float(promotion.score(name, folder, data))
        except OSError as error:
            raise CommandError(f"{name} in {folder} cannot be measured on {data}: {error}.") from error
        if not math.isfinite(score):
            raise CommandError(f"{data} has no photos to measure {name} on.")
        return score


def _checked(folder: Path, name: str) -> ModelCard:
    """The card of a network whose weights belong to it and can be loaded."""
    try:
        card = read_card(folder, name)
        size = (folder / f"{name}.onnx").stat().st_size if (folder / f"{name}.onnx").exists() else 0
        if size > LARGEST_BYTES:
            raise CommandError(f"{folder / name}.onnx has more than 60 MB.")
        Registry("cpu", threads=1, weights=folder).load(name)
    except ModelError as error:
        raise CommandError(str(error)) from error
    return card


def replace(name: str, weights: Path, candidate: Path, present: ModelCard) -> Path:
    """Put the candidate's files in the place of the present ones; returns the folder that keeps those.

    The new files lie complete beside the old before either is renamed, and the old come back when a rename
    fails. A process that starts between the two renames finds weights and card that do not belong together
    and says so; workers that run keep the network they have loaded until they are started anew.
    """
    kept = weights / SUPERSEDED / f"{name}-{present.version}-{present.sha256[:12]}"
    kept.mkdir(parents=True, exist_ok=True)
    suffixes = [*MODEL_SUFFIXES, *([".md"] if (candidate / f"{name}.md").exists() else [])]
    for suffix in suffixes:
        if (weights / f"{name}{suffix}").exists():
            shutil.copy2(weights / f"{name}{suffix}", kept)
        _written(candidate / f"{name}{suffix}", weights / f".{name}{suffix}.new")
    try:
        for suffix in suffixes:
            (weights / f".{name}{suffix}.new").replace(weights / f"{name}{suffix}")
    except OSError:
        for path in kept.iterdir():
            shutil.copy2(path, weights)
        raise
    return kept


def _written(source: Path, target: Path) -> None:
    """A copy that is on the disk when this returns."""
    with target.open("wb") as file:
        file.write(source.read_bytes())
        file.flush()
        os.fsync(file.fileno())
