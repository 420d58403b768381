"""Strict reading of JSON values: what is not expected raises ``DocumentError`` with its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from ml.drawing.errors import DocumentError

T = TypeVar("T")


def at(place: str, read: Callable[[Any], T], data: object) -> T:
    """Read a value; an error in it is told with its place."""
    try:
        return read(data)
    except DocumentError as error:
        raise error.inside(place) from None


def fields(data: object, keys: tuple[str, ...]) -> Mapping[str, Any]:
    """An object with exactly these keys."""
    if not isinstance(data, dict):
        raise DocumentError("wrong_type", "an object is expected here")
    for key in data:
        if key not in keys:
            raise DocumentError("unknown_key", f"{str(key)[:80]!r} is not known here")
    for key in keys:
        if key not in data:
            raise DocumentError("missing_key", f"{key!r} is missing")
    return data


def each(read: Callable[[Any], T]) -> Callable[[object], tuple[T, ...]]:
    """A reader for a list of what ``read`` reads."""
    return partial(_each, read)


def _each(read: Callable[[Any], T], data: object) -> tuple[T, ...]:
    if not isinstance(data, list):
        raise DocumentError("wrong_type", "a list is expected here")
    return tuple(at(f"[{number}]", read, item) for number, item in enumerate(data))


def optional(read: Callable[[Any], T]) -> Callable[[object], T | None]:
    """A reader for null or what ``read`` reads."""
    return lambda data: None if data is None else read(data)


def number(data: object) -> float:
    """A JSON number, as a float."""
    if isinstance(data, bool) or not isinstance(data, int | float):
        raise DocumentError("wrong_type", "a number is expected here")
    if isinstance(data, int) and abs(data) > 10**12:
        raise DocumentError("out_of_range", "the number is too large")
    return float(data)


def text(data: object) -> str:
    """A JSON string."""
    if not isinstance(data, str):
        raise DocumentError("wrong_type", "a text is expected here")
    return data


def flag(data: object) -> bool:
    """A JSON true or false."""
    if not isinstance(data, bool):
        raise DocumentError("wrong_type", "true or false is expected here")
    return data
