"""Compile the translations where gettext's msgfmt is not installed: every .po with a missing or older .mo."""

import sys
from pathlib import Path

import polib

from techpack_site.local.addresses import ROOT


def compile_stale(locale: Path) -> list[Path]:
    """Write the .mo beside each changed .po below `locale`; returns the files written.

    Entries marked fuzzy are left out, as msgfmt does. Raises OSError with file and line on a syntax error.
    """
    written = []
    for source in sorted(locale.rglob("*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source), encoding="utf-8").save_as_mofile(str(target))
            written.append(target)
    return written


def main() -> int:
    for target in compile_stale(ROOT / "locale"):
        print(f"compiled {target.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
