"""One server process that outlives the command that started it, known by its pid file."""

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypedDict

import psutil

from techpack_site.local.errors import LocalServerError

START_SECONDS = 120.0
STOP_SECONDS = 30.0
RETRY_SECONDS = 5.0
_children: dict[int, "subprocess.Popen[bytes]"] = {}
LOG_LINES_SHOWN = 15


class Identity(TypedDict, total=False):
    """The keywords of subprocess that choose who a process runs as."""

    user: int
    group: int
    extra_groups: list[int]


def identity(account: pwd.struct_passwd | None) -> Identity:
    """Keywords for subprocess: run as `account`, or as the current user where it is None."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def start(
    command: Sequence[str],
    *,
    log: Path,
    account: pwd.struct_passwd | None,
    answers: Callable[[], bool],
) -> None:
    """Start `command` in a session of its own and wait until `answers()` is true.

    A first attempt that ends at once is tried again for a few seconds: after kill -9 the children of the
    old server may still be leaving. Raises LocalServerError with the end of `log` when it does not come up.
    """
    process = _spawn(command, log, account)
    try:
        for waited in _ticks():
            if answers():
                _children[process.pid] = process
                return
            if process.poll() is not None:
                if waited > RETRY_SECONDS:
                    break
                time.sleep(0.5)
                process = _spawn(command, log, account)
    except BaseException:
        _end(process)
        raise
    _end(process)
    raise LocalServerError(f"{Path(command[0]).name} did not start. End of {log}:\n{last_lines(log)}")


def stop(process: psutil.Process, signal_number: signal.Signals) -> None:
    """Ask `process` to end and wait; what does not end in STOP_SECONDS is killed."""
    with suppress(psutil.NoSuchProcess):
        process.send_signal(signal_number)
        deadline = time.monotonic() + STOP_SECONDS
        while lives(process):
            if time.monotonic() > deadline:
                process.kill()
            time.sleep(0.02)
    if child := _children.pop(process.pid, None):
        child.wait()


def find(pid_file: Path, *, program: str, mention: Path) -> psutil.Process | None:
    """The live process whose pid is the first line of `pid_file`, or None where the file is stale.

    After a power cut the number may belong to any other process, so it must run `program` and have the
    folder `mention` in its command line.
    """
    try:
        process = psutil.Process(int(pid_file.read_text().split("\n", 1)[0]))
        same = process.name().startswith(program) and any(str(mention) in part for part in process.cmdline())
        return process if same and lives(process) else None
    except (FileNotFoundError, ValueError, psutil.Error):
        return None


def last_lines(log: Path, count: int = LOG_LINES_SHOWN) -> str:
    text = log.read_text(errors="replace") if log.exists() else ""
    return "\n".join(text.splitlines()[-count:])


def lives(process: psutil.Process) -> bool:
    """A zombie counts as ended: without a proper init, nobody collects a server whose starter is gone."""
    return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)


def _ticks() -> Iterator[float]:
    """Seconds since the first tick, twenty times a second, for START_SECONDS."""
    first = time.monotonic()
    while (waited := time.monotonic() - first) < START_SECONDS:
        yield waited
        time.sleep(0.05)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()


def _spawn(command: Sequence[str], log: Path, account: pwd.struct_passwd | None) -> "subprocess.Popen[bytes]":
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as stream:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            cwd="/",
            env={name: value for name, value in os.environ.items() if not name.startswith("PG")},
            start_new_session=True,
            **identity(account),
        )
