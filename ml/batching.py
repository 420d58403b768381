"""Dynamic batching: the calls that several threads make at the same time run as one."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np

from ml.engines import Engine, Tensor

MOST_PICTURES = 32
WAIT_SECONDS = 0.004
"""How long the first call of a batch waits for others. A batch on a GPU takes longer than this."""

Shapes = tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, eq=False)
class _Call:
    inputs: Mapping[str, Tensor]
    answer: Future[dict[str, Tensor]]

    @property
    def pictures(self) -> int:
        return len(next(iter(self.inputs.values())))

    @property
    def shapes(self) -> Shapes:
        """Names and shapes without the first axis: what calls must share to be joined."""
        return tuple(sorted((name, value.shape[1:]) for name, value in self.inputs.items()))


class Batching:
    """An engine that joins the calls of several threads, of pictures of one size, to batches of another.

    A batch holds up to ``most`` pictures, or one call with more. An error of the engine is raised in each
    call that was in the batch. The thread that runs the batches ends with the process.
    """

    def __init__(self, engine: Engine, most: int = MOST_PICTURES, wait: float = WAIT_SECONDS) -> None:
        if most < 1 or wait < 0:
            raise ValueError("batching: at least one picture, and no negative wait")
        self._engine, self._most, self._wait = engine, most, wait
        self._calls: queue.SimpleQueue[_Call] = queue.SimpleQueue()
        self._left: list[_Call] = []
        self.inputs = engine.inputs
        threading.Thread(target=self._work, name="batching", daemon=True).start()

    def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """All outputs by name; blocks until the batch with this call has run."""
        call = _Call(inputs, Future())
        self._calls.put(call)
        return call.answer.result()

    def _work(self) -> None:
        while True:
            batch = self._next_batch()
            try:
                joined = {
                    name: np.concatenate([call.inputs[name] for call in batch]) for name in batch[0].inputs
                }
                answer = self._engine.run(joined)
                ends = np.cumsum([call.pictures for call in batch])[:-1]
                split = {name: np.split(value, ends) for name, value in answer.items()}
                for number, call in enumerate(batch):
                    call.answer.set_result({name: values[number] for name, values in split.items()})
            except BaseException as error:  # whatever it is belongs to those who wait for the answer
                for call in batch:
                    if not call.answer.done():
                        call.answer.set_exception(error)

    def _next_batch(self) -> list[_Call]:
        """The oldest call and those like it that come within the wait."""
        if not self._left:
            self._left.append(self._calls.get())
        self._gather()
        first, *others = self._left
        batch, self._left = [first], []
        room = self._most - first.pictures
        for call in others:
            if call.shapes == first.shapes and call.pictures <= room:
                batch.append(call)
                room -= call.pictures
            else:
                self._left.append(call)
        return batch

    def _gather(self) -> None:
        """Take up the calls that wait already, and those of the next few milliseconds."""
        time.sleep(self._wait)
        while True:
            try:
                self._left.append(self._calls.get_nowait())
            except queue.Empty:
                return
