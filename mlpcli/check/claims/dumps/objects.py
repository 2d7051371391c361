"""Dictionaries, lists and arrays that a binary file holds → claims."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from ....config.nodes import MAX_DEPTH
from ....errors import Place
from ....files.bfloat16 import EPS, BFloat16
from ....files.streams import ArrayError
from ....files.unpickle import Array
from ..claimed import Claimed
from .digits import MIXED, counted, from_array, no_tensor, tolerance
from .pages import Steps, steps_of
from .tree import is_tree, leaves, shape

MAX_NUMBERS = 10_000_000
"""Numbers in a dump at most: each takes some 100 bytes as a claim, with its text."""
TOO_MANY = f"more than {MAX_NUMBERS:,} numbers, or what takes as much memory"
EACH = 100
"""What a claim counts for, as numbers, beside its own."""
MAX_LISTED = 1_000_000
"""What lists may hold: they may stand in each other many times."""
NO_NUMBERS = "it is no array of numbers"


def read_objects(found: Any, path: str) -> Steps[Claimed]:
    """Return the claims of dictionaries of arrays, by step. Raises ArrayError for what is none, or too large."""
    root = Plain().of(found)
    if not is_tree(root):
        raise ArrayError("it holds no dict of arrays: {'Y1': array, ...}")
    claims, count = [], 0
    for leaf in leaves(root, path):
        count += EACH + size(leaf.value)
        if count > MAX_NUMBERS:
            raise ArrayError(TOO_MANY)
        claims.append((("", leaf.step), claim(leaf.name, leaf.value, Place(path))))
    return steps_of(1, claims, path)


class Plain:
    """Turns what a pickle has into dictionaries, lists, arrays and numbers; None for anything else.

    A dictionary that is named many times is read once, and lists as often as there is room.
    """

    def __init__(self) -> None:
        self.seen = set[int]()
        self.room = MAX_LISTED

    def of(self, item: Any, depth: int = 0) -> Any:
        if isinstance(item, Array):
            item = item.value if item.value is not None else alone(item.objects)
        if depth > MAX_DEPTH:
            return None
        if isinstance(item, dict):
            if id(item) in self.seen:
                return None
            self.seen.add(id(item))
            return {str(key)[:200]: self.of(value, depth + 1) for key, value in item.items()}
        if isinstance(item, list | tuple):
            self.room -= 1 + len(item)
            if self.room < 0:
                raise ArrayError(TOO_MANY)
            return [self.of(value, depth + 1) for value in item]
        return item if isinstance(item, np.ndarray | float) else of_integer(item)


def alone(objects: list[Any]) -> Any:
    """Return the dictionary that numpy has saved as an array of one object, else the objects."""
    return objects[0] if len(objects) == 1 and isinstance(objects[0], dict) else objects


def of_integer(item: Any) -> float | None:
    """Return an integer as a number; None for anything else, and for what is too large to be one."""
    return float(item) if isinstance(item, int) and not isinstance(item, bool) and item.bit_length() < 1000 else None


def size(value: Any) -> int:
    """Return how many numbers an array has, or nested lists of arrays."""
    return math.prod(shape(value) or ())


def claim(name: str, value: Any, place: Place) -> Claimed:
    """Make a claim of one array, of numbers in lists, or say why it is none."""
    if isinstance(value, list) and shape(value) is None:
        return no_tensor(name, place, MIXED)
    array = value if isinstance(value, np.ndarray) else np.array(value)
    if array.dtype.kind == "O":
        return no_tensor(name, place, NO_NUMBERS)
    with np.errstate(invalid="ignore"):  # a nan of an odd pattern is one as well
        found = from_array(name, place, array)
    return in_bfloat16(found) if isinstance(array, BFloat16) else found


def in_bfloat16(found: Claimed) -> Claimed:
    """Let the numbers be off by what bfloat16 rounds."""
    allowed = np.maximum(found.written.half_unit, tolerance(found.written.value, EPS))
    return replace(found, written=replace(found.written, half_unit=allowed, eps=counted(EPS)))
