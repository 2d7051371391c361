"""What is found of the claims of a case, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from ...nn.op import Array
from ...nn.program import Program, Step
from ...nn.run import Trace, following
from ...values.noisy import Noisy, noisy
from ...values.noisy import plain as plain_floats
from ..claims.claimed import Claimed

MATCH, TRUNCATED, CAUSE, CONSEQUENCE, MISPRINT = "match", "truncated", "cause", "consequence", "misprint"
VERDICTS = (MATCH, TRUNCATED, CAUSE, CONSEQUENCE, MISPRINT)


@dataclass(frozen=True, eq=False)
class Change:
    """What somebody may have computed with in place of what the config has: other steps, other values."""

    sentence: str
    steps: Mapping[str, Step] = field(default_factory=dict)
    values: Mapping[str, Array] = field(default_factory=dict)
    """Given tensors, or computed ones that nobody claims."""
    setting: str = ""
    """`eps = 1e-8`, where the change is one of a setting."""
    holding: frozenset[str] = frozenset()
    """Claims that hold in a run with the change from the start, whatever is claimed above them."""

    @property
    def changed(self) -> set[str]:
        return {*self.steps, *self.values}

    @property
    def of_the_cause(self) -> bool:
        """Whether it is a sentence about the cause alone, from which no other claim can follow."""
        return not self.changed


@dataclass(frozen=True, eq=False)
class Judged:
    """A claim, its verdict and why."""

    claim: Claimed
    verdict: str
    wrong: Any
    """Cells that differ: from the reference, and for a cause also from what follows from the claims above."""
    expected: Array
    """What follows from the claims above it."""
    reference: Array
    """What is right."""
    followers: tuple[str, ...] = ()
    right_users: tuple[str, ...] = ()
    """Claims that used the right value where this one is wrong."""
    explanations: tuple[str, ...] = ()
    change: Change | None = None
    """Of a cause: what it is computed with, and other claims too."""
    accounted: tuple[str, ...] = ()
    """Claims that would be causes, but follow with the change."""
    contradicts: bool = False
    """Whether it follows from what is right and not from a change."""
    shown: bool = True
    """Whether its numbers are told to who reads of it."""

    @property
    def name(self) -> str:
        return self.claim.name

    @property
    def failed(self) -> bool:
        """Whether it is wrong in itself."""
        return self.verdict in (CAUSE, MISPRINT)


@dataclass(frozen=True, eq=False)
class Judgement:
    """Every claim of a case, in dataflow order, and the run that the claims describe."""

    program: Program
    reference: Trace
    changes: Mapping[str, Change] = field(default_factory=dict)
    """What the claims are computed with, by the cause that it was found at."""
    routes: Mapping[str, Step] = field(default_factory=dict)
    """Steps that the claims follow in place of the program's own: other routes to the same tensors."""
    claimed: Trace = field(default_factory=dict)
    """Every tensor as the claims have it: where a claim is right the computed value, with all its digits."""
    plain: Trace = field(default_factory=dict)
    """The same, with what nobody claims computed as the config has it, without the changes."""
    judged: tuple[Judged, ...] = ()
    before: Judgement | None = None
    """Of a later step of training: what is found of the step before, which its parameters come from."""
    goes_on: bool = False
    """Whether that leaves other numbers for this step than those that are right."""
    by_hand: dict[tuple[int, bool, bool], tuple[Trace, bool]] = field(default_factory=dict)
    """What `left_by_hand` has found."""

    @cached_property
    def actual(self) -> Program:
        """The program as the claims have it: with the changes, and by the routes that were taken."""
        steps = {name: step for change in self.changes.values() for name, step in change.steps.items()}
        steps.update(self.routes)
        return replace(self.program, steps=tuple(steps.get(step.name, step) for step in self.program.steps))

    @property
    def steps(self) -> Mapping[str, Step]:
        return self.actual.by_name

    @cached_property
    def floats(self) -> dict[str, Any]:
        """Every tensor as the claims have it, as floats."""
        return {name: plain_floats(value) for name, value in self.claimed.items()}

    @cached_property
    def by_name(self) -> dict[str, Judged]:
        return {judged.name: judged for judged in self.judged}

    @property
    def rows(self) -> int:
        """N, the number of examples."""
        return self.program.rows(self.reference)

    def of(self, *verdicts: str) -> list[Judged]:
        return [j for j in self.judged if j.verdict in verdicts]

    def failed(self) -> list[Judged]:
        """Return the claims that are wrong in themselves."""
        return [j for j in self.judged if j.failed]

    @cached_property
    def carried(self) -> Trace:
        """What the step before leaves for this one by its claims: given tensors other than those of the reference."""
        if self.before is None:
            return {}
        left = {name: self.before.claimed.get(new) for name, new in self.program.successors.items()}
        return {name: value for name, value in left.items() if value is not None and self.moved(name, value)}

    @cached_property
    def as_written(self) -> Trace:
        """The claims with no more digits than they are written with, as somebody goes on by hand."""
        return {j.name: rounded(self, j) for j in self.judged if not j.claim.note}

    @property
    def coarsest(self) -> Iterator[float]:
        """How far numbers of each claim may be off at most, of the step before too."""
        for judgement in (self, self.before) if self.before else (self,):
            yield from (judged.claim.written.coarsest for judged in judgement.judged)

    @cached_property
    def carried_as_written(self) -> Trace:
        """What the step before leaves for this one, with no more digits than it is written with there."""
        left = self.before.as_written if self.before else {}
        return {name: left[new] for name, new in self.program.successors.items() if new in left}

    @cached_property
    def parts(self) -> dict[str, Program]:
        """What `towards` has returned."""
        return {}

    def towards(self, name: str, change: Change) -> Program:
        """Return the steps that lead to a tensor through none that is claimed, or all if a change reaches farther."""
        if name not in self.parts:
            leading = {name, *above(self, name)}
            steps = tuple(step for step in self.actual.steps if step.name in leading)
            self.parts[name] = replace(self.actual, steps=steps)
        part = self.parts[name]
        known = {*part.by_name, *self.by_name, *part.given}
        near = part.by_name.keys() >= change.steps.keys()
        return part if near and all(known.issuperset(s.operands) for s in change.steps.values()) else self.actual

    def moved(self, name: str, value: Array) -> bool:
        return not np.array_equal(value.value, self.reference[name].value, equal_nan=True)

    def given(self, name: str) -> Array | None:
        """Return the value that a change gives a tensor."""
        return next((c.values[name] for c in self.changes.values() if name in c.values), None)

    def without_tensors(self) -> Judgement:
        """Return what is found alone, without the values of all tensors: those of many steps fill the memory."""
        return replace(self, reference={}, claimed={}, plain={})

    def replaced(self, judged: Iterable[Judged]) -> Judgement:
        """Return the judgement with other words on some claims."""
        news = {one.name: one for one in judged}
        return replace(self, judged=tuple(news.get(one.name, one) for one in self.judged))


def rounded(judgement: Judgement, judged: Judged) -> Array:
    """Return a claim's value as written; as computed where nothing is written, or no digit was lost."""
    written = judged.claim.written
    computed = judgement.claimed[judged.name] if judgement.claimed else judged.expected
    unknown = np.isinf(written.half_unit)
    return Noisy(np.where(unknown, computed.value, written.value), np.where(unknown, computed.noise, 0))


def follow(judgement: Judgement, change: Change, target: str, plain: bool = False) -> Array:
    """Compute a tensor by other steps or values, which run through tensors that nobody claims.

    `plain` is for floats without their noise, which take a tenth of the time.
    """
    given = {name: plain_floats(value) for name, value in change.values.items()} if plain else change.values
    trace = judgement.floats if plain else judgement.claimed
    if target in given or target in judgement.program.given:
        return given.get(target, trace[target])
    run = following(
        judgement.towards(target, change),
        trace,
        np.asarray if plain else noisy,
        given=given,
        steps=change.steps,
        kept=judgement.by_name,
        until=target,
    )
    return dict(run)[target]


def above(judgement: Judgement, name: str) -> list[str]:
    """Return tensors that lead to a claim and that nobody claims, given ones too, nearest first."""
    wanted, found = {name}, list[str]()
    for made in reversed(judgement.actual.by_name):
        if made in wanted:
            if made != name:
                found.append(made)
            wanted.update(o for o in judgement.steps[made].operands if o not in judgement.by_name)
    return [*found, *(given for given in judgement.program.given if given in wanted and given != name)]
