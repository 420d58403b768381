"""Joining the calls of several threads: right answers to each, errors to those concerned."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from ml.batching import Batching
from ml.engines import Tensor


class Doubling:
    """Doubles its input; remembers the shapes it was run on; refuses negative numbers."""

    inputs = ("pixels",)

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []

    def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        pixels = inputs["pixels"]
        self.shapes.append(pixels.shape)
        if pixels.min() < 0:
            raise ValueError("negative")
        return {"twice": pixels * 2, "sum": pixels.sum(axis=1)}


def together(batching: Batching, inputs: list[Tensor]) -> list[dict[str, Tensor] | Exception]:
    """The answers to calls that start at the same moment."""
    start = threading.Barrier(len(inputs))

    def call(pixels: Tensor) -> dict[str, Tensor] | Exception:
        start.wait()
        try:
            return batching.run({"pixels": pixels})
        except ValueError as error:
            return error

    with ThreadPoolExecutor(len(inputs)) as pool:
        return list(pool.map(call, inputs))


def rows(count: int, width: int, value: float) -> Tensor:
    return np.full((count, width), value, np.float32)


def test_calls_are_joined_and_each_gets_its_own_answer() -> None:
    engine = Doubling()
    inputs = [rows(1 + number % 2, 3, number) for number in range(8)]
    answers = together(Batching(engine, wait=0.2), inputs)
    for pixels, answer in zip(inputs, answers, strict=True):
        assert isinstance(answer, dict)
        assert (answer["twice"] == pixels * 2).all()
        assert answer["sum"].shape == (len(pixels),)
    assert len(engine.shapes) < len(inputs)
    assert sum(shape[0] for shape in engine.shapes) == 12


def test_pictures_of_other_sizes_run_apart() -> None:
    engine = Doubling()
    answers = together(
        Batching(engine, wait=0.2), [rows(1, 3, 1), rows(1, 5, 1), rows(1, 3, 1), rows(1, 5, 1)]
    )
    assert all(isinstance(answer, dict) for answer in answers)
    assert {shape[1] for shape in engine.shapes} == {3, 5}


def test_a_batch_is_no_larger_than_allowed_but_a_call_is_never_split() -> None:
    engine = Doubling()
    together(Batching(engine, most=4, wait=0.2), [rows(3, 2, 1) for _ in range(3)])
    assert [shape[0] for shape in engine.shapes] == [3, 3, 3]
    assert len(Batching(engine, most=4, wait=0).run({"pixels": rows(9, 2, 1)})["twice"]) == 9


def test_an_error_is_raised_to_the_callers_and_the_next_calls_go_on() -> None:
    batching = Batching(Doubling(), wait=0)
    with pytest.raises(ValueError, match="negative"):
        batching.run({"pixels": rows(1, 2, -1)})
    assert batching.run({"pixels": rows(1, 2, 1)})["sum"].tolist() == [2]


@pytest.mark.parametrize(("most", "wait"), [(0, 0.1), (4, -1)])
def test_impossible_settings_are_refused(most: int, wait: float) -> None:
    with pytest.raises(ValueError, match="batching"):
        Batching(Doubling(), most=most, wait=wait)
