"""The models of this process: each loaded once, by name and checked hash, on one device.

A model is a pair of files in ``ml/weights``: ``NAME.onnx`` and its card ``NAME.json`` with at least

    {"name": "garment", "version": "1.0.0", "sha256": "<of NAME.onnx>", … what its reader needs …}
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ml.batching import Batching
from ml.engines import Engine, OnnxEngine, Tensor
from ml.errors import DeviceError, ModelError

WEIGHTS = Path(__file__).parent / "weights"
DEVICES = ("cpu", "cuda")
THREADS_SETTING = "TECHPACK_ML_THREADS"


@dataclass(frozen=True)
class ModelCard:
    """Who a model is. ``facts`` is the whole card: input size, classes, calibration, …"""

    name: str
    version: str
    sha256: str
    facts: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not all(isinstance(value, str) and value for value in (self.name, self.version, self.sha256)):
            raise ValueError("name, version and sha256 must be texts")
        if len(self.sha256) != 64 or set(self.sha256) - set("0123456789abcdef"):
            raise ValueError("sha256 must be 64 lower-case hexadecimal digits")

    def to_json(self) -> dict[str, str]:
        """Name, version and sha256, as results carry them."""
        return {"name": self.name, "version": self.version, "sha256": self.sha256}


@dataclass(frozen=True, eq=False)
class Model:
    """A loaded network. ``run`` may be called from several threads at once."""

    card: ModelCard
    engine: Engine

    def run(self, **inputs: Tensor) -> dict[str, Tensor]:
        """All outputs by name; raises ValueError when the inputs are not the network's."""
        expected = set(self.engine.inputs)
        if set(inputs) != expected:
            raise ValueError(f"model {self.card.name}: inputs are {sorted(expected)}, not {sorted(inputs)}")
        return self.engine.run(inputs)


class Registry:
    """Loads models on first use and keeps them.

    ``device``: "cpu" (ONNX Runtime) or "cuda" (torch in half precision, the calls of several threads joined
    to batches). ``threads``: for one run of a network on the CPU; None takes TECHPACK_ML_THREADS or, without
    it, all cores this process may use. Raises DeviceError for a device that is unknown or not there.
    """

    def __init__(self, device: str = "cpu", threads: int | None = None, weights: Path = WEIGHTS) -> None:
        if device not in DEVICES:
            raise DeviceError("unknown_device", f"The device must be cpu or cuda, not {device!r}.")
        if device == "cuda":
            require_cuda()
        self.device = device
        self.threads = threads_setting() if threads is None else threads
        if self.threads < 1:
            raise ValueError("registry: at least one thread is needed")
        self.weights = weights
        self._models: dict[str, Model] = {}
        self._lock = threading.Lock()

    def load(self, name: str) -> Model:
        """The model called ``name``; the same object at every call. Raises ModelError and says what to do."""
        with self._lock:
            if name not in self._models:
                self._models[name] = self._read(name)
            return self._models[name]

    def _read(self, name: str) -> Model:
        """Reads card and weights of a model and checks that they belong together."""
        card = read_card(self.weights, name)
        path = self.weights / f"{name}.onnx"
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ModelError(
                "missing_weights", f"The weights {path} cannot be read. Restore the file."
            ) from error
        if hashlib.sha256(content).hexdigest() != card.sha256:
            raise ModelError(
                "corrupt_weights", f"The weights {path} are not those of {name}.json. Restore both files."
            )
        try:
            return Model(card, self._engine(content))
        except Exception as error:  # the engines' errors share no base class below Exception
            raise ModelError("bad_model", f"The network {path} cannot be loaded: {error}") from error

    def _engine(self, content: bytes) -> Engine:
        if self.device == "cpu":
            return OnnxEngine(content, self.threads)
        from ml.cuda import TorchEngine  # only the installation of a GPU machine has its packages

        return Batching(TorchEngine(content))


def require_cuda() -> None:
    """Raise DeviceError, which says what to do, unless torch is installed and can use a GPU."""
    try:
        from ml.cuda import cuda_is_there
    except (ImportError, RuntimeError) as error:
        text = (
            f"This installation cannot use a CUDA GPU ({error}). Use --device cpu or install the extra gpu."
        )
        raise DeviceError("no_cuda", text) from error
    if not cuda_is_there():
        text = (
            "torch finds no CUDA GPU. Check its driver and that torch is a CUDA build, or use --device cpu."
        )
        raise DeviceError("no_cuda", text)


def read_card(weights: Path, name: str) -> ModelCard:
    """The checked card ``NAME.json``; raises ModelError ("missing_weights" or "bad_card")."""
    path = weights / f"{name}.json"
    try:
        facts = json.loads(path.read_text("utf-8"))
        card = ModelCard(facts["name"], facts["version"], facts["sha256"], facts)
    except OSError as error:
        raise ModelError("missing_weights", f"The card {path} cannot be read. Restore the file.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError("bad_card", f"The card {path} is not valid: {error}.") from error
    if card.name != name:
        raise ModelError("bad_card", f"The card {path} is that of {card.name!r}.")
    return card


def threads_setting() -> int:
    """Threads for one run: the TECHPACK_ML_THREADS setting, else the cores this process may use."""
    text = os.environ.get(THREADS_SETTING, "")
    if not text:
        return cores()
    if not text.isdigit() or int(text) < 1:
        raise ModelError("bad_setting", f"{THREADS_SETTING} must be a positive whole number, not {text!r}.")
    return int(text)


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def shared_registry(device: str = "cpu") -> Registry:
    """The registry of this process for ``device``: what workers and the command line use."""
    return Registry(device)
