"""`make run`: servers, database, demo, then web, workers and beat under one supervisor until Ctrl-C.

A process that ends by itself stops everything, with its name and exit code in the log and a non-zero exit of
the whole: a site that is half there would only look broken later. Data stays in `var`.
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from honcho.manager import Manager

from techpack_site.local import addresses
from techpack_site.local.errors import LocalServerError
from techpack_site.local.servers import ensure_running
from techpack_site.local.site_processes import DEMO_LOGIN, HOST, SUPERVISOR, site_commands

PORTS_TRIED = 100
LAST_PORT = 65535


def main() -> int:
    var = addresses.data_folder()
    try:
        with _only_one(var), ensure_running(var):
            _say("Bringing the database up to date …")
            return _supervise(_free_port(_first_port()), var, _prepare())
    except PermissionError as error:
        _say(
            f"{error}. Was {var} made by another user? "
            "Give it to the one who runs the site, or set TECHPACK_VAR."
        )
        return 1
    except LocalServerError as error:
        _say(str(error))
        return 1
    except subprocess.CalledProcessError as error:
        _say(f"The set-up step `{' '.join(error.cmd[1:])}` failed with exit code {error.returncode}.")
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _prepare() -> str:
    """Migrate and load the demo; returns its login."""
    command = [sys.executable, "-m", "techpack_site.local.prepare"]
    done = subprocess.run(command, check=True, cwd=addresses.ROOT, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def _supervise(port: int, var: Path, demo_login: str) -> int:
    """Run the processes until one ends or a signal comes; returns the exit code of the whole."""
    manager = Manager()
    environment = {**os.environ, SUPERVISOR: str(os.getpid()), DEMO_LOGIN: demo_login}
    for name, command in site_commands(port, var).items():
        manager.add_process(name, f"exec {command}", env=environment, cwd=str(addresses.ROOT))
    try:
        manager.loop()
    finally:
        manager.kill()
    code = manager.returncode
    if code in {128 + signal.SIGINT, 128 + signal.SIGTERM}:
        _say("Stopped.")
        return int(code)
    _say("A process ended by itself (see above), so everything was stopped. `make run` starts again.")
    return int(code or 1) % 256


def _first_port() -> int:
    wanted = os.environ.get("TECHPACK_PORT", "8000")
    if not wanted.isdecimal() or not 0 < int(wanted) <= LAST_PORT:
        raise LocalServerError(f"TECHPACK_PORT must be a number from 1 to {LAST_PORT}, not {wanted!r}.")
    return int(wanted)


def _free_port(first: int) -> int:
    """The first port from `first` on that nothing listens on."""
    last = min(first + PORTS_TRIED, LAST_PORT)
    for port in range(first, last + 1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
        if port != first:
            _say(f"Port {first} is taken: using {port}. TECHPACK_PORT chooses another.")
        return port
    raise LocalServerError(f"Every port from {first} to {last} is taken. Set TECHPACK_PORT.")


@contextmanager
def _only_one(var: Path) -> Iterator[None]:
    """Hold `var`/run.lock: two supervisors on the same data would do every periodic job twice."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise LocalServerError(
                f"The site already runs from this folder (process {lock.read().strip() or 'unknown'}). "
                "Stop it first, or set TECHPACK_VAR to another data folder."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
