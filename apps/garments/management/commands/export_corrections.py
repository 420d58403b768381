"""manage.py export_corrections --out DIR: what people corrected, as training data."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.garments.corrections_files import FolderInUse, corrections_export


class Command(BaseCommand):
    """Writes decided parts and landmarks of consenting workspaces in the formats of ultralytics."""

    help = (
        "Write the parts and landmarks that people decided about, with their photos, as YOLO detection and "
        "keypoint data. Only workspaces whose owner consented are exported."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="an empty or new folder")
        parser.add_argument("--force", action="store_true", help="replace an earlier export in DIR")

    def handle(self, *_args: Any, **options: Any) -> None:
        out: Path = options["out"]
        try:
            counts = corrections_export(out=out, force=options["force"])
        except FolderInUse as error:
            raise CommandError(f"{out} is not empty. Name a new folder, or add --force.") from error
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.") from error
        self.stdout.write(
            f"workspaces {counts.workspaces}; photos with parts {counts.part_photos} ({counts.parts} parts), "
            f"with landmarks {counts.landmark_photos}; left out: {counts.incomplete} not looked at in full, "
            f"{counts.lost} without a file"
        )
