"""The mutation score of an exercise: which classic mistakes no printed tensor can reveal, why, and what would.

A mistake is made in one step, the whole pass follows from it, and the printed tensors are compared. For one that stays
hidden the exercise is changed, as a person would change it, until the mistake shows and more mistakes show than before:
that change is the suggestion.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace

import numpy as np

from ...config.load import Case
from ...nn.program import Program
from ..mistakes import Variant, variants
from .coincidences import coincidence, mixed_up
from .exercise import Exercise, Key, Plan, apply_plan, exercise, key_of, read_plan
from .groups import Group, grouped
from .hidden import Hidden
from .mutants import DIGITS
from .probes import Probes
from .reasons import reason
from .work import SpentError, Work

MOST_WORK = 42_000
"""Steps that a search runs at most, some seconds' worth; handout 4.2, the longest, needs 39,000."""


@dataclass(frozen=True)
class Coverage:
    """How many mistakes can be made, and those that stay hidden; what no numbers could reveal is no mistake."""

    mistakes: int
    hidden: list[Hidden]
    shown: list[Key]
    """Those that show: the tensor in whose step each is made, and its sentence."""
    groups: list[Group]
    """Those that stay hidden, by reason and by what reveals them."""
    most: int
    """Steps after which the search for changes stops."""

    @property
    def score(self) -> float:
        return 1 - len(self.hidden) / self.mistakes if self.mistakes else 1.0

    @property
    def unsearched(self) -> int:
        """How many hidden mistakes the search did not come to the end of."""
        return sum(not hidden.searched for hidden in self.hidden)


def coverage(case: Case, steps: int = 1, precision: int = DIGITS, most: int = MOST_WORK) -> Coverage:
    """Try every mistake in a case that is printed for `steps` steps of training, as far as the work allows.

    What shows is always known; the search for what would reveal the others runs at most `most` of their steps.
    """
    with np.errstate(all="ignore"):
        search = ChangeSearch(case, Plan((), steps, precision), Work(most))
        found = [search.explain(variant) for variant in search.unseen]
        hidden = [h for h in found if h]
        groups = grouped(hidden, search)
    shown = [key_of(variant) for variant in search.variants if key_of(variant) in search.seen]
    return Coverage(len(search.seen) + len(hidden), hidden, shown, groups, most)


def revealable(case: Case, steps: int = 1, most: int = MOST_WORK) -> tuple[frozenset[Key], frozenset[Key]]:
    """Return the mistakes that a case reveals, and those that it would with other numbers and everything printed."""
    with np.errstate(all="ignore"):
        search = ChangeSearch(case, Plan((), steps, DIGITS), Work(most))
    return search.seen, frozenset(search.revealable)


class ChangeSearch:
    """The changes to try on an exercise, each run once."""

    def __init__(self, case: Case, usual: Plan, work: Work) -> None:
        self.usual, self.work = usual, work
        self.original = exercise(case, usual.steps, usual.precision)
        program = self.original.first.program
        self.variants = [v for v in possible(program) if self.original.reveals(v) is not None]
        self.steps = program.by_name
        self.seen = self.original.seen(self.variants)
        self.unseen = [v for v in self.variants if key_of(v) not in self.seen]
        self.exercises: dict[Plan, Exercise | None] = {}
        self.probes = Probes(self.original, usual, self.changed, work)
        self.revealable = set(self.seen)
        try:
            for other in self.generic():
                self.revealable |= other.seen([v for v in self.unseen if key_of(v) not in self.revealable])
        except SpentError:
            self.revealable = {key_of(variant) for variant in self.variants}  # for all that is known

    def generic(self) -> Iterator[Exercise]:
        """Yield the exercise with other numbers and everything printed: what it does not reveal, nothing may."""
        stateable = [name for name in self.probes.keys if self.accepted(name)]
        for plan in self.probes.everything(stateable):
            if other := self.changed(plan):
                yield self.count(exercise(other.case, plan.steps, whole=True))

    def accepted(self, name: str) -> bool:
        """Return whether the config takes other numbers for a given tensor."""
        if name in self.original.first.program.batch:
            return True
        plan = self.probes.set({name: self.probes.draw(name, 0, None)})
        return self.changed(plan) is not None

    def changed(self, plan: Plan) -> Exercise | None:
        if plan not in self.exercises:
            other = apply_plan(self.original.case, plan)
            self.exercises[plan] = other and self.count(other)
        return self.exercises[plan]

    def count(self, other: Exercise) -> Exercise:
        """Count the steps of the run that made an exercise, and have those of its runs with a mistake counted."""
        other.work = self.work
        self.work.run(other.whole.reference.values())
        return other

    def explain(self, variant: Variant) -> Hidden | None:
        """Find why a mistake stays hidden, and the first change that reveals it; None if nothing can."""
        searched = True
        try:
            self.work.run(self.original.first.reference.values())
            for plan in self.probes.plans(variant, key_of(variant) in self.revealable):
                if self.helps(plan, variant):
                    return self.hidden(variant, self.reduce(plan, variant).options(self.usual))
        except SpentError:
            searched = False
        return replace(self.hidden(variant, ""), searched=searched) if key_of(variant) in self.revealable else None

    def helps(self, plan: Plan, variant: Variant) -> bool:
        """Return whether a change reveals a mistake, and a greater part of all of them than before."""
        other = self.changed(plan)
        return bool(other and other.reveals(variant) and (finer(other, self.original) or self.gains(other, variant)))

    def reduce(self, plan: Plan, variant: Variant) -> Plan:
        """Return the change without those keys that are not needed for it."""
        for text in plan.sets:
            fewer = replace(plan, sets=tuple(other for other in plan.sets if other != text))
            plan = fewer if self.helps(fewer, variant) else plan
        return plan

    def gains(self, other: Exercise, variant: Variant) -> bool:
        """Return whether a greater part of the mistakes shows after a change that reveals this one.

        The part grows with every mistake that shows, so not all need to be tried: what showed before likely does again.
        """
        seen, left = set[Key](), {key_of(v) for v in self.variants}
        for tried in (variant, *sorted(self.variants, key=lambda v: key_of(v) not in self.seen)):
            if self.greater(seen) or not self.greater(seen | left):
                break
            left.discard(key_of(tried))
            seen |= other.seen([tried])
        return self.greater(seen)

    def greater(self, seen: Set[Key]) -> bool:
        """Return whether these mistakes are a greater part of all than those that show now."""
        return len(seen) * len(self.revealable) > len(self.seen) * len(seen | self.revealable)

    def reveals_all(self, group: Group) -> bool:
        """Return whether the change of a group reveals all of its mistakes, as far as the work allows to tell."""
        plan = read_plan(group.suggestion, self.usual)
        members = {(hidden.tensor, hidden.mistake) for hidden in group.members}
        try:
            other = self.changed(plan)
            unseen = [variant for variant in self.unseen if key_of(variant) in members]
            return other is not None and all(map(other.reveals, unseen))
        except SpentError:
            return False

    def hidden(self, variant: Variant, suggestion: str) -> Hidden:
        name = variant.step.name
        return Hidden(name, variant.sentence, self.reason(variant, suggestion), suggestion)

    def reason(self, variant: Variant, suggestion: str) -> str:
        first, name = self.original.first, variant.step.name
        if setting := coincidence(self.steps[name], variant.step):
            return f"{setting} equals {variant.sentence.partition(' is used')[0]}"
        why = reason(first.program, self.steps[name], variant.step, first.reference)
        if why:
            return why
        if name not in first.halves:
            shown = self.probes.descendants(name) & set(first.halves)
            return f"{name} is not printed" + ("" if shown else ", nor anything that depends on it")
        return f"{name} is printed with too few digits" if suggestion.startswith("--set 'expect.") else ""


def possible(program: Program) -> list[Variant]:
    """Return every mistake that can be made in a program, each in one step."""
    return [v for step in program.steps for v in (*variants(program, step), *mixed_up(program, step))]


def finer(other: Exercise, original: Exercise) -> bool:
    """Return whether the same numbers are printed as before, none with fewer digits: what showed still shows."""
    new, old = other.whole, original.whole
    if other.first.program.given != original.first.program.given or other.steps < original.steps:
        return False
    alike = (np.array_equal(new.setup.given[name], value) for name, value in old.setup.given.items())
    finer = (name in new.halves and (new.halves[name] <= half).all() for name, half in old.halves.items())
    return all(alike) and all(finer)
