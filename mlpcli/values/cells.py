"""Arrays whose cells are worked out when they are looked at: a number type that records one cell's arithmetic.

An op runs on `Cells` as on any other array. Nothing is computed then; asking the result for a cell follows it back
through the op, so that a cell of a large product costs a row and a column and not the whole product.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np

from .expression import Expression, Index, minus, number, over, plus, times, where
from .special import cdf_ufunc, density_ufunc
from .value import Value

Shape = tuple[int, ...]
Rule = Callable[..., Expression]


class Cells(Value):
    """An array as a function from an index to an expression."""

    def __init__(self, shape: Shape, compute: Callable[[Index], Expression]) -> None:
        self.shape = shape
        self.compute = compute
        self.known: dict[Index, Expression] = {}

    def at(self, index: Index) -> Expression:
        if index not in self.known:
            self.known[index] = self.compute(index)
        return self.known[index]

    def apply(self, function: Any, *operands: Any) -> Cells:
        if function is np.matmul:
            return matmul(*map(cells, operands))
        return elementwise(RULES[function], *map(cells, operands))

    def choose(self, condition: Any, chosen: Any, other: Any) -> Cells:
        return elementwise(choice, *map(cells, (condition, chosen, other)))

    @property
    def T(self) -> Cells:
        return Cells(self.shape[::-1], lambda index: self.at(index[::-1]))

    def stack(self, upper: Any, lower: Any) -> Cells:
        above, below = cells(upper), cells(lower)
        rows, width = above.shape
        return Cells(
            (rows + len(below), width),
            lambda index: above.at(index) if index[0] < rows else below.at((index[0] - rows, index[1])),
        )

    def __getitem__(self, rows: Any) -> Cells:
        if isinstance(rows, int):
            return Cells(self.shape[1:], lambda index: self.at((rows, *index)))
        kept = range(self.shape[0])[rows]
        return Cells((len(kept), *self.shape[1:]), lambda index: self.at((kept[index[0]], *index[1:])))

    def reduce(self, function: Any, axis: int | None, keepdims: bool) -> Cells:
        rule = plus if function is np.add else largest
        axes = set(range(len(self.shape))) if axis is None else {axis % len(self.shape)}
        kept = tuple(1 if i in axes else n for i, n in enumerate(self.shape))
        shape = kept if keepdims else tuple(n for i, n in enumerate(self.shape) if i not in axes)

        def line(index: Index) -> Iterator[Expression]:
            fixed = iter(index)
            start = index if keepdims else tuple(0 if i in axes else next(fixed) for i in range(len(self.shape)))
            ranges = [range(n) if i in axes else (start[i],) for i, n in enumerate(self.shape)]
            return map(self.at, product(*ranges))

        return Cells(shape, lambda index: rule(*line(index)))


def named(name: str, value: Any) -> Cells:
    """Return the cells of a tensor, or a setting, by name."""
    array = np.asarray(value)
    return Cells(array.shape, lambda index: Expression("cell", np.float64(array[index]), (), name, index))


def cells(x: Any) -> Cells:
    if isinstance(x, Cells):
        return x
    array = np.asarray(x)
    return Cells(array.shape, lambda index: number(array[index].item()))


def elementwise(rule: Rule, *operands: Cells) -> Cells:
    """Return a rule cell by cell, lone rows and columns repeated as numpy does."""
    shape = np.broadcast_shapes(*(x.shape for x in operands))
    return Cells(shape, lambda index: rule(*(x.at(narrowed(index, x.shape)) for x in operands)))


def narrowed(index: Index, shape: Shape) -> Index:
    """Return the index of the cell that stands for this one in an array that is repeated."""
    tail = index[len(index) - len(shape) :]
    return tuple(0 if n == 1 else i for i, n in zip(tail, shape, strict=True))


def matmul(left: Cells, right: Cells) -> Cells:
    inner = range(left.shape[1])
    return Cells(
        (left.shape[0], right.shape[1]),
        lambda index: plus(*(times(left.at((index[0], k)), right.at((k, index[1]))) for k in inner)),
    )


def called(name: str, function: Callable[..., Any]) -> Rule:
    return lambda *args: Expression("call", function(*(x.value for x in args)), args, name)


def compared(sign: str, opposite: str, function: Callable[[Any, Any], Any]) -> Rule:
    """Return the comparison that holds: Z > 0, or else Z ≤ 0."""

    def rule(x: Expression, y: Expression) -> Expression:
        holds = bool(function(x.value, y.value))
        return Expression("compare", holds, (x, y), sign if holds else opposite)

    return rule


def choice(condition: Expression, x: Expression, y: Expression) -> Expression:
    return where(condition, x if condition.value else y)


def largest(*candidates: Expression) -> Expression:
    return called("max", max)(*candidates) if len(candidates) > 1 else candidates[0]


def exp_minus_1(x: Expression) -> Expression:
    """Write exp(x) − 1 as the formula has it, with the value that does not lose its digits."""
    return Expression("sum", np.expm1(x.value), (called("exp", np.exp)(x), number(-1)))


RULES: dict[Any, Rule] = {
    np.add: plus,
    np.subtract: lambda x, y: plus(x, minus(y)),
    np.multiply: times,
    np.divide: over,
    np.negative: minus,
    np.absolute: lambda x: called("|", abs)(x.args[0] if x.kind == "minus" else x),
    np.maximum: called("max", np.maximum),
    np.minimum: called("min", np.minimum),
    np.sqrt: called("√", np.sqrt),
    np.exp: called("exp", np.exp),
    np.expm1: exp_minus_1,
    np.log: called("log", np.log),
    np.log1p: called("log1p", np.log1p),
    np.tanh: called("tanh", np.tanh),
    cdf_ufunc: called("Φ", lambda z: cdf_ufunc(float(z))),
    density_ufunc: called("φ", lambda z: density_ufunc(float(z))),
    np.greater: compared(">", "≤", operator.gt),
    np.greater_equal: compared("≥", "<", operator.ge),
    np.less: compared("<", "≥", operator.lt),
    np.less_equal: compared("≤", ">", operator.le),
    np.equal: compared("=", "≠", operator.eq),
    np.not_equal: compared("≠", "=", operator.ne),
}
