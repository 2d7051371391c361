"""Changes of an exercise that may reveal a mistake, as a person can make them: nearest to the mistake first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property, partial
from itertools import product
from typing import Any

import numpy as np

from ...nn.run import Trace
from ...values.shapes import N
from ..claims.written import agreement, read_texts
from ..mistakes import Variant
from .coincidences import coincidence, other_values
from .drawn import draw_like, one_hot, shares
from .exercise import Exercise, Plan, digits, numbers
from .mutants import DIGITS, differs, run_mutated
from .work import Work

MOST_DIGITS = 15
"""Significant digits that can be asked for."""
CORNER = 4
"""How many rows and columns of inputs have their signs flipped one by one."""
SEEDS = 3
MIN_ROWS = 3
ZEROS = np.array([0.5, -1.5, 2.0, -0.5, 3.0])
"""In place of zeros."""
ONES = np.array([0.5, 1.5, 2.0, 0.8, 3.0])
"""In place of ones, such as a variance."""


class Probes:
    """The plans to try on an exercise that was printed by a plan."""

    def __init__(self, exercise: Exercise, usual: Plan, changed: Callable[[Plan], Exercise | None], work: Work) -> None:
        self.exercise, self.usual, self.changed, self.work = exercise, usual, changed, work
        self.program, self.first = exercise.first.program, exercise.first

    @cached_property
    def keys(self) -> dict[str, str]:
        """Given tensor → the key of the config that it stands under, for those that have one."""
        program, experiment = self.program, self.exercise.case.experiment
        second = "targets" if experiment.grad_output is None else "grad_output"
        keys = dict(zip(program.batch, ("inputs", second, "sample_weights"), strict=False))
        return keys | {name: f"layers[{layer}].{field}" for name, (layer, field) in program.fields.items()}

    def plans(self, variant: Variant, hopeful: bool) -> Iterator[Plan]:
        """Yield all plans for one mistake; only the simple ones where other numbers did not reveal it."""
        step = variant.step
        near = self.ancestors({step.name, *step.operands})
        shown = self.descendants(step.name) & set(self.first.halves)
        around = [*near, *(name for name in self.ancestors(shown) if name not in near)]
        given = [name for name in around if name in self.keys]
        hidden = step.name not in self.first.halves
        if setting := coincidence(self.program.by_name[step.name], step):
            values = other_values(self.program.by_name[step.name], setting)
            yield from (replace(self.usual, sets=(text,)) for text in values)
        yield from self.more_digits(variant, range(DIGITS, DIGITS + 1) if hidden else range(2, DIGITS + 1))
        simple = [*self.flat(given), *self.signs(given), *self.rows(given)]
        yield from simple
        if not hopeful:
            return
        if hidden:
            yield from (plan for first in simple for plan in self.with_print(first, step.name))
        if self.program.successors:
            yield replace(self.usual, steps=self.usual.steps + 1)
        yield from self.more_digits(variant, range(DIGITS + 1, MOST_DIGITS + 1))
        yield from self.other_numbers(given)

    def ancestors(self, names: set[str]) -> list[str]:
        """Return the tensors that these are computed from, the operands of the last steps first."""
        needed, found = set(names), []
        for step in reversed(self.program.steps):
            if step.name in needed:
                found += [name for name in step.operands if name not in needed or name in self.program.given]
                needed.update(step.operands)
        return list(dict.fromkeys(found))

    def descendants(self, name: str) -> set[str]:
        """Return a tensor and what is computed from it."""
        found = {name}
        for step in self.program.steps:
            if not found.isdisjoint(step.operands):
                found.add(step.name)
        return found

    def set(self, values: Trace) -> Plan:
        """Plan these values for given tensors."""
        sets = tuple(f"{self.keys[name]}={numbers(value)}" for name, value in values.items())
        self.work.write("".join(sets))
        return replace(self.usual, sets=sets)

    def more_digits(self, variant: Variant, precisions: range) -> Iterator[Plan]:
        """Plan to print the mistake's own tensor, or more digits: the fewest that show a difference."""
        if not self.exercise.claims:
            yield from (replace(self.usual, precision=p) for p in precisions if p > self.usual.precision)
            return
        trace = run_mutated(self.program, variant.step, self.first.reference)
        own = variant.step.name
        names = [own, *sorted(self.descendants(own) & set(self.first.halves) - {own})]
        for precision, name in product(precisions, names):
            value = self.first.reference[name]
            text = digits(value, precision)
            claim = read_texts(cells(text))
            right = claim.shape == value.shape and agreement(claim, value).all()
            if right and differs(trace[name].value, value, claim.half_unit):
                yield replace(self.usual, sets=(f"expect.{name}={text}",))
                return

    def with_print(self, plan: Plan, name: str) -> Iterator[Plan]:
        """Plan to print a tensor too."""
        other = self.changed(plan)
        if other:
            text = digits(other.first.reference[name], DIGITS)
            yield replace(plan, sets=(*plan.sets, f"expect.{name}={text}"))

    def flat(self, given: list[str]) -> Iterator[Plan]:
        """Plan other numbers in a given tensor of zeros or ones."""
        yield from (self.set({name: value}) for name in given for value in self.uneven(name))

    def uneven(self, name: str) -> Iterator[Any]:
        """Yield other numbers for a tensor that holds one number throughout; targets of 0 or 1 stay 0 or 1."""
        value = self.first.setup.given[name]
        for number, pattern in ((0, ZEROS), (1, ONES)):
            if (value == number).all():
                alike = name in self.program.batch[1:]
                yield np.resize([1.0 - number, float(number)] if alike else pattern, value.shape)

    def rows(self, given: list[str]) -> Iterator[Plan]:
        """Plan a second input; then also other numbers in what is all 0 or 1."""
        if self.first.setup.rows > 1 or not self.program.batch:
            return
        inputs = self.program.batch[0]
        more = {name: self.by_rows(name, partial(another_row, inputs=name == inputs)) for name in self.program.batch}
        yield self.set(more)
        others = [name for name in given if name not in more]
        yield from (self.set({**more, name: value}) for name in others for value in self.uneven(name))

    def signs(self, given: list[str]) -> Iterator[Plan]:
        """Plan the inputs with the sign of a number or of a row flipped."""
        name = next((name for name in self.program.batch[:1] if name in given), None)
        if name is None:
            return
        X = self.first.setup.given[name]
        for r in range(min(len(X), CORNER)):
            for index in (*((r, c) for c in range(min(X.shape[1], CORNER))), (r,)):
                changed = X.copy()
                changed[index] = -changed[index]
                yield self.set({name: changed + 0.0})

    def other_numbers(self, given: list[str]) -> Iterator[Plan]:
        """Plan other numbers, drawn: in one given tensor, then in all that matter."""
        for seed in range(SEEDS):
            for name in given:
                yield self.set({name: self.draw(name, seed, None)})
        yield from self.everything(given)

    def everything(self, given: list[str]) -> Iterator[Plan]:
        """Plan other numbers in all these tensors at once, for at least MIN_ROWS inputs; also over two steps."""
        names = list(dict.fromkeys([*self.program.batch, *given]))
        for seed in range(SEEDS):
            rows = max(MIN_ROWS, self.first.setup.rows)
            plan = self.set({name: self.draw(name, seed, rows) for name in names})
            yield plan
            if self.program.successors:
                yield replace(plan, steps=self.usual.steps + 1)

    def draw(self, name: str, seed: int, rows: int | None) -> Any:
        """Draw other numbers for a given tensor: positive ones stay so, targets from 0 to 1 stay in that range."""
        value = self.first.setup.given[name]
        bounded = name in self.program.batch[1:] and shares(value)
        signed = name == self.program.batch[0] or not (bounded or (value > 0).all())
        random = np.random.default_rng((seed, self.program.given.index(name)))
        if name not in self.program.batch:
            return draw_like(value, random, signed)
        return self.by_rows(name, partial(draw_like, random=random, signed=signed, rows=rows))

    def by_rows(self, name: str, change: Callable[[Any], Any]) -> Any:
        """Change the rows of a batch, or its columns where these are the samples."""
        value = self.first.setup.given[name]
        columns = self.program.tensors[name].shape[0] != N
        return change(value.T).T if columns else change(value)


def another_row(value: Any, inputs: bool) -> Any:
    """Return a second row that is like the first and not the same: of targets another class, other probabilities."""
    if one_hot(value):
        return np.vstack([value, np.roll(value, 1, axis=1)])
    if not inputs and shares(value):
        return np.vstack([value, 1 - value])
    return np.vstack([value, value[:1] * 0.5 + np.arange(1, value.shape[1] + 1)])


def cells(text: str) -> Any:
    """Return the texts of printed numbers, nested as they are printed."""
    rows = [row.split(", ") for row in text.strip("[]").split("], [")]
    return rows if text.startswith("[[") else rows[0] if text.startswith("[") else text
