"""An op: a pure numpy function with the formula a person reads.

Ops run on any number type that numpy can dispatch: floats, exact fractions in object arrays, balls, or
`rounding.Bounded`. So they use numpy functions and integer constants only (`/ 2`, never `0.5 *`, which would turn a
fraction into a float).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

Array = Any
"""An ndarray of floats or of number objects, or a `rounding.Bounded`."""


@dataclass(frozen=True, eq=False)
class Op:
    """A pure function of its operands, and its formula with `{parameter}` where an operand's name goes."""

    name: str
    parameters: tuple[str, ...]
    function: Callable[..., Array]
    formula: str
    averages: bool = False
    """Whether the result is divided by the batch size N: a convention, not the derivative of the summed loss."""
    convention: str = ""
    """For a gradient that is no derivative: the sentence that says so."""

    def __call__(self, *operands: Array, **settings: Any) -> Array:
        return self.function(*operands, **settings)

    def describe(self, operands: Sequence[str]) -> str:
        """The formula with the operands' names in it."""
        return self.formula.format(**dict(zip(self.parameters, operands, strict=False)))


def op(formula: str, convention: str = "") -> Callable[[Callable[..., Array]], Op]:
    """Turn a function into an op: `@op("{X}·{W} + {B}")`."""

    def wrap(function: Callable[..., Array]) -> Op:
        parameters = function.__code__.co_varnames[: function.__code__.co_argcount]
        return Op(function.__name__, parameters, function, formula, convention=convention)

    return wrap


def zero(like: Array) -> Any:
    """0 in the number type of `like`: among fractions an int 0 would make the mean of a column of zeros a float."""
    return like.flat[0] * 0 if getattr(like, "dtype", np.dtype(float)).kind == "O" else 0


def averaged(base: Op) -> Op:
    """The op divided by the batch size N, the number of rows of its first operand (handout 3.6)."""

    def function(*operands: Array, **settings: Any) -> Array:
        return base(*operands, **settings) / len(operands[0])

    grouped = f"({base.formula})" if " − " in base.formula or " + " in base.formula else base.formula
    return replace(base, function=function, formula=f"{grouped} / N", averages=True)
