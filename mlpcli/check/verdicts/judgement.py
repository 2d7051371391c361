"""What is found of the claims of a case, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...nn.op import Array
from ...nn.program import Program, Step, Trace
from ...values.noisy import Noisy, noisy
from ..claims.claimed import Claimed

MATCH, TRUNCATED, CAUSE, CONSEQUENCE, MISPRINT = "match", "truncated", "cause", "consequence", "misprint"


@dataclass(frozen=True)
class Change:
    """What somebody may have computed with in place of what the config has: other steps, other values."""

    sentence: str
    steps: Mapping[str, Step] = field(default_factory=dict)
    values: Trace = field(default_factory=dict)
    """Given tensors, or computed ones that nobody claims."""
    setting: str = ""
    """`eps = 1e-8`, where the change is one of a setting."""
    holding: frozenset[str] = frozenset()
    """Claims that hold in a run with the change from the start, whatever is claimed above them."""

    @property
    def changed(self) -> set[str]:
        return {*self.steps, *self.values}


@dataclass
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
    followers: list[str] = field(default_factory=list)
    right_users: list[str] = field(default_factory=list)
    """Claims that used the right value where this one is wrong."""
    explanations: list[str] = field(default_factory=list)
    change: Change | None = None
    """Of a cause: what it is computed with, and other claims too."""
    accounted: list[str] = field(default_factory=list)
    """Claims that would be causes, but follow with the change."""
    contradicts: bool = False
    """Whether it follows from what is right and not from a change."""

    @property
    def name(self) -> str:
        return self.claim.name

    @property
    def failed(self) -> bool:
        """Whether it is wrong in itself."""
        return self.verdict in (CAUSE, MISPRINT)


@dataclass
class Judgement:
    """Every claim of a case, in dataflow order, and the run that the claims tell of."""

    program: Program
    reference: Trace
    changes: dict[str, Change] = field(default_factory=dict)
    """What the claims are computed with, by the cause that it was found at."""
    claimed: Trace = field(default_factory=dict)
    """Every tensor as the claims have it: where a claim is right the computed value, with all its digits."""
    plain: Trace = field(default_factory=dict)
    """The same, with what nobody claims computed as the config has it, without the changes."""
    judged: list[Judged] = field(default_factory=list)
    steps: dict[str, Step] = field(init=False)
    """The program's steps as the claims have it: with the changes, and by the routes that were taken."""

    def __post_init__(self) -> None:
        self.steps = {step.name: step for step in self.program.steps}
        for change in self.changes.values():
            self.steps |= change.steps

    def of(self, *verdicts: str) -> list[Judged]:
        return [j for j in self.judged if j.verdict in verdicts]

    def by_name(self, name: str) -> Judged:
        return next(j for j in self.judged if j.name == name)

    def given(self, name: str) -> Array | None:
        """The value that a change gives a tensor."""
        return next((c.values[name] for c in self.changes.values() if name in c.values), None)


def evaluate(step: Step, values: Trace) -> Array:
    settings = {name: noisy(value) for name, value in step.settings.items()}
    return step.op(*(values[name] for name in step.operands), **settings)


def rounded(judgement: Judgement, judged: Judged) -> Array:
    """A claim's value as written; as computed where nothing is written, or no digit was lost."""
    written, computed = judged.claim.written, judgement.claimed[judged.name]
    unknown = np.isinf(written.half_unit)
    return Noisy(np.where(unknown, computed.value, written.value), np.where(unknown, computed.noise, 0))


def follow(judgement: Judgement, change: Change, target: str) -> Array:
    """What a tensor would be with other steps or values, which run through tensors that nobody claims."""
    claimed = {j.name for j in judgement.judged}
    values, dirty = {**judgement.claimed, **change.values}, set(change.values)
    if target in judgement.program.given:
        return values[target]
    for name, step in judgement.steps.items():
        taken = change.steps.get(name, step)
        touched = taken is not step or not dirty.isdisjoint(step.operands)
        if name not in change.values and (name == target or (touched and name not in claimed)):
            values[name] = evaluate(taken, values)
            dirty.add(name)
        if name == target:
            break
    return values[target]


def above(judgement: Judgement, name: str) -> list[str]:
    """Tensors that lead to a claim and that nobody claims, given ones too, nearest first."""
    claimed = {j.name for j in judgement.judged}
    wanted, found = {name}, []
    for made in reversed(judgement.steps):
        if made in wanted:
            if made != name:
                found.append(made)
            wanted.update(o for o in judgement.steps[made].operands if o not in claimed)
    return [*found, *(given for given in judgement.program.given if given in wanted and given != name)]
