"""The companion of the supervised processes: says when the site is ready, and ends when it no longer can be.

It repeats what the embedded servers log, ends with 1 when one of them dies, and cleans up when the supervisor
itself was killed and could not.
"""

import http.client
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from techpack_site.local import addresses
from techpack_site.local.postgres import Postgres
from techpack_site.local.servers import Server, stop_abandoned
from techpack_site.local.site_processes import DEMO_LOGIN, HOST, SUPERVISOR
from techpack_site.local.valkey import Valkey

READY_SECONDS = 300.0
POLL_SECONDS = 0.5
GRACE_SECONDS = 5.0


def main(port: int) -> int:
    var = addresses.data_folder()
    supervisor = psutil.Process(int(os.environ[SUPERVISOR]))
    servers = embedded_servers(var)
    logs = [follow(server) for server in servers]
    started = time.monotonic()
    ready = False
    failing = "no answer"
    while supervisor.is_running():
        for lines in logs:
            for line in next(lines):
                say(line)
        for server in servers:
            if not server.process():
                say(f"{server.name} ended; its log is {server.log}")
                return 1
        if not ready:
            failing = probe(port)
            ready = not failing
            if ready:
                say(welcome(port))
            elif time.monotonic() - started > READY_SECONDS:
                say(f"The site is not ready after {READY_SECONDS:.0f} s: {failing}")
                return 1
        time.sleep(POLL_SECONDS)
    end_orphans(supervisor.pid)
    stop_abandoned(var)
    return 1


def embedded_servers(var: Path) -> list[Server]:
    servers: list[Server] = []
    if not os.environ.get("DATABASE_URL"):
        servers.append(Postgres(var, None))
    if not os.environ.get("REDIS_URL"):
        servers.append(Valkey(var, None))
    return servers


def follow(server: Server) -> Iterator[list[str]]:
    """The lines `server` has logged since the last step, from now on."""
    with server.log.open(errors="replace") as log:
        log.seek(0, os.SEEK_END)
        while True:
            yield [f"{server.name}: {line.rstrip()}" for line in log.readlines()]


def probe(port: int) -> str:
    """What is missing until the site is ready, or an empty string."""
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", "/ready", headers={"Host": f"localhost:{port}"})
        answer = connection.getresponse()
        body = answer.read()
    except OSError as error:
        return f"the web process does not answer ({error})"
    finally:
        connection.close()
    if answer.status == http.client.OK:
        return ""
    try:
        return "failing: " + ", ".join(json.loads(body)["failing"])
    except (ValueError, KeyError):
        return f"/ready answers {answer.status}"


def welcome(port: int) -> str:
    login = os.environ.get(DEMO_LOGIN, "")
    return f"Techpack Studio is ready at http://{HOST}:{port}/\nDemo login: {login}\nCtrl-C stops it."


def end_orphans(supervisor: int) -> None:
    """End what the dead supervisor started, and its forks that forward the output of each process."""
    marked = [
        process
        for process in psutil.process_iter()
        if _environment(process).get(SUPERVISOR) == str(supervisor)
    ]
    forwarders = {parent for process in marked if (parent := process.parent()) and _is_supervisor(parent)}
    orphans = [process for process in marked if process.pid != os.getpid()]
    for process in orphans:
        with suppress(psutil.Error):
            process.terminate()
    _, stubborn = psutil.wait_procs(orphans, GRACE_SECONDS)
    rest = [*stubborn, *forwarders]
    for process in rest:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(rest, GRACE_SECONDS)


def _environment(process: psutil.Process) -> dict[str, str]:
    try:
        return dict(process.environ())
    except (psutil.Error, OSError):
        return {}


def _is_supervisor(process: psutil.Process) -> bool:
    try:
        return "techpack_site.local" in process.cmdline()
    except psutil.Error:
        return False


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
