"""What an op may call, and what every number type is that an op runs on.

An op is a numpy function of arrays. It is run on floats, and on arrays of other numbers that numpy dispatches to: so it
keeps to the functions that are declared here, and every number type implements these.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from .special import cdf_ufunc, density_ufunc

Array = Any
"""An ndarray of floats, or a `Value`."""

PRIMITIVES: dict[str, Any] = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "negative": np.negative,
    "absolute": np.absolute,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "sqrt": np.sqrt,
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "tanh": np.tanh,
    "normal_cdf": cdf_ufunc,
    "normal_density": density_ufunc,
    "matmul": np.matmul,
    "greater": np.greater,
    "greater_equal": np.greater_equal,
    "less": np.less,
    "less_equal": np.less_equal,
    "equal": np.equal,
    "not_equal": np.not_equal,
}
"""The functions of arrays, applied cell by cell but for the matrix product. With them go `np.where`, and of an array X
`X.T`, `X.shape`, `len(X)`, `X.sum(axis, keepdims)` and `X.max(axis, keepdims)`. A mistake, and a step as somebody sees
it, may also take `X[rows]`, and stack matrices: `np.concatenate((X, Y))`."""

COMPARISONS = frozenset(
    {np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal}
)  # fmt: skip

DECLARED = frozenset(PRIMITIVES.values())


class PrimitiveError(Exception):
    """An op has called a function that is not declared."""


class Value(NDArrayOperatorsMixin):
    """An array of a number type.

    A number type implements `apply`, `choose`, `reduce`, `T`, `shape`, `__getitem__` and `stack`. Output asks for
    `value`, an array of floats or of objects with `bounds()`, two fractions, and `float()`; and for `noise`, how far
    each may be off by rounding.
    """

    shape: tuple[int, ...]
    value: Any

    def apply(self, function: Any, *operands: Any) -> Any:
        """Apply one of PRIMITIVES to operands of which at least one is of this type."""
        raise NotImplementedError

    def choose(self, condition: Any, chosen: Any, other: Any) -> Any:
        """Take `chosen` where the condition holds, else `other`: np.where."""
        raise NotImplementedError

    def reduce(self, function: Any, axis: int | None, keepdims: bool) -> Any:
        """Join the cells along an axis, or all of them, by np.add or np.maximum."""
        raise NotImplementedError

    @property
    def T(self) -> Any:
        """The array with its axes in the opposite order."""
        raise NotImplementedError

    def __getitem__(self, rows: Any) -> Any:
        """Take some of the rows, or one without its axis."""
        raise NotImplementedError

    def stack(self, upper: Any, lower: Any) -> Any:
        """Put the rows of one matrix above those of another: np.concatenate."""
        raise NotImplementedError

    @property
    def noise(self) -> Any:
        """How far each number may be off by rounding; 0 unless a type knows better."""
        return np.zeros(self.shape)

    def __len__(self) -> int:
        return self.shape[0]

    def __iter__(self) -> Any:
        raise PrimitiveError("an array is not taken apart, as iter() does: an op computes with all of it")

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise undeclared(np.asarray)

    def sum(self, axis: int | None = None, keepdims: bool = False) -> Any:
        return self.reduce(np.add, axis, keepdims)

    def max(self, axis: int | None = None, keepdims: bool = False) -> Any:
        return self.reduce(np.maximum, axis, keepdims)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if ufunc not in DECLARED or method != "__call__" or options:
            raise undeclared(ufunc)
        return self.apply(ufunc, *inputs)

    def __array_function__(self, function: Any, types: Any, inputs: Any, options: Any) -> Any:
        if function is np.where and not options:
            return self.choose(*inputs)
        if function is np.concatenate and not options and len(inputs) == 1 and len(inputs[0]) == 2:
            return self.stack(*inputs[0])
        raise undeclared(function)


def undeclared(function: Any) -> PrimitiveError:
    """Return the error for a function that no op may call."""
    name = getattr(function, "__name__", str(function))
    return PrimitiveError(f"np.{name}, called like this, is none of the functions that an op may call (PRIMITIVES)")


Lift = Callable[[Any], Array]
"""Turns numbers as they are given into those of a number type."""
