"""How long `make run` takes from a fresh clone and the second time, and what the web process weighs.

    python benchmarks/start.py

Clones the last commit into an empty folder, so nothing of this checkout's .venv, node_modules or var is used;
packages come from the network (pip and npm may have them cached). Weight is the resident memory of the web
process after signing in and reading every page a newcomer sees, twice.
"""

import http.cookiejar
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
LIMITS = {"first start": 480.0, "second start": 20.0, "web process": 250.0}
PORT = "8400"
GIVE_UP_SECONDS = 1800


def main() -> int:
    print(machine())
    with tempfile.TemporaryDirectory(prefix="techpack-start-") as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        Path(folder).chmod(0o755)
        measured = {"first start": run_once(clone)[0]}
        measured["second start"], measured["web process"] = run_once(clone)
        for name, value in measured.items():
            unit = "MB" if name == "web process" else "s"
            print(f"{name:13} {value:7.1f} {unit}   (limit {LIMITS[name]:.0f} {unit})", flush=True)
    return int(any(value > LIMITS[name] for name, value in measured.items()))


def run_once(clone: Path) -> tuple[float, float]:
    """Run `make run` in `clone` until it is ready, use it, stop it; returns seconds and megabytes."""
    environment = {**os.environ, "TECHPACK_PORT": PORT}
    for name in ("DATABASE_URL", "REDIS_URL", "TECHPACK_VAR", "DJANGO_SETTINGS_MODULE"):
        environment.pop(name, None)
    log = clone / "start.log"
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(["make", "run"], cwd=clone, env=environment, stdout=output, stderr=output)
    try:
        while not (
            ready := re.search(
                r"ready at (http://\S+)/\s.*?Demo login: (\S+) / (\S+)", log.read_text(), re.DOTALL
            )
        ):
            if process.poll() is not None or time.monotonic() - began > GIVE_UP_SECONDS:
                raise SystemExit(log.read_text()[-4000:])
            time.sleep(0.1)
        seconds = time.monotonic() - began
        return seconds, use(process.pid, *ready.groups())
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def use(make: int, address: str, email: str, password: str) -> float:
    """Sign in, read the pages, and return the resident megabytes of the web process."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def read(path: str, form: dict[str, str] | None = None) -> str:
        data = urllib.parse.urlencode(form).encode() if form else None
        with browser.open(urllib.request.Request(address + path, data, {"Referer": address})) as answer:
            return str(answer.read().decode())

    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', read("/accounts/login/"))
    if token is None:
        raise SystemExit("The login page has no form.")
    read("/accounts/login/", {"csrfmiddlewaretoken": token[1], "login": email, "password": password})
    for _ in range(2):
        styles = read("/styles/")
        for path in sorted(set(re.findall(r'href="(/styles/[0-9a-f-]{36}/[a-z]*/?)"', styles))):
            read(path)
            read(f"{path.rstrip('/')}/review/")
    web = [child for child in psutil.Process(make).children(recursive=True) if "daphne" in child.cmdline()]
    return float(max(child.memory_info().rss for child in web) / 1e6)


def machine() -> str:
    cores = len(os.sched_getaffinity(0))
    memory = psutil.virtual_memory().total / 1e9
    return (
        f"{platform.machine()}, {cores} cores, {memory:.0f} GB, load {os.getloadavg()[0]:.1f}, "
        f"Python {platform.python_version()}"
    )


if __name__ == "__main__":
    sys.exit(main())
