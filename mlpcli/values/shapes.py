"""Arrays without numbers: a number type that finds the shape of what an op computes.

The number of rows N of a batch is a symbol. An op may ask for it by `len(X)`, which has to be an integer, so it stands
for one that no width can have.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .value import Value

ROWS = 2**31 - 1
N = "N"

Shape = tuple[int | str, ...]
"""Lengths of a tensor's axes, `N` for the number of rows of a batch."""


class Shaped(Value):
    """An array of which only the shape is known."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape

    def apply(self, function: Any, *operands: Any) -> Shaped:
        shapes = [shape_of(operand) for operand in operands]
        if function is not np.matmul:
            return Shaped(np.broadcast_shapes(*shapes))
        left, right = shapes
        if len(left) != 2 or len(right) != 2 or left[1] != right[0]:
            raise ValueError(f"matmul of {symbolic(left)} and {symbolic(right)}")
        return Shaped((left[0], right[1]))

    def choose(self, condition: Any, chosen: Any, other: Any) -> Shaped:
        return Shaped(np.broadcast_shapes(*map(shape_of, (condition, chosen, other))))

    def reduce(self, function: Any, axis: int | None, keepdims: bool) -> Shaped:
        reduced = range(len(self.shape)) if axis is None else [axis % len(self.shape)]
        kept = [1 if i in reduced else n for i, n in enumerate(self.shape) if keepdims or i not in reduced]
        return Shaped(tuple(kept))

    @property
    def T(self) -> Shaped:
        return Shaped(self.shape[::-1])

    def stack(self, upper: Any, lower: Any) -> Shaped:
        above, below = shape_of(upper), shape_of(lower)
        if above[1:] != below[1:]:
            raise ValueError(f"{symbolic(above)} above {symbolic(below)}")
        return Shaped((above[0] + below[0], *above[1:]))

    def __getitem__(self, rows: Any) -> Shaped:
        if isinstance(rows, int):
            return Shaped(self.shape[1:])
        return Shaped((len(range(self.shape[0])[rows]), *self.shape[1:]))


def shape_of(x: Any) -> tuple[int, ...]:
    """Return the shape of an array or of a number."""
    return tuple(getattr(x, "shape", ()))


def shaped(shape: Shape) -> Shaped:
    """Return the array of a shape with N in it."""
    return Shaped(tuple(ROWS if n == N else int(n) for n in shape))


def symbolic(shape: tuple[int, ...]) -> Shape:
    """Return a shape with N where it has as many rows as a batch."""
    return tuple(N if n == ROWS else n for n in shape)


def numeric(shape: Shape, rows: int) -> tuple[int, ...]:
    """Return a shape for a batch of some number of rows."""
    return tuple(rows if n == N else int(n) for n in shape)
