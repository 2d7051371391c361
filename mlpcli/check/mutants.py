"""Runs with a mistake in one step, and whether it shows in what is printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..nn.op import Array
from ..nn.program import Program, Step, Trace
from ..nn.rounding import noisy
from .diagnose import Variant
from .judgement import evaluate
from .work import Work
from .written import NOISE

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
    return revealed_by([setting], variant, Work(np.inf))


def revealed_by(settings: Sequence[Setting], variant: Variant, work: Work) -> bool | None:
    """The same over steps of training, each from what the one before it arrived at, as far as the work allows."""
    program, reference = settings[0].program, settings[0].reference
    for number, setting in enumerate(settings, 1):
        trace = dict(reference)
        try:
            for name, value in touched(program, variant.step, trace):
                work.run([value])
                if value.shape != reference[name].shape:
                    return None
                if name in setting.halves and differs(value.value, setting.reference[name], setting.halves[name]):
                    return True
        except IMPOSSIBLE:
            return None
        if number < len(settings):
            program = program.next({name: value.value for name, value in trace.items()})
            reference = program.run(noisy)
            work.run(reference.values())
    return False


def mutated(program: Program, wrong: Step, reference: Trace) -> Trace:
    """A run with one step replaced, and all that follows from it; an operand from further down has its right value."""
    values = dict(reference)
    for _ in touched(program, wrong, values):
        pass
    return values


def touched(program: Program, wrong: Step, values: Trace) -> Iterator[tuple[str, Array]]:
    """What may change in a right run with one step replaced, put there one by one, that step's tensor first."""
    names, changed = {wrong.name}, set[str]()
    for step in (wrong, *(step for step in program.steps if step.name != wrong.name)):
        if step is wrong or not names.isdisjoint(step.operands):
            names.add(step.name)
            if step is wrong or not changed.isdisjoint(step.operands):
                before, values[step.name] = values[step.name], evaluate(step, values)
                changed |= set() if same(before, values[step.name]) else {step.name}
            yield step.name, values[step.name]


def same(one: Array, other: Array) -> bool:
    """Whether two arrays are equal to the bit, and their noise, so that the same follows from both."""
    pairs = ((one.value, other.value), (one.noise, other.noise))
    return all(a.shape == b.shape and a.tobytes() == b.tobytes() for a, b in pairs)


def differs(value: Any, reference: Any, half: Any) -> bool:
    with np.errstate(all="ignore"):
        near = np.abs(value - reference.value) <= half + NOISE * np.nan_to_num(reference.noise)
        same = (value == reference.value) | (np.isnan(value) & np.isnan(reference.value))
    return not bool((near | same).all())
