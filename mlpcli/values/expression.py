"""Expressions over the cells of tensors, with their values: arithmetic that is recorded, not only done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Index = tuple[int, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Expression:
    """A cell, a number, or an operation on expressions."""

    kind: str
    """cell, number, sum, product, quotient, minus, power, call, compare or where."""
    value: Any
    args: tuple[Expression, ...] = ()
    text: str = ""
    """The name of a tensor or setting, the function of a call, the exponent of a power, the sign of a comparison."""
    index: Index = ()


def number(value: Any) -> Expression:
    """Return a constant of the formula."""
    return Expression("number", np.float64(value))


def is_number(x: Expression, value: float | None = None) -> bool:
    """Return whether it is a constant, also one that a condition chose."""
    inner = unwrap(x)
    return inner.kind == "number" and (value is None or bool(inner.value == value))


def plus(*terms: Expression) -> Expression:
    """Return the sum: sums among the terms are spread out, constants joined and left out if they add up to 0."""
    total = np.sum([term.value for term in terms])
    spread = [t for term in terms for t in (term.args if term.kind == "sum" else (term,)) if not is_number(t, 0)]
    constants = [t for t in spread if is_number(t)]
    if len(constants) > 1 or constants == spread:
        constant = number(sum(t.value for t in constants))
        spread = [t for t in spread if not is_number(t)] + ([constant] if constant.value else [])
    if not spread:
        return number(total)
    return spread[0] if len(spread) == 1 else Expression("sum", total, tuple(spread))


def minus(x: Expression) -> Expression:
    if x.kind == "minus":
        return x.args[0]
    return number(-x.value) if x.kind == "number" else Expression("minus", -x.value, (x,))


def times(x: Expression, y: Expression) -> Expression:
    """Return the product; factors 1 of the formula are left out, equal ones become a power, signs come first."""
    value = x.value * y.value
    if (x.kind == y.kind == "number") or (value == 0 and (is_number(x, 0) or is_number(y, 0))):
        return number(value)
    if x.kind == "minus" or y.kind == "minus":
        return minus(times(x.args[0], y) if x.kind == "minus" else times(x, y.args[0]))
    factors = [f for factor in (x, y) for f in (factor.args if factor.kind == "product" else (factor,))]
    factors = [f for f in factors if not (f.kind == "number" and f.value == 1)] or factors[:1]
    if len(factors) > 1 and same(base_of(factors[-2]), factors[-1]):
        base, exponent = factors[-1], int(factors[-2].text or 1) if factors[-2].kind == "power" else 1
        factors[-2:] = [Expression("power", base.value ** (exponent + 1), (base,), str(exponent + 1))]
    return factors[0] if len(factors) == 1 else Expression("product", value, tuple(factors))


def base_of(x: Expression) -> Expression:
    return x.args[0] if x.kind == "power" else x


def over(x: Expression, y: Expression) -> Expression:
    if x.kind == "minus":
        return minus(over(x.args[0], y))
    return Expression("quotient", x.value / y.value, (x, y))


def where(condition: Expression, chosen: Expression) -> Expression:
    return Expression("where", chosen.value, (chosen, condition))


def unwrap(x: Expression) -> Expression:
    """Return an expression without the condition that chose it."""
    return unwrap(x.args[0]) if x.kind == "where" else x


def same(x: Expression, y: Expression) -> bool:
    """Return whether two expressions are written alike."""
    if x is y:
        return True
    if (x.kind, x.text, x.index, len(x.args)) != (y.kind, y.text, y.index, len(y.args)):
        return False
    return (x.kind != "number" or x.value == y.value) and all(map(same, x.args, y.args))
