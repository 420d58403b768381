"""Seconds that ``ml analyse`` takes for a photo, models loaded, beside IS-Net at 1024² in the same run.

    python benchmarks/analyse.py [--data DIR] [--photos 24] [--large 8] [--threads 2] [--no-isnet]

Two sets: photos of the data folder as they are, and copies of them enlarged to 12 MP with sensor noise,
as JPEG. Our time is that of all steps from the file's bytes on; that of IS-Net is for its mask alone,
from open pixels. The two take turns on every photo, so that both meet the same machine.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.isnet import IsNet
from ml.registry import Registry
from ml.vision.analysis import STEPS, analyse
from ml.vision.photo import Photo, open_photo

Result = TypeVar("Result")

ROOT = Path(__file__).resolve().parents[1]
LARGE_WIDTH = 3024
TARGET_SECONDS = 1.0
TARGET_RATIO = 0.5


@dataclass
class Timings:
    """Seconds per photo of one set."""

    name: str
    ours: list[float] = field(default_factory=list)
    isnet: list[float] = field(default_factory=list)
    ours_cpu: list[float] = field(default_factory=list)
    isnet_cpu: list[float] = field(default_factory=list)
    steps: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in STEPS})

    def report(self) -> str:
        """A few lines for people."""
        lines = [f"{self.name}: {len(self.ours)} photos"]
        lines.append(f"  ml analyse   {spread(self.ours, self.ours_cpu)}")
        shares = "  ".join(f"{step} {np.median(values):.3f}" for step, values in self.steps.items())
        lines.append(f"    {shares}")
        if self.isnet:
            ratio = np.median(self.ours) / np.median(self.isnet)
            lines.append(f"  IS-Net mask  {spread(self.isnet, self.isnet_cpu)}  ratio {ratio:.2f}")
        return "\n".join(lines)

    def meets_targets(self) -> bool:
        """At most a second, and at most half of IS-Net's time."""
        ours = float(np.median(self.ours))
        return ours <= TARGET_SECONDS and (
            not self.isnet or ours <= TARGET_RATIO * float(np.median(self.isnet))
        )


def spread(seconds: list[float], cpu: list[float]) -> str:
    """Median and 90th percentile of the wall time, median of the processor time of all threads."""
    wall, slow, busy = np.median(seconds), np.quantile(seconds, 0.9), np.median(cpu)
    return f"median {wall:.3f} s  p90 {slow:.3f} s  cpu {busy:.3f} s"


def timed(work: Callable[[], Result], seconds: list[float], cpu: list[float]) -> Result:
    """What ``work`` returns; its wall and processor time go into the lists."""
    started, busy = time.perf_counter(), time.process_time()
    result = work()
    seconds.append(time.perf_counter() - started)
    cpu.append(time.process_time() - busy)
    return result


def measure(timings: Timings, content: bytes, registry: Registry, isnet: IsNet | None) -> None:
    """One photo through both."""
    opened: list[Photo] = []

    def opening() -> Photo:
        opened.append(open_photo(content))
        return opened[-1]

    found = timed(lambda: analyse(opening, registry), timings.ours, timings.ours_cpu)
    for step, seconds in found.seconds.items():
        timings.steps[step].append(seconds)
    if isnet is not None:
        timed(lambda: isnet.mask(opened[0].pixels), timings.isnet, timings.isnet_cpu)


def enlarged(content: bytes, seed: int) -> bytes:
    """A photo as a 12 MP phone would have stored it: enlarged, with noise, JPEG."""
    pixels = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
    size = LARGE_WIDTH, round(LARGE_WIDTH * pixels.shape[0] / pixels.shape[1])
    large = cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC)
    noise = np.random.default_rng(seed).normal(0, 3, (size[1], size[0], 1)).astype(np.float32)
    out = io.BytesIO()
    Image.fromarray(np.clip(large + noise, 0, 255).astype(np.uint8)).save(out, "JPEG", quality=90)
    return out.getvalue()


def machine() -> str:
    """Processor, cores, threads in use elsewhere and versions, for the record."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line.split(":")[1].strip() for line in info.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return f"{model}, {os.cpu_count()} cores, load {load:.1f}, Python {platform.python_version()}"


def main() -> int:
    """Runs both sets and prints the figures; exit status 1 when a target is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = os.environ.get("TECHPACK_DATA", str(ROOT.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=Path(default), help="the training data folder")
    parser.add_argument("--photos", type=int, default=24)
    parser.add_argument("--large", type=int, default=8)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--network", choices=("medium", "small"), default="medium", help="which IS-Net")
    parser.add_argument("--no-isnet", action="store_true")
    options = parser.parse_args()
    paths = sorted((options.data / "photos").glob("*.jpg"))
    if not paths:
        parser.error(f"no photos in {options.data / 'photos'}; name the data folder with --data")
    cv2.setNumThreads(options.threads)
    registry = Registry(threads=options.threads)
    registry.load("garment")
    isnet = None if options.no_isnet else IsNet(ROOT / "var" / "isnet", options.network, options.threads)
    order = np.random.default_rng(1).permutation(len(paths))
    contents = [paths[index].read_bytes() for index in order[: max(options.photos, options.large)]]
    small, large = Timings("data folder, 400 px wide"), Timings("enlarged to 12 MP")
    measure(Timings("warm-up"), contents[0], registry, isnet)
    for content in contents[: options.photos]:
        measure(small, content, registry, isnet)
    for number, content in enumerate(contents[: options.large]):
        measure(large, enlarged(content, number), registry, isnet)
    sets = [timings for timings in (small, large) if timings.ours]
    print(machine() + f", {options.threads} threads")
    for timings in sets:
        print(timings.report())
    met = all(timings.meets_targets() for timings in sets)
    print(f"targets (median ≤ {TARGET_SECONDS} s, ≤ {TARGET_RATIO} of IS-Net): {'met' if met else 'missed'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
