"""The unprivileged system user of the embedded servers when the site is started as root.

PostgreSQL refuses to run as root. The account has no password, no home and no shell.
"""

import logging
import os
import pwd
import stat
import subprocess
from pathlib import Path

from techpack_site.local.errors import LocalServerError

logger = logging.getLogger(__name__)
NAME = "techpack-db"
ALREADY_EXISTS = 9  # exit status of useradd(8): another command was quicker
SEARCH = stat.S_IXOTH
READ = stat.S_IRGRP | stat.S_IROTH
EXECUTE = stat.S_IXGRP | stat.S_IXOTH


def system_user() -> pwd.struct_passwd | None:
    """The account the servers run as, or None where the current, ordinary user runs them.

    Raises LocalServerError when root can neither find nor make the account.
    """
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        _make()
    return pwd.getpwnam(NAME)


def _make() -> None:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        problem = done.stderr.strip() if done.returncode not in {0, ALREADY_EXISTS} else ""
    except OSError as error:
        problem = str(error)
    if problem:
        raise LocalServerError(
            f"PostgreSQL does not run as root, and the system user {NAME!r} could not be made: {problem}. "
            "Make it by hand, start as an ordinary user, or set DATABASE_URL and REDIS_URL."
        )


def may(user: pwd.struct_passwd, test: str, path: Path) -> bool:
    """Whether `user` passes the shell's file test `test` ("-e", "-r", "-x") on `path`."""
    command = ["/bin/sh", "-c", f'test {test} "$1"', "sh", str(path)]
    done = subprocess.run(command, user=user.pw_uid, group=user.pw_gid, extra_groups=[], cwd="/", check=False)
    return done.returncode == 0


def open_way(path: Path, user: pwd.struct_passwd) -> None:
    """Let `user` walk to the existing `path`: the folders above it get the search bit (not the read bit).

    Only folders that refuse it now are changed, and each is named in the log.
    Raises LocalServerError when the way stays closed.
    """
    for folder in reversed(path.parents):
        if may(user, "-x", folder):
            continue
        try:
            folder.chmod(stat.S_IMODE(folder.stat().st_mode) | SEARCH)
        except OSError as error:
            raise _closed(path, folder) from error
        logger.warning("Others may now pass through %s, so that user %s reaches %s", folder, NAME, path)
    if not may(user, "-e", path):
        raise _closed(path, path.parent)


def open_programs(folder: Path, user: pwd.struct_passwd) -> None:
    """Let `user` run what pip installed in `folder`, also where pip ran under a strict umask."""
    open_way(folder, user)
    for path in (folder, *sorted(folder.rglob("*"))):
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = mode | READ | (EXECUTE if mode & stat.S_IXUSR else 0)
        if mode != wanted:
            path.chmod(wanted)


def _closed(path: Path, folder: Path) -> LocalServerError:
    return LocalServerError(
        f"Started as root, the embedded servers run as user {NAME!r}, who cannot reach {path} "
        f"because of the permissions of {folder}. Move the checkout to a folder others may enter, "
        "start as an ordinary user, or set DATABASE_URL and REDIS_URL."
    )
