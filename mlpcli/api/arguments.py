"""What the functions of the Python interface take: a wrong argument is told as wrong input is, by its name."""

from __future__ import annotations

import operator
import os
from collections.abc import Collection, Mapping
from typing import Any

from ..errors import InputError, Place, Problem, quoted, short, suggestion


def wrong(function: str, name: str, message: str) -> InputError:
    """Return the error of an argument: `train: steps: a whole number from 1 on is needed, not 'x'`."""
    return InputError(Problem(Place(function), name, message))


def whole(function: str, name: str, value: Any, least: int = 1) -> int:
    """Return a whole number from `least` on, numpy's too. Raises InputError."""
    try:
        number = operator.index(value)
    except TypeError:
        number = least - 1
    if isinstance(value, bool) or number < least:
        raise wrong(function, name, f"a whole number from {least} on is needed, not {told(value)}")
    return number


def part(function: str, name: str, value: Any) -> float:
    """Return a number from 0 to 1, as a probability is. Raises InputError."""
    try:
        between = bool(0 <= value <= 1)
    except (TypeError, ValueError):
        between = False
    if isinstance(value, bool) or not between:
        raise wrong(function, name, f"a number from 0 to 1 is needed, not {told(value)}")
    return float(value)


def text(function: str, name: str, value: Any, like: str) -> str:
    """Return a text. Raises InputError with what it is like."""
    if not isinstance(value, str):
        raise wrong(function, name, f"a text such as {like!r} is needed, not {told(value)}")
    return value


def keyed(function: str, name: str, value: Any, like: str) -> Mapping[str, Any]:
    """Return a dict whose keys are texts. Raises InputError with what such a text is like."""
    if not isinstance(value, Mapping):
        raise wrong(function, name, f"a dict is needed, not {told(value)}")
    return {text(function, name, key, like): of for key, of in value.items()}


def path(function: str, name: str, value: Any, kinds: str = "the path of a file") -> str:
    """Return the path of a file as text. Raises InputError with the kinds of values that are taken."""
    if not isinstance(value, str | os.PathLike):
        raise wrong(function, name, f"{kinds} is needed, not {told(value)}")
    return os.fspath(value)


def one_of(function: str, name: str, value: Any, known: Collection[str]) -> str:
    """Return one of the words that are known. Raises InputError, with the one that is likely meant."""
    if not isinstance(value, str) or value not in known:
        near = suggestion(value, known) if isinstance(value, str) else ""
        hint = near or f"; known are {', '.join(known)}"
        raise wrong(function, name, f"unknown value {told(value)}{hint}")
    return value


def told(value: Any) -> str:
    """Return a value as a message has it: its text where that is short, else what it is."""
    if isinstance(value, str):
        return quoted(value)
    return (
        short(f"{value}") if value is None or isinstance(value, int | float) else f"one of type {type(value).__name__}"
    )
