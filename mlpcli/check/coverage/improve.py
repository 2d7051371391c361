"""A better exercise: the changes that reveal hidden mistakes, one after the other, as long as more of them show."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ...config.load import Case, changed
from ...errors import InputError
from .exercise import Key, Plan, digits, exercise, read_plan
from .mutants import DIGITS
from .search import Coverage, coverage, possible

ROUNDS = 4
"""How often the search for changes is made on what the one before led to."""


@dataclass(frozen=True)
class Improved:
    """An exercise after changes, and what it reveals."""

    case: Case
    sets: tuple[str, ...]
    coverage: Coverage


@dataclass
class Improver:
    """Makes changes to the keys of a config; how many steps and digits are printed stays as it is."""

    usual: Plan
    known: frozenset[Key]
    """The mistakes that the exercise reveals, and those that it might."""

    def improve(self, case: Case, found: Coverage) -> Improved:
        """Make the changes that more mistakes show with, those that reveal most first, until there is none."""
        best, sets = case, tuple[str, ...]()
        for _ in range(ROUNDS):
            before = sets
            for group in sorted(found.groups, key=lambda group: -len(group.members)):
                plan = read_plan(group.suggestion, self.usual)
                if plan.sets and replace(plan, sets=()) == self.usual:
                    best, sets = self.better(best, sets, plan.sets)
            if sets == before:
                break
            found = coverage(best, self.usual.steps, self.usual.precision)
        return Improved(self.with_claims(best) if sets else best, sets, found)

    def better(self, case: Case, sets: tuple[str, ...], more: tuple[str, ...]) -> tuple[Case, tuple[str, ...]]:
        """Return the exercise with more changes, if the config takes them and a greater part of the mistakes shows."""
        try:
            other = changed(case, "furthest", more)
        except InputError:
            return case, sets
        if self.part(other) <= self.part(case):
            return case, sets
        names = {text.partition("=")[0] for text in more}
        return other, (*(text for text in sets if text.partition("=")[0] not in names), *more)

    def part(self, case: Case) -> float:
        """Return the part of the mistakes that a case reveals."""
        with np.errstate(all="ignore"):
            run = exercise(case, self.usual.steps, self.usual.precision)
            seen = run.seen(possible(run.first.program))
        return len(seen) / len(seen | self.known)

    def with_claims(self, case: Case) -> Case:
        """Return the exercise with the values of its new numbers as claims, where there are some."""
        run = exercise(case, self.usual.steps, self.usual.precision)
        if not run.claims:
            return case
        claims = ", ".join(f"{name}: {digits(run.first.reference[name], DIGITS)}" for name in run.first.halves)
        return changed(case, "furthest", [f"expect={{{claims}}}"])


def improve(case: Case, found: Coverage, steps: int = 1, precision: int = DIGITS) -> Improved:
    """Change keys of a config so that more mistakes show."""
    known = frozenset(found.shown) | {(hidden.tensor, hidden.mistake) for hidden in found.hidden}
    return Improver(Plan((), steps, precision), known).improve(case, found)
