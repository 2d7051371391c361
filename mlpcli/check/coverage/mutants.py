"""Runs with a mistake in one step, and whether it shows in what is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...nn.program import Program, Step
from ...nn.run import Setup, Trace, following
from ...nn.unroll import names_at, replicas
from ...values.noisy import noisy
from ..claims.written import NOISE
from ..mistakes import Variant
from .work import Work

Halves = dict[str, Any]
"""Printed tensor → half a unit of the last digit of every number."""

IMPOSSIBLE = (ValueError, ZeroDivisionError, TypeError, IndexError, KeyError)
"""The errors where a mistake cannot be made: shapes that do not fit, a batch too small."""

DIGITS = 8
"""How many significant digits tensors that the config does not claim are taken to be printed with."""


@dataclass(frozen=True)
class PrintedRun:
    """A program with its numbers, what they lead to and how it is printed."""

    setup: Setup
    reference: Trace
    halves: Halves
    once: Program | None = None
    """The program of one step, where this is one of several."""

    def names(self, number: int) -> dict[str, str]:
        """Return what the tensors of a step are called."""
        return names_at(self.once or self.program, number)

    @property
    def program(self) -> Program:
        return self.setup.program


def printed_halves(setup: Setup, digits: int = DIGITS) -> Halves:
    """Return half units for a print of every computed tensor."""
    trace = setup.run()
    return {step.name: np.abs(trace[step.name]) * 0.5 * 10.0 ** (1 - digits) for step in setup.program.steps}


def revealed(printed: PrintedRun, variant: Variant, work: Work | None = None, steps: int = 1) -> bool | None:
    """Return whether a printed tensor differs when all that follows comes of a mistake; None if it cannot be made.

    The run may be of several steps of training, in each of which the mistake is made.
    """
    wrong = {}
    for number in range(1, steps + 1):
        (step,) = replicas((variant.step,), printed.names(number))
        wrong[step.name] = step
    try:
        for name, value in following(printed.program, printed.reference, noisy, steps=wrong):
            if work:
                work.run([value])
            if value.shape != printed.reference[name].shape:
                return None
            if name in printed.halves and differs(value.value, printed.reference[name], printed.halves[name]):
                return True
    except IMPOSSIBLE:
        return None
    return False


def run_mutated(program: Program, wrong: Step, reference: Trace) -> Trace:
    """Run with one step replaced, and all that follows from it; an operand from further down has its right value."""
    return reference | dict(following(program, reference, noisy, steps={wrong.name: wrong}))


def differs(value: Any, reference: Any, half: Any) -> bool:
    with np.errstate(all="ignore"):
        near = np.abs(value - reference.value) <= half + NOISE * np.nan_to_num(reference.noise)
        same = (value == reference.value) | (np.isnan(value) & np.isnan(reference.value))
    return not bool((near | same).all())
