"""Runs with a mistake in one step, and whether it shows in what is printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...nn.op import Array
from ...nn.program import Program, Step, Trace
from ...values.noisy import noisy
from ..claims.written import NOISE
from ..diagnosis.diagnose import Variant
from ..verdicts.judgement import evaluate

Halves = dict[str, Any]
"""Printed tensor → half a unit of the last digit of every number."""

IMPOSSIBLE = (ValueError, ZeroDivisionError, TypeError, IndexError, KeyError)
"""What is raised where a mistake cannot be made: shapes that do not fit, a batch too small."""

DIGITS = 8
"""Tensors that the config does not claim are taken to be printed with so many significant digits."""


@dataclass(frozen=True)
class Setting:
    """A program with its numbers, what they lead to and how it is printed."""

    program: Program
    reference: Trace
    halves: Halves


def printed_halves(program: Program, digits: int = DIGITS) -> Halves:
    """Half units for a print of every computed tensor."""
    trace = program.run()
    return {step.name: np.abs(trace[step.name]) * 0.5 * 10.0 ** (1 - digits) for step in program.steps}


def revealed(setting: Setting, variant: Variant) -> bool | None:
    """Whether a printed tensor differs when the whole pass follows from a mistake; None if it cannot be made."""
    return revealed_by([setting], variant)


def revealed_by(settings: Sequence[Setting], variant: Variant) -> bool | None:
    """The same over steps of training, each from what the one before it arrived at."""
    program, reference = settings[0].program, settings[0].reference
    for number, setting in enumerate(settings, 1):
        trace = dict(reference)
        try:
            for name, value in touched(program, variant.step, trace):
                if value.shape != reference[name].shape:
                    return None
                if name in setting.halves and differs(value.value, setting.reference[name], setting.halves[name]):
                    return True
        except IMPOSSIBLE:
            return None
        if number < len(settings):
            program = program.next({name: value.value for name, value in trace.items()})
            reference = program.run(noisy)
    return False


def mutated(program: Program, wrong: Step, reference: Trace) -> Trace:
    """A run with one step replaced, and all that follows from it; an operand from further down has its right value."""
    values = dict(reference)
    for _ in touched(program, wrong, values):
        pass
    return values


def touched(program: Program, wrong: Step, values: Trace) -> Iterator[tuple[str, Array]]:
    """What changes in a right run with one step replaced, put there one by one, that step's tensor first."""
    values[wrong.name] = evaluate(wrong, values)
    yield wrong.name, values[wrong.name]
    names = {wrong.name}
    for step in program.steps:
        if step.name != wrong.name and not names.isdisjoint(step.operands):
            values[step.name] = evaluate(step, values)
            names.add(step.name)
            yield step.name, values[step.name]


def differs(value: Any, reference: Any, half: Any) -> bool:
    with np.errstate(all="ignore"):
        near = np.abs(value - reference.value) <= half + NOISE * np.nan_to_num(reference.noise)
        same = (value == reference.value) | (np.isnan(value) & np.isnan(reference.value))
    return not bool((near | same).all())
