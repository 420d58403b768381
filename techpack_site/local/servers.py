"""PostgreSQL and Valkey for one data folder: started when the first command needs them, stopped by the last.

Every command that uses the servers holds a shared lock on `var`/servers.users for as long as it runs; the
kernel drops it also after kill -9. Whoever leaves and finds itself alone stops the servers. A second lock,
`var`/servers.lock, lets one command at a time start or stop.

`python -m techpack_site.local.servers` keeps them running until Ctrl-C, for work with manage.py.
"""

import fcntl
import logging
import os
import pwd
import shutil
import signal
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

import psycopg
import redis

from techpack_site.local import addresses, daemon
from techpack_site.local.errors import LocalServerError
from techpack_site.local.postgres import Postgres
from techpack_site.local.system_user import system_user
from techpack_site.local.valkey import Valkey

logger = logging.getLogger(__name__)
Server = Postgres | Valkey


@dataclass(frozen=True)
class Servers:
    """What a command may connect to; `embedded` are the servers that were not named by the environment."""

    database_url: str
    redis_url: str
    embedded: tuple[Server, ...]


@contextmanager
def ensure_running(var: Path | None = None, *, durable: bool = True) -> Iterator[Servers]:
    """Have PostgreSQL and Valkey answer while the block runs, with their data in `var` (see data_folder).

    A server named by DATABASE_URL or REDIS_URL is only checked, never started or stopped. Embedded ones are
    shared by all commands on the same `var`. `durable=False` is for data nobody will miss (tests).
    Raises LocalServerError with what to do when one cannot be reached or started.
    """
    database_url, redis_url = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
    if database_url:
        check_database(database_url)
    if redis_url:
        check_redis(redis_url)
    if database_url and redis_url:
        yield Servers(database_url, redis_url, ())
        return
    var = (var or addresses.data_folder()).resolve()
    var.mkdir(parents=True, exist_ok=True)
    account = system_user()
    postgres, valkey = Postgres(var, account, durable=durable), Valkey(var, account, durable=durable)
    embedded: tuple[Server, ...] = (
        *(() if database_url else (postgres,)),
        *(() if redis_url else (valkey,)),
    )
    with (var / "servers.users").open("w") as users, _terminate_as_exit():
        try:
            with _exclusive(var):
                alone = _take(users, fcntl.LOCK_EX)
                fcntl.flock(users, fcntl.LOCK_SH)
                _make_socket_folder(addresses.socket_folder(var), account)
                for server in embedded:
                    _ensure(server, var, alone=alone)
            yield Servers(
                database_url or addresses.database_url(var), redis_url or addresses.redis_url(var), embedded
            )
        finally:
            with _exclusive(var):
                if _take(users, fcntl.LOCK_EX):
                    _stop(var, (postgres, valkey))


def stop_abandoned(var: Path) -> bool:
    """Stop the embedded servers of `var` unless a command uses them; returns whether nobody does.

    Servers are abandoned when every command that used them was killed.
    """
    var = var.resolve()
    if not (var / "servers.users").exists():
        return True
    with (var / "servers.users").open("w") as users, _exclusive(var):
        if not _take(users, fcntl.LOCK_EX):
            return False
        account = system_user()
        _stop(var, (Postgres(var, account), Valkey(var, account)))
        return True


def check_database(url: str) -> None:
    """Raise LocalServerError unless the PostgreSQL at `url` lets us in."""
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.Error as error:
        raise LocalServerError(
            f"DATABASE_URL names a PostgreSQL that does not let us in: {error}\n"
            "Correct it, or unset it to use the embedded one."
        ) from error


def check_redis(url: str) -> None:
    """Raise LocalServerError unless the Redis or Valkey at `url` lets us in."""
    try:
        client = redis.Redis.from_url(url, socket_connect_timeout=10, socket_timeout=10)
        try:
            client.ping()
        finally:
            client.close()
    except (redis.RedisError, ValueError) as error:
        raise LocalServerError(
            f"REDIS_URL names a server that does not let us in: {error}\n"
            "Correct it, or unset it to use the embedded one."
        ) from error


def _ensure(server: Server, var: Path, *, alone: bool) -> None:
    if not server.process():
        if alone:
            server.forget_dead_server()
        logger.info("starting %s, data in %s", server.name, server.data)
        server.start()
        return
    give_up = time.monotonic() + daemon.START_SECONDS
    while not server.answers():
        if time.monotonic() > give_up or not server.process():
            raise LocalServerError(
                f"{server.name} runs on {server.data} and does not answer in {addresses.socket_folder(var)}. "
                f"It may have been started with another TMPDIR. End of {server.log}:\n"
                f"{daemon.last_lines(server.log)}"
            )
        time.sleep(0.1)


def _stop(var: Path, embedded: tuple[Server, ...]) -> None:
    for server in reversed(embedded):
        if server.process():
            logger.info("stopping %s", server.name)
            server.stop()
    shutil.rmtree(addresses.socket_folder(var), ignore_errors=True)


def _make_socket_folder(folder: Path, account: pwd.struct_passwd | None) -> None:
    """The private folder of the sockets; its name can be guessed, so a foreign one is refused."""
    owner = account.pw_uid if account else os.geteuid()
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.geteuid()}:
            raise LocalServerError(
                f"{folder} should hold the sockets of the embedded servers and belongs to someone else. "
                "Remove it and start again."
            ) from None
        folder.chmod(0o700)
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)


def _take(lock: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _exclusive(var: Path) -> Iterator[None]:
    with (var / "servers.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _terminate_as_exit() -> Iterator[None]:
    """Let SIGTERM unwind the block like Ctrl-C does, where nothing else handles it."""
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL
    ):
        yield
        return

    def leave(_number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(128 + signal.SIGTERM)

    signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        with ensure_running() as servers:
            print(f"DATABASE_URL={servers.database_url}\nREDIS_URL={servers.redis_url}", flush=True)
            signal.pause()
    except LocalServerError as error:
        raise SystemExit(str(error)) from error
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
