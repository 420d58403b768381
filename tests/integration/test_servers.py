"""The embedded servers: started once, shared, stopped by the last user, and back after any kind of end."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from techpack_site.local import addresses
from techpack_site.local.daemon import lives
from techpack_site.local.errors import LocalServerError
from techpack_site.local.postgres import Postgres
from techpack_site.local.servers import Server, ensure_running, stop_abandoned
from techpack_site.local.valkey import Valkey

HOLD = """
import sys
from pathlib import Path
from techpack_site.local.servers import ensure_running
with ensure_running(Path(sys.argv[1]), durable=False):
    print("running", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.fixture(scope="module")
def used_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose servers ran once and stopped."""
    folder = tmp_path_factory.mktemp("used") / "var"
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("DATABASE_URL", raising=False)
        environment.delenv("REDIS_URL", raising=False)
        with ensure_running(folder, durable=False):
            pass
    return folder


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Path]:
    """An empty data folder; what a failed test left running on it is stopped."""
    folder = tmp_path / "var"
    yield folder
    if folder.exists():
        stop_abandoned(folder)


@pytest.fixture
def var(empty: Path, used_before: Path) -> Path:
    """A copy of a data folder that was used before."""
    subprocess.run(["cp", "-a", str(used_before), str(empty)], check=True)
    return empty


def hold(var: Path) -> "subprocess.Popen[str]":
    """Another command that uses the servers of `var` until its stdin is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(var)],
        cwd=addresses.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "running\n"
    return process


def leave(process: "subprocess.Popen[str]") -> None:
    process.communicate()
    assert process.returncode == 0


def live(server: Server) -> psutil.Process:
    process = server.process()
    assert process is not None
    return process


def test_database_understands_japanese(empty: Path) -> None:
    with ensure_running(empty, durable=False) as running, psycopg.connect(running.database_url) as database:
        database.execute("CREATE TEMP TABLE term (name text)")
        database.execute("INSERT INTO term VALUES ('ワイシャツ'), ('スカート')")
        best = database.execute(
            "SELECT name, name % 'シャツ' FROM term ORDER BY similarity(name, 'シャツ') DESC"
        )
        near = database.execute("SELECT '[1,2,3]'::vector <-> '[1,2,5]'").fetchone()
        assert best.fetchone() == ("ワイシャツ", False)
        assert near == (2.0,)
        assert database.info.server_version // 10000 == 18


def test_new_databases_have_the_extensions(var: Path) -> None:
    with ensure_running(var, durable=False) as running:
        with psycopg.connect(running.database_url, autocommit=True) as database:
            database.execute("CREATE DATABASE another")
        with psycopg.connect(addresses.database_url(var, "another")) as database:
            names = {row[0] for row in database.execute("SELECT extname FROM pg_extension")}
    assert {"vector", "pg_trgm"} <= names


def test_nothing_is_left_and_data_stays(var: Path) -> None:
    with ensure_running(var) as running:
        with psycopg.connect(running.database_url) as database:
            database.execute("CREATE TABLE kept AS SELECT 'データ' AS text")
        with redis.Redis.from_url(running.redis_url) as valkey:
            valkey.set("kept", "値")
        processes = [live(server) for server in running.embedded]
    assert not any(lives(process) for process in processes)
    assert not addresses.socket_folder(var).exists()
    with ensure_running(var) as running:
        with psycopg.connect(running.database_url) as database:
            assert database.execute("SELECT text FROM kept").fetchone() == ("データ",)
        with redis.Redis.from_url(running.redis_url) as valkey:
            assert valkey.get("kept") == "値".encode()


def test_the_last_command_stops_the_servers(var: Path) -> None:
    first = hold(var)
    with ensure_running(var, durable=False) as running:
        processes = [live(server) for server in running.embedded]
        leave(first)
        assert all(lives(process) for process in processes)
        with psycopg.connect(running.database_url) as database:
            assert database.execute("SELECT 1").fetchone() == (1,)
    assert not any(lives(process) for process in processes)


def test_servers_of_a_killed_command_are_taken_over(var: Path) -> None:
    killed = hold(var)
    before = [live(server).pid for server in (Postgres(var, None), Valkey(var, None))]
    killed.kill()
    killed.communicate()
    with ensure_running(var, durable=False) as running:
        processes = [live(server) for server in running.embedded]
        assert [process.pid for process in processes] == before
    assert not any(lives(process) for process in processes)


def test_servers_come_back_after_kill(var: Path) -> None:
    command = hold(var)
    for server in (Postgres(var, None), Valkey(var, None)):
        live(server).kill()
    command.kill()
    command.communicate()
    with ensure_running(var, durable=False) as running, psycopg.connect(running.database_url) as database:
        assert database.execute("SELECT 1").fetchone() == (1,)


def test_pid_file_of_a_dead_server_whose_number_lives_on(var: Path) -> None:
    """After a power cut the old pid may belong to any process; PostgreSQL alone would refuse to start."""
    lines = [str(os.getppid()), str(var / "postgres"), "1", "5432", str(addresses.socket_folder(var)), "", ""]
    (var / "postgres" / "postmaster.pid").write_text("\n".join(lines))
    with ensure_running(var, durable=False) as running, psycopg.connect(running.database_url) as database:
        assert database.execute("SELECT 1").fetchone() == (1,)


def test_interrupted_first_start_is_repeated(empty: Path) -> None:
    unfinished = empty / "postgres.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    with ensure_running(empty, durable=False) as running, psycopg.connect(running.database_url) as database:
        assert database.execute("SELECT 1").fetchone() == (1,)


def test_terminate_stops_the_servers(var: Path) -> None:
    command = hold(var)
    processes = [live(server) for server in (Postgres(var, None), Valkey(var, None))]
    command.send_signal(signal.SIGTERM)
    command.communicate()
    assert command.returncode == 128 + signal.SIGTERM
    assert not any(lives(process) for process in processes)


@pytest.mark.parametrize(
    ("variable", "url"),
    [
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing"),
        ("REDIS_URL", "redis://127.0.0.1:1/0"),
        ("REDIS_URL", "http://127.0.0.1:1/0"),
    ],
)
def test_named_server_that_does_not_answer(
    empty: Path, monkeypatch: pytest.MonkeyPatch, variable: str, url: str
) -> None:
    monkeypatch.setenv(variable, url)
    with pytest.raises(LocalServerError, match=f"^{variable} names"), ensure_running(empty, durable=False):
        pass
    assert not (empty / "postgres").exists()


def test_named_servers_are_used_and_left_alone(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = hold(var)
    monkeypatch.setenv("DATABASE_URL", addresses.database_url(var))
    monkeypatch.setenv("REDIS_URL", addresses.redis_url(var))
    elsewhere = var.parent / "elsewhere"
    with ensure_running(elsewhere) as running:
        assert running.embedded == ()
    assert not elsewhere.exists()
    assert live(Postgres(var, None)).is_running()
    leave(command)


def test_data_of_another_version_is_refused(var: Path) -> None:
    (var / "postgres" / "PG_VERSION").write_text("15\n")
    with (
        pytest.raises(LocalServerError, match="made by PostgreSQL 15, the installed one is 18"),
        ensure_running(var, durable=False),
    ):
        pass


def test_socket_folder_of_someone_else_is_refused(empty: Path) -> None:
    folder = addresses.socket_folder(empty)
    folder.symlink_to(empty.parent)
    try:
        with pytest.raises(LocalServerError, match="belongs to someone else"), ensure_running(empty):
            pass
    finally:
        folder.unlink(missing_ok=True)
