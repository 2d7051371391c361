"""A run of the program on balls: arrays of them, and as many bits as it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import flint
import numpy as np

from .ball import BITS, UndecidedError, ball
from .value import COMPARISONS, Value

T = TypeVar("T")


class Balls(Value):
    """An array of balls: numbers that meet it become balls too."""

    def __init__(self, value: Any) -> None:
        self.value = np.asarray(value, dtype=object)

    @property
    def shape(self) -> tuple[int, ...]:  # type: ignore[override]
        return tuple(self.value.shape)

    def apply(self, function: Any, *operands: Any) -> Any:
        result = function(*(lift(x).value for x in operands))
        return np.asarray(result, bool) if function in COMPARISONS else Balls(result)

    def choose(self, condition: Any, chosen: Any, other: Any) -> Balls:
        return Balls(np.where(condition, lift(chosen).value, lift(other).value))

    def reduce(self, function: Any, axis: int | None, keepdims: bool) -> Balls:
        return Balls(function.reduce(self.value, axis=axis, keepdims=keepdims))

    def stack(self, upper: Any, lower: Any) -> Balls:
        return Balls(np.concatenate((lift(upper).value, lift(lower).value)))

    @property
    def T(self) -> Balls:
        return Balls(self.value.T)

    def __getitem__(self, rows: Any) -> Balls:
        return Balls(self.value[rows])


to_balls = np.frompyfunc(ball, 1, 1)


def lift(value: Any) -> Balls:
    """Return an array of balls."""
    return value if isinstance(value, Balls) else Balls(to_balls(value))


def proven(compute: Callable[[], T], enough: Callable[[T], bool]) -> T:
    """Compute with more and more bits, until every comparison is decided and the result is narrow enough."""
    for bits in BITS[:-1]:
        with flint.ctx.workprec(bits):
            try:
                result = compute()
            except UndecidedError:
                continue
        if enough(result):
            return result
    with flint.ctx.workprec(BITS[-1]):
        return compute()


class Proven:
    """Balls as a number type of the table."""

    def lift(self, value: Any) -> Balls:
        return lift(value)

    def settle(self, compute: Callable[[], T], enough: Callable[[T], bool]) -> T:
        return proven(compute, enough)
