"""manage.py techpack PHOTO… --out DIR: from photographs to a flat and a tech pack with one command."""

import json
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation

from apps.problems import Problem
from apps.svg.selectors import revision_svg
from apps.techpacks.command_line import command_line_user
from apps.techpacks.jobs import JobPhoto, JobResult, techpack_job
from techpack_site.local.errors import LocalServerError
from techpack_site.local.servers import ensure_running

REFERENCE = re.compile(r"^(?P<pom>[A-Z]+\d+)=(?P<cm>\d+(\.\d+)?)$")


class Command(BaseCommand):
    """Runs the whole job through the same services as the web and writes its files."""

    help = (
        "Make analysis.json, flat-front.svg, techpack.pdf and techpack.xlsx from photographs of one garment."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO", help="front, back, then details")
        parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder for the files")
        parser.add_argument("--style", metavar="CODE", help="style number; by default the first photo's name")
        parser.add_argument("--reference", metavar="POM=CM", help="one known measure, e.g. T01=68.5")

    def handle(self, *_args: Any, **options: Any) -> None:
        photos = [self._read(path) for path in options["photos"]]
        code = (options["style"] or options["photos"][0].stem)[:40]
        reference = self._reference(options["reference"])
        out: Path = options["out"]
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(f"{out} cannot be made a folder: {error.strerror}.") from error
        try:
            with ensure_running():
                self._migrate()
                with translation.override("en"):
                    user, workspace = command_line_user()
                    result = techpack_job(
                        user=user,
                        workspace=workspace,
                        code=code,
                        photos=photos,
                        reference=reference,
                        say=self._say,
                    )
                files = write_files(result, out)
        except Problem as problem:
            raise CommandError(f"{problem.code}: {problem.text}") from problem
        except LocalServerError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps({"style": code, "files": files}, ensure_ascii=False))

    def _say(self, text: str) -> None:
        self.stderr.write(text)

    def _reference(self, text: str | None) -> dict[str, float]:
        if text is None:
            return {}
        match = REFERENCE.match(text)
        if match is None:
            raise CommandError("--reference must look like T01=68.5 (a POM code and centimetres).")
        return {match["pom"]: float(match["cm"])}

    def _read(self, path: Path) -> JobPhoto:
        try:
            return JobPhoto(path.name, path.read_bytes())
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)


def write_files(result: JobResult, out: Path) -> dict[str, str]:
    """Write what the job made into `out`; returns name → path. A second photo gets analysis-2.json."""
    files: dict[str, bytes] = {
        "techpack.pdf": result.export.pdf.read(),
        "techpack.xlsx": result.export.xlsx.read(),
    }
    for number, analysis in enumerate(result.analyses, start=1):
        suffix = "" if number == 1 else f"-{number}"
        findings = dict(analysis.findings)
        if analysis.mask:
            files[f"mask{suffix}.png"] = analysis.mask.read()
            findings["mask"] = str(out / f"mask{suffix}.png")
        files[f"analysis{suffix}.json"] = (json.dumps(findings, ensure_ascii=False) + "\n").encode()
    for revision in result.export.revisions.select_related("drawing__style"):
        files[f"flat-{revision.drawing.view}.svg"] = revision_svg(revision).encode()
    for name, data in files.items():
        (out / name).write_bytes(data)
    return {name: str(out / name) for name in sorted(files)}
