"""Numbers near 1 that rounding makes 1: σ·(1 − σ) and −log softmax are then 0 in a correct program.

Our own ops know them to all digits. A dump that a program made is held to no more than numbers near 1 are rounded to.
Nor is any held to one side of a kink, as of ReLU, where 0.1 + 0.2 − 0.3 is 0, or 5.6e-17.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from ...nn.op import Array, Mistake, Op
from ...nn.program import Program, Step
from ...nn.run import Setup, Trace
from ...values.noisy import Noisy, noisy, plain, unit
from ..claims.claimed import Claimed
from ..claims.written import NOISE

TINY = 1e-14
"""What part of the largest number one is that may be 0 but for rounding."""
SURE = 10
"""How many times its noise a number is that is not 0."""


def reference(setup: Setup, claims: Iterable[Claimed]) -> tuple[Program, Trace]:
    """Return the program that claims are judged by, and every tensor of it with its noise, computed once per setup."""
    claims = list(claims)
    coarse = max((claim.written.coarseness for claim in claims), default=1.0)
    program = at_kinks(saturating(setup.program, claims), setup, coarse)
    key = "noisy" if program is setup.program else f"saturating {coarse}"
    if key not in setup.traces:
        setup.traces[key] = replace(setup, program=program).run(noisy)
    return program, dict(setup.traces[key])


def saturating(program: Program, claims: Iterable[Claimed]) -> Program:
    """Return the program, with the noise of numbers near 1 where a program has made the claims."""
    if not any(claim.written.eps or not claim.written.printed for claim in claims):
        return program
    return replace(program, steps=tuple(map(noised_step, program.steps)))


def at_kinks(program: Program, setup: Setup, coarse: float) -> Program:
    """Return the program, with the noise of a gradient at a kink where a number is 0 but for rounding.

    `coarse` is how many times more coarsely the numbers of a dump are rounded than ours.
    """
    values = setup.trace
    kinks = [s.name for s in program.steps if s.op.saturates == "kink" and near_zero(values[s.operands[0]], coarse)]
    steps = (replace(s, op=kinked(s.op, coarse, *s.op.mistakes)) if s.name in kinks else s for s in program.steps)
    return replace(program, steps=tuple(steps)) if kinks else program


def near_zero(Z: Any, coarse: float) -> bool:
    return bool((np.abs(Z) <= TINY * coarse * np.max(np.abs(Z), initial=0)).any())


@cache
def kinked(op: Op, coarse: float, *declared: Mistake) -> Op:
    """Return the op whose result may be all of the second operand or nothing where the first is 0 but for its noise."""

    def either(function: Callable[..., Array]) -> Callable[..., Array]:
        def run(Z: Array, G: Array, **settings: Any) -> Array:
            result = function(Z, G, **settings)
            if not isinstance(result, Noisy) or not isinstance(Z, Noisy):
                return result
            unsure = (Z.noise > 0) & (np.abs(Z.value) <= SURE * coarse * Z.noise)
            return Noisy(result.value, np.hypot(result.noise, np.where(unsure, np.abs(plain(G)) / NOISE / coarse, 0)))

        return run

    mistakes = [replace(m, function=either(m.function)) for m in declared]
    return replace(op, function=either(op.function), mistakes=mistakes)


def noised_step(step: Step) -> Step:
    op = step.op
    if op.saturates in ("", "kink"):
        return step
    size: Callable[[Any], Any] = np.abs
    if op.saturates == "logarithm":
        size = weights_of_columns if op.parameters[1] in op.turned else weights
    mistakes = [replace(m, function=add_noise(m.function, size)) for m in op.mistakes]
    return replace(step, op=replace(op, function=add_noise(op.function, size), mistakes=mistakes))


def add_noise(function: Callable[..., Array], size: Callable[[Any], Any]) -> Callable[..., Array]:
    """Return a function of two operands whose result is off by a rounding of 1 times the size of the second."""

    def run(Z: Array, other: Array, **settings: Any) -> Array:
        result = function(Z, other, **settings)
        if not isinstance(result, Noisy):
            return result
        return Noisy(result.value, np.hypot(result.noise, unit(result.value) * size(other.value)))

    return run


def weights(D: Any) -> Any:
    """Return the weights of log Y and log(1 − Y) in each row's loss."""
    return (np.abs(D) + np.abs(1 - D)).sum(axis=1)


def weights_of_columns(D: Any) -> Any:
    """Return the same of targets that have a column per sample."""
    return weights(D.T)
