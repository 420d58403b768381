"""Where the embedded PostgreSQL and Valkey listen: UNIX sockets in one private folder per checkout.

Sockets cannot clash with servers on the usual ports, and nothing listens on the network.
The folder is short on purpose: a UNIX socket path may have 107 bytes at most (unix(7)).
"""

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
TEST_VAR = ROOT / "var" / "test"
DATABASE_NAME = "techpack"
VALKEY_SOCKET = "valkey.sock"


def data_folder() -> Path:
    """Where an installation keeps its data: TECHPACK_VAR, or var/ in the checkout."""
    return Path(os.environ.get("TECHPACK_VAR", ROOT / "var"))


def socket_folder(var: Path) -> Path:
    """Folder of both sockets for the data folder `var`."""
    digest = hashlib.sha256(str(var.resolve()).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"techpack-{digest}"


def database_url(var: Path, name: str = DATABASE_NAME) -> str:
    """Connection URL of the embedded PostgreSQL (libpq form, socket folder as host)."""
    return f"postgresql://postgres@/{name}?host={quote(str(socket_folder(var)), safe='')}"


def redis_url(var: Path) -> str:
    """Connection URL of the embedded Valkey, as redis-py writes it."""
    return f"unix://{socket_folder(var) / VALKEY_SOCKET}"
