"""``python -m ml``: see ml.cli."""

import io
import sys

from ml.cli import main

if __name__ == "__main__":
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(main())
