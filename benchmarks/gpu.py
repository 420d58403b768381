"""Photos a second through the whole analysis on one CUDA GPU: torch in half precision, dynamic batches.

    python -m benchmarks.gpu [--data DIR] [--photos 400] [--workers N] [--device cuda|cpu]

Opening, drawing masks and measuring go on in threads on the CPU; their calls of the networks are joined to
batches. `--device cpu` runs one photo after another on ONNX Runtime, for comparison. Exit status 2 where
there is no GPU.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.analyse import machine
from ml.cli import photos_at_once
from ml.errors import DeviceError
from ml.registry import DEVICES, Registry
from ml.vision.analysis import analyse, warm_up
from ml.vision.photo import open_photo

DEFAULT_DATA = Path(os.environ.get("TECHPACK_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


def main() -> int:
    """Print the figure; 2 when there are no photos or no GPU."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="the training data folder")
    parser.add_argument("--photos", type=int, default=400)
    parser.add_argument("--workers", type=int, help="photos side by side; all cores without it")
    parser.add_argument("--device", choices=DEVICES, default="cuda")
    options = parser.parse_args()
    paths = sorted((options.data / "photos").glob("*.jpg"))
    if not paths:
        print(f"no photos in {options.data / 'photos'}; name the data folder with --data", file=sys.stderr)
        return 2
    try:
        registry = Registry(options.device)
    except DeviceError as error:
        print(error.text, file=sys.stderr)
        return 2
    workers = options.workers or photos_at_once(options.device)
    order = np.random.default_rng(3).permutation(len(paths))[: options.photos]
    contents = [paths[index].read_bytes() for index in order]
    if workers > 1:
        cv2.setNumThreads(1)
    warm_up(registry)
    with ThreadPoolExecutor(workers) as pool:

        def one(content: bytes) -> bool:
            return analyse(lambda: open_photo(content), registry).refused is None

        list(pool.map(one, contents[:workers]))  # the first runs of every size choose their algorithms
        started = time.perf_counter()
        drawn = sum(pool.map(one, contents))
        seconds = time.perf_counter() - started
    print(machine())
    print(f"device   {options.device}, {workers} photos side by side")
    print(f"photos   {len(contents)} ({drawn} not refused)")
    print(f"rate     {len(contents) / seconds:.1f} photos/s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
