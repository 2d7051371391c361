"""What a gradient is held against: difference quotients, or the derivative that somebody else takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Protocol

import numpy as np

from .op import Array

Function = Callable[[Any], Sequence[Any]]
"""Tensor → arrays of which all cells are summed, to be differentiated."""

STEP = float(np.cbrt(np.finfo(np.float64).eps))
SHRINK = 1e-3
STEPS = tuple(STEP * SHRINK * wider for wider in (1, 30, 1000))
WIDER = 8
"""A second step is wider by this factor: at a kink the derivatives of the two sides are as far apart for both steps."""
SURE = 100
"""How many times its noise the difference of two numbers must be to count."""


class Oracle(Protocol):
    """Knows the derivative of the sum of a function's cells, more or less exactly."""

    @property
    def name(self) -> str:
        """What it goes by."""
        ...

    @property
    def words(self) -> str:
        """What it is, for a person."""
        ...

    @property
    def tolerance(self) -> float:
        """Allowed difference as part of the tensor's largest gradient."""
        ...

    @property
    def most(self) -> float:
        """Cells of one tensor that it is asked for: all of a small one, evenly spread ones of a large one."""
        ...

    def errors(
        self, function: Function, value: Array, gradient: Array, noise: Array, cells: Sequence[int]
    ) -> Iterator[tuple[float, float]]:
        """Yield for each cell how far the gradient is from the derivative beyond rounding, and that derivative."""
        ...


class Differences:
    """Central differences, at two steps: a kink (ReLU at 0) inside of the wider one is no mistake."""

    name = "differences"
    words = "central differences"
    tolerance = 1e-5
    most = 200.0

    def errors(
        self, function: Function, value: Array, gradient: Array, noise: Array, cells: Sequence[int]
    ) -> Iterator[tuple[float, float]]:
        for cell in cells:
            at = float(gradient.flat[cell])
            yield min(error_at(function, value, cell, at, STEP * shrink) for shrink in (1, SHRINK))


@dataclass(frozen=True)
class Derivative:
    """The derivative as another program takes it: exact but for rounding."""

    name: str
    words: str
    derive: Callable[[Function, Array], Array]
    """(function, tensor) → the derivative by each of its cells."""
    tolerance: float = 1e-10
    most: float = inf

    def errors(
        self, function: Function, value: Array, gradient: Array, noise: Array, cells: Sequence[int]
    ) -> Iterator[tuple[float, float]]:
        derivative = self.derive(function, value)
        rounding = SURE * np.where(np.isfinite(noise), noise, 0)
        errors = np.maximum(0, np.abs(gradient - derivative) - rounding)
        for cell in cells:
            error = float(errors.flat[cell])
            yield error if np.isfinite(error) else inf, float(derivative.flat[cell])


def error_at(function: Function, value: Array, cell: int, computed: float, step: float) -> tuple[float, float]:
    """How far a gradient is from the central difference beyond rounding, and that difference."""
    low, high = moved(value, cell, -step), moved(value, cell, step)
    difference, rounding = quotient(function(low), function(high), float(high.flat[cell] - low.flat[cell]))
    error = abs(computed - difference) - rounding
    return (max(0.0, error) if np.isfinite(error) else inf), difference


def at_kink(function: Function, value: Array, cell: int) -> bool:
    """Return whether the derivatives from left and right differ: then there is none, and any choice is right.

    What differs because the function is curved differs less within a smaller step. The smallest is taken in which
    rounding does not hide the difference.
    """
    for step in STEPS:
        near, noise = gap(function, value, cell, step)
        if near > noise:
            return near > gap(function, value, cell, WIDER * step)[0] / 2
    return False


def gap(function: Function, value: Array, cell: int, step: float) -> tuple[float, float]:
    """Return how much the derivatives from left and right differ, and what rounding may add to that."""
    low, high = moved(value, cell, -step), moved(value, cell, step)
    middle = function(value)
    left, noise = quotient(function(low), middle, float(value.flat[cell] - low.flat[cell]))
    right, more = quotient(middle, function(high), float(high.flat[cell] - value.flat[cell]))
    return abs(left - right), noise + more


def moved(value: Array, cell: int, step: float) -> Array:
    changed = value.copy()
    changed.flat[cell] += step * max(1.0, abs(float(value.flat[cell])))
    return changed


def quotient(below: Sequence[Array], above: Sequence[Array], width: float) -> tuple[float, float]:
    """Return the difference quotient of the sums, and what rounding may add to it."""
    one, other = (np.concatenate([np.ravel(part) for part in parts]) for parts in (below, above))
    rounding = 16 * float(np.finfo(np.float64).eps) * float(np.sum(np.abs(one) + np.abs(other))) / width
    return float(np.sum(other - one)) / width, rounding
