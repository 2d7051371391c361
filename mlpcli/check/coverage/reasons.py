"""Why a mistake stays hidden, where that is a property of an operand: shown by the step alone, on other numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...nn.op import Array
from ...nn.program import Program, Step
from ...nn.run import Trace, compute
from .drawn import draw_like

DRAWS = 6
NEAR = 1e-9
"""How far numbers of the size of 1 may be apart that are the same but for rounding."""


@dataclass(frozen=True)
class Property:
    """What holds for every number of an operand: how to tell, and numbers changed so that it holds."""

    words: str
    holds: Callable[[Any], bool]
    force: Callable[[Any], Any]


PROPERTIES = (
    Property("{} is all 0", lambda x: not x.any(), np.zeros_like),
    Property("{} is all 1", lambda x: bool((x == 1).all()), np.ones_like),
    Property("no number of {} is 0", lambda x: bool(x.all()), lambda x: np.where(x == 0, 1, x)),
    Property("every number of {} is positive", lambda x: bool((x > 0).all()), lambda x: np.abs(x) + (x == 0)),
    Property("no number of {} is negative", lambda x: bool((x >= 0).all()), np.abs),
    Property("every number of {} is negative", lambda x: bool((x < 0).all()), lambda x: -np.abs(x) - (x == 0)),
)


def reason(program: Program, step: Step, wrong: Step, reference: Trace) -> str:
    """Return the property of an operand that makes a mistake the same as what is right; empty where none does."""
    if wrong.operands != step.operands:
        own, other = next(pair for pair in zip(step.operands, wrong.operands, strict=True) if pair[0] != pair[1])
        return f"{own} equals {other}" if equal(reference[own].value, reference[other].value) else ""
    values = [np.asarray(reference[name].value) for name in step.operands]
    draws = [others(step, values, seed) for seed in range(DRAWS)]
    if all(same(step, wrong, draw) for draw in draws):
        return "there is one input" if program.rows(reference) == 1 else ""
    for held in PROPERTIES:
        for position, (name, value) in enumerate(zip(step.operands, values, strict=True)):
            forced = ([held.force(x) if i == position else x for i, x in enumerate(draw)] for draw in draws)
            if held.holds(value) and all(same(step, wrong, draw) for draw in forced):
                return held.words.format(name)
    return ""


def others(step: Step, values: list[Any], seed: int) -> list[Any]:
    """Draw operands of other numbers, some of them 0; what is positive stays so where the step needs that."""
    signed = [with_zero(draw_like(x, np.random.default_rng((seed, i)), True), seed + i) for i, x in enumerate(values)]
    if not np.isnan(run(step, signed)).any():
        return signed
    return [draw_like(x, np.random.default_rng((seed, i)), not (x > 0).all()) for i, x in enumerate(values)]


def with_zero(value: Any, seed: int) -> Any:
    """Put a 0 in the value, in another cell for every seed; in a value of one cell for every other seed."""
    if value.size > 1 or seed % 2:
        value.flat[seed % value.size] = 0
    return value


def same(step: Step, wrong: Step, operands: list[Any]) -> bool:
    try:
        return equal(run(step, operands), run(wrong, operands))
    except (ValueError, ZeroDivisionError, TypeError, IndexError):
        return False


def run(step: Step, operands: list[Any]) -> Array:
    return compute(step, dict(zip(step.operands, operands, strict=True)), lambda value: value)


def equal(one: Any, other: Any) -> bool:
    return np.shape(one) == np.shape(other) and bool(np.allclose(one, other, rtol=NEAR, atol=NEAR, equal_nan=True))
