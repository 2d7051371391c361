"""Python's dicts, lists, numbers and arrays → the nodes that a YAML text would have become."""

from __future__ import annotations

from collections.abc import Mapping as Mappings
from typing import Any

import numpy as np

from ..errors import InputError, Place, Problem
from .nodes import MAX_DEPTH, Mapping, Node, Numbers, Scalar, Sequence


def to_node(value: Any, place: Place, path: str = "") -> Node:
    """Return the node of a value. Raises InputError for what a config cannot hold, with the path of keys to it."""
    return Nodes(place).of(value, path, 0)


class Nodes:
    """Makes nodes that all stand at one place: a dict has no lines."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def of(self, value: Any, path: str, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise InputError(Problem(self.place, path, f"nested deeper than {MAX_DEPTH} levels"))
        if isinstance(value, Mappings):
            return self.mapping(value, path, depth)
        if isinstance(value, np.ndarray) and value.ndim:
            return self.array(value, path)
        if isinstance(value, list | tuple):
            return self.sequence(value, path, depth)
        return self.scalar(value, path)

    def sequence(self, value: Any, path: str, depth: int) -> Sequence:
        rows = [item.tolist() if isinstance(item, np.ndarray) else item for item in value]
        return Sequence(self.place, [self.of(row, f"{path}[{i}]", depth + 1) for i, row in enumerate(rows)])

    def mapping(self, value: Mappings[Any, Any], path: str, depth: int) -> Mapping:
        entries: dict[str, tuple[Place, Node]] = {}
        for key, item in value.items():
            inside = f"{path}.{key}" if path else str(key)
            if isinstance(item, np.ndarray) and inside.startswith("expect."):
                item = item.tolist()  # a claim keeps the digits of each number
            entries[str(key)] = (self.place, self.of(item, inside, depth + 1))
        return Mapping(self.place, entries)

    def array(self, value: Any, path: str) -> Node:
        if value.dtype.kind not in "fiu":
            raise InputError(Problem(self.place, path, f"an array of {value.dtype} stands where numbers are needed"))
        return Numbers(self.place, value=value)

    def scalar(self, value: Any, path: str) -> Scalar:
        if value is None or isinstance(value, bool | np.bool_):
            return Scalar(self.place, "~" if value is None else str(bool(value)).lower(), plain=True)
        if isinstance(value, str):
            return Scalar(self.place, value, plain=value in ("~", "null"))
        try:
            number = value.item() if isinstance(value, np.ndarray | np.generic) else value
        except ValueError:
            number = None
        if isinstance(number, int | float):
            return Scalar(self.place, repr(number), plain=True)
        what = f"a value of type {type(value).__name__} is none that a config has"
        raise InputError(Problem(self.place, path, what))
