"""A run of the program on balls: arrays of them, and as many bits as it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import flint
import numpy as np

from .ball import BITS, UndecidedError, as_float, ball

T = TypeVar("T")


class Balls(np.ndarray[Any, Any]):
    """An array of balls: numbers that meet it become balls too."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        plain = [np.asarray(lift(x)) for x in inputs]
        result = getattr(ufunc, method)(*plain, **kwargs)
        return result.view(Balls) if isinstance(result, np.ndarray) and result.dtype == object else result

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function is not np.where or kwargs:
            return NotImplemented
        return np.where(np.asarray(args[0]), *(np.asarray(lift(x)) for x in args[1:])).view(Balls)


to_balls = np.frompyfunc(ball, 1, 1)


def lift(value: Any) -> Any:
    """An array of balls."""
    return value if isinstance(value, Balls) else np.asarray(to_balls(value), dtype=object).view(Balls)


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


def narrow(value: Any) -> bool:
    """Whether every number is known as far as floats go."""
    ends = (map(as_float, cell.bounds()) for cell in np.asarray(value).flat)
    return all(low == high or low != low for low, high in ends)
