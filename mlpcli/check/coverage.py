"""The mutation score of an exercise: which classic mistakes no printed tensor can reveal, why, and what would.

A mistake is made in one step, the whole pass follows from it, and the printed tensors are compared. For one that stays
hidden the given numbers are changed, one thing at a time, until it shows: that change is the suggestion, and what it
removes is the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..nn.program import Program, Step, Trace
from ..nn.rounding import noisy
from .diagnose import Variant, variants
from .judgement import evaluate
from .written import NOISE

Halves = dict[str, Any]
"""Printed tensor → half a unit of the last digit of every number."""

DIGITS = 8
"""Tensors that the config does not claim are taken to be printed with so many significant digits."""


@dataclass(frozen=True)
class Hidden:
    """A mistake that no printed tensor reveals."""

    tensor: str
    mistake: str
    reason: str
    suggestion: str


@dataclass(frozen=True)
class Coverage:
    """How many mistakes can be made, and those that stay hidden; what no numbers could reveal is no mistake."""

    mistakes: int
    hidden: list[Hidden]

    @property
    def score(self) -> float:
        return 1 - len(self.hidden) / self.mistakes if self.mistakes else 1.0


@dataclass(frozen=True)
class Setting:
    """A program with its numbers, what they lead to and how it is printed."""

    program: Program
    reference: Trace
    halves: Halves


@dataclass(frozen=True)
class Probe:
    """A change of the given tensors: the reason it removes, what to write, and the tensors."""

    reason: str
    suggestion: str
    given: Trace


def coverage(program: Program, halves: Halves) -> Coverage:
    """Try every mistake. `halves` has the printed tensors and half a unit of their last digits, cell by cell."""
    original = Setting(program, program.run(noisy), halves)
    exercise = Exercise(original)
    made, hidden = 0, []
    with np.errstate(all="ignore"):
        for step in program.steps:
            for variant in variants(program, step):
                seen = revealed(original, variant)
                found = exercise.explained(variant) if seen is False else None
                made += seen is True or found is not None
                hidden += [found] if found else []
    return Coverage(made, hidden)


class Exercise:
    """The changes to try on an exercise, each run once."""

    def __init__(self, original: Setting) -> None:
        self.original = original
        self.program = original.program
        self.settings: dict[str, Setting] = {}
        self.printed = printed_ancestors(self.program, set(original.halves))

    def explained(self, variant: Variant) -> Hidden | None:
        """Why a mistake stays hidden: the first change that reveals it tells. None if nothing can."""
        name = variant.step.name
        if name not in self.printed:
            program, reference = self.program, self.original.reference
            shown = Setting(program, reference, {name: printed_halves(program)[name]})
            if revealed(shown, variant):
                reason = "nothing that is printed depends on it"
                return Hidden(name, variant.sentence, reason, "with it printed")
            return None
        for probe in probes(self.program, variant.step):
            if revealed(self.changed(probe), variant):
                return Hidden(name, variant.sentence, probe.reason, probe.suggestion)
        return None

    def changed(self, probe: Probe) -> Setting:
        if probe.suggestion not in self.settings:
            program = replace(self.program, given={**self.program.given, **probe.given})
            halves = {name: half for name, half in printed_halves(program).items() if name in self.original.halves}
            self.settings[probe.suggestion] = Setting(program, program.run(noisy), halves)
        return self.settings[probe.suggestion]


def printed_ancestors(program: Program, printed: set[str]) -> set[str]:
    """The tensors that are printed or that a printed one depends on."""
    needed = set(printed)
    for step in reversed(program.steps):
        if step.name in needed:
            needed.update(step.operands)
    return needed


def printed_halves(program: Program) -> Halves:
    """Half units for a print of every computed tensor."""
    trace = program.run()
    return {step.name: np.abs(trace[step.name]) * 0.5 * 10.0 ** (1 - DIGITS) for step in program.steps}


def revealed(setting: Setting, variant: Variant) -> bool | None:
    """Whether a printed tensor differs when the whole pass follows from a mistake; None if it cannot be made."""
    reference = setting.reference
    try:
        trace = mutated(setting.program, variant.step, reference)
        same_shapes = all(trace[s.name].shape == reference[s.name].shape for s in setting.program.steps)
    except (ValueError, ZeroDivisionError, TypeError, IndexError, KeyError):
        return None
    if not same_shapes:
        return None
    return any(differs(trace[name].value, reference[name], half) for name, half in setting.halves.items())


def mutated(program: Program, wrong: Step, reference: Trace) -> Trace:
    """A run with one step replaced, and all that follows from it; an operand from further down has its right value."""
    values, touched = {**reference, wrong.name: evaluate(wrong, reference)}, {wrong.name}
    for step in program.steps:
        if step.name != wrong.name and not touched.isdisjoint(step.operands):
            values[step.name] = evaluate(step, values)
            touched.add(step.name)
    return values


def differs(value: Any, reference: Any, half: Any) -> bool:
    with np.errstate(all="ignore"):
        near = np.abs(value - reference.value) <= half + NOISE * np.nan_to_num(reference.noise)
        same = (value == reference.value) | (np.isnan(value) & np.isnan(reference.value))
    return not bool((near | same).all())


def probes(program: Program, step: Step) -> Iterator[Probe]:
    """Changes to try, nearest to the mistake first."""
    trace = program.run()
    if program.batch_size == 1 and program.rows:
        more = {name: another_row(program.given[name]) for name in program.rows}
        yield Probe(
            "there is one input, so averaging changes nothing", f"with a second input {row(more, program)}", more
        )
    for name in (*step.operands, *program.given):
        if name in program.given and name not in program.rows:
            yield from flat_probes(name, program.given[name])
    positive = next((o for o in step.operands if (trace[o] > 0).all()), None)
    for changed, words in signs(program):
        reason = f"every number of {positive} is positive" if positive else "the signs of the inputs hide it"
        yield Probe(reason, f"with {words}", changed)
    yield Probe(
        "the given numbers hide it", "with other numbers in every given tensor, drawn at random", drawn(program)
    )


def drawn(program: Program) -> Trace:
    """Every given tensor with other numbers, at least three inputs; what was positive throughout stays so."""
    random = np.random.default_rng(0)
    rows = max(3, program.batch_size)
    shapes = {n: (rows, v.shape[1]) if n in program.rows else v.shape for n, v in program.given.items()}
    values = {name: random.uniform(0.5, 1.5, shape) for name, shape in shapes.items()}
    signed = {name: values[name] * random.choice([-1, 1], shape) for name, shape in shapes.items()}
    positive = {name for name, value in program.given.items() if (value > 0).all() and name not in program.rows}
    return {name: values[name] if name in positive else signed[name] for name in values}


def flat_probes(name: str, value: Any) -> Iterator[Probe]:
    """A given tensor of zeros or ones with other numbers in it."""
    pattern = np.resize([0.5, -1.5, 2.0, -0.5, 3.0], value.shape)
    for number, word in ((0, "0"), (1, "1")):
        if (value == number).all():
            listed = ", ".join(f"{x:g}" for x in pattern.ravel()[:6])
            yield Probe(f"{name} is all {word}", f"with {name} = [{listed}]", {name: pattern})


def signs(program: Program) -> Iterator[tuple[Trace, str]]:
    """The inputs with the sign of a number or of a row flipped."""
    if not program.rows:
        return
    name = program.rows[0]
    X = program.given[name]
    for r in range(min(len(X), 4)):
        for index in (*((r, c) for c in range(min(X.shape[1], 4))), (r,)):
            changed = flipped(X, index)
            yield {name: changed}, f"{name}[{r}] = [{', '.join(f'{x:g}' for x in changed[r][:6])}]"


def flipped(X: Any, index: tuple[int, ...]) -> Any:
    changed = X.copy()
    changed[index] = -changed[index]
    return changed


def another_row(value: Any) -> Any:
    """A second row that is like the first and not the same."""
    return np.vstack([value, value[:1] * 0.5 + np.arange(1, value.shape[1] + 1)])


def row(more: Trace, program: Program) -> str:
    return ", ".join(f"{name}[1] = [{', '.join(f'{x:g}' for x in more[name][1][:6])}]" for name in program.rows)
