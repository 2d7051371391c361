"""Cause or consequence: every claim is judged twice.

Against the reference, the program run as it is; and against its own step run on the claimed inputs. A claim that
differs from the first and follows from the second is a consequence, one that does neither is a cause.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..nn.op import Array
from ..nn.program import Program, Step, Trace
from ..nn.rounding import Noisy, noisy
from .claims import Claimed, fitted, order
from .saturation import saturating
from .written import Written, agreement, cut

MATCH, TRUNCATED, CAUSE, CONSEQUENCE, MISPRINT = "match", "truncated", "cause", "consequence", "misprint"


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
    claimed: Trace
    """Every tensor as the claims have it: where a claim is right the computed value, with all its digits."""
    judged: list[Judged]

    def of(self, *verdicts: str) -> list[Judged]:
        return [j for j in self.judged if j.verdict in verdicts]


def judge(program: Program, claims: dict[str, Claimed], truth: Trace | None = None) -> Judgement:
    """Judge every claim of a program; `truth` has proven values to take in place of the computed ones.

    What was misprinted was computed right, so what comes after a misprint is judged again by the right value.
    """
    program, misprints = saturating(program, claims.values()), frozenset[str]()
    reference = program.run(noisy)
    reference |= {name: Noisy(value, reference[name].noise) for name, value in (truth or {}).items()}
    while True:
        judgement = judged_with(program, claims, reference, misprints)
        found = misprints | {j.name for j in judgement.of(MISPRINT)}
        if found == misprints:
            return judgement
        misprints = found


def judged_with(program: Program, claims: dict[str, Claimed], reference: Trace, misprints: frozenset[str]) -> Judgement:
    """Judge every claim in dataflow order, taking known misprints for what they stand for."""
    judgement = Judgement(program, reference, {}, [])
    steps = {step.name: step for step in program.steps}
    with np.errstate(all="ignore"):
        for name in order(program):
            local = evaluate(steps[name], judgement.claimed) if name in steps else reference[name]
            judgement.claimed[name] = local
            if name in claims:
                judge_claim(judgement, claims[name], local)
            if name in misprints:
                judgement.claimed[name] = local
        find_users(judgement, misprints)
    return judgement


def evaluate(step: Step, values: Trace) -> Array:
    settings = {name: noisy(value) for name, value in step.settings.items()}
    return step.op(*(values[name] for name in step.operands), **settings)


def judge_claim(judgement: Judgement, claim: Claimed, local: Array) -> None:
    """Append the verdict on one claim, and take over the value it tells of."""
    written, note = fitted(claim.written, local)
    claim = Claimed(claim.name, written, claim.place, claim.note or note)
    if claim.note:
        judgement.judged.append(Judged(claim, CAUSE, np.ones(written.shape, bool), local, local))
        return
    reference = judgement.reference[claim.name]
    verdict, wrong = verdict_of(written, reference, local)
    if verdict == CAUSE:
        local, verdict, wrong = retried(judgement, claim, reference, local, wrong)
    if verdict == CAUSE and agreement(written, from_written(judgement, claim.name)).all():
        verdict, wrong = CONSEQUENCE, ~agreement(written, reference)
    judgement.judged.append(Judged(claim, verdict, wrong, local, reference))
    judgement.claimed[claim.name] = told(written, reference, local)


def verdict_of(written: Written, reference: Array, local: Array) -> tuple[str, Any]:
    """The verdict, and the cells that are wrong."""
    right = agreement(written, reference)
    if right.all():
        return MATCH, ~right
    if (right | cut(written, reference)).all():
        return TRUNCATED, ~right
    follows = agreement(written, local) | cut(written, local) | right | cut(written, reference)
    return (CONSEQUENCE, ~right) if follows.all() else (CAUSE, ~follows)


def retried(judgement: Judgement, claim: Claimed, reference: Array, local: Array, wrong: Any) -> tuple[Array, str, Any]:
    """A claim that follows once an earlier cause is put right follows from the computation behind a misprinted page."""
    for earlier in judgement.judged:
        if earlier.failed and not earlier.claim.note:
            corrected = follow(judgement, {earlier.name: earlier.expected}, claim.name)
            verdict, _ = verdict_of(claim.written, reference, corrected)
            if verdict == CONSEQUENCE:
                return corrected, verdict, ~agreement(claim.written, reference)
    return local, CAUSE, wrong


def from_written(judgement: Judgement, name: str) -> Array:
    """A tensor computed from the claims above it with no more digits than they are written with, as by hand."""
    values = {j.name: rounded(judgement, j) for j in judgement.judged if not j.claim.note}
    return follow(judgement, values, name)


def rounded(judgement: Judgement, judged: Judged) -> Array:
    """A claim's value as written; as computed where nothing is written, or no digit was lost."""
    written, computed = judged.claim.written, judgement.claimed[judged.name]
    unknown = np.isinf(written.half_unit)
    return Noisy(np.where(unknown, computed.value, written.value), np.where(unknown, computed.noise, 0))


def told(written: Written, reference: Array, local: Array) -> Array:
    """The value a claim tells of: computed where it follows or is right, as written where it is neither."""
    follows = agreement(written, local) | cut(written, local)
    right = agreement(written, reference) | cut(written, reference)
    value = np.where(follows, local.value, np.where(right, reference.value, written.value))
    noise = np.where(follows, local.noise, np.where(right, reference.noise, written.noise))
    return Noisy(value, noise)


def follow(judgement: Judgement, changed: Trace, target: str, steps: dict[str, Step] | None = None) -> Array:
    """What a tensor would be with some others changed; the changes run through tensors that nobody claims.

    `steps` replaces steps of the program, with mistakes in them.
    """
    claimed = {j.name for j in judgement.judged}
    values, dirty = {**judgement.claimed, **changed}, set(changed)
    if target in judgement.program.given:
        return values[target]
    for step in judgement.program.steps:
        taken = (steps or {}).get(step.name, step)
        touched = taken is not step or not dirty.isdisjoint(step.operands)
        if touched and step.name not in changed and (step.name not in claimed or step.name == target):
            values[step.name] = evaluate(taken, values)
            dirty.add(step.name)
        if step.name == target:
            break
    return values[target]


def find_users(judgement: Judgement, misprints: frozenset[str]) -> None:
    """For every cause: which claims follow from it, which used the right value, and so whether it is a misprint."""
    for cause in judgement.of(CAUSE):
        find_followers(judgement, cause)
        if cause.claim.note:
            continue
        right = {cause.name: cause.expected}
        for name in cause.followers:
            right[name] = judgement.reference[name]
        wrong = {name: judgement.claimed[name] for name in right} | {cause.name: as_written(cause)}
        used_wrong = bool(cause.followers)
        for user in judgement.judged:
            if user.name in right or user.claim.note:
                continue
            corrected, as_claimed = (follow(judgement, changed, user.name) for changed in (right, wrong))
            with_right, with_wrong = (agreement(user.claim.written, v).all() for v in (corrected, as_claimed))
            if with_right and not with_wrong:
                cause.right_users.append(user.name)
            used_wrong |= bool(with_wrong and not with_right)
        if cause.name in misprints or (cause.right_users and not used_wrong):
            cause.verdict = MISPRINT


def as_written(cause: Judged) -> Array:
    """The claimed value where it is wrong, what is expected elsewhere."""
    written = cause.claim.written
    value = np.where(cause.wrong, written.value, cause.expected.value)
    return Noisy(value, np.where(cause.wrong, written.noise, cause.expected.noise))


def find_followers(judgement: Judgement, cause: Judged) -> None:
    """Consequences that the cause reaches through consequences and tensors that nobody claims."""
    verdicts = {j.name: j.verdict for j in judgement.judged}
    reached = {cause.name}
    for step in judgement.program.steps:
        if not reached.isdisjoint(step.operands) and verdicts.get(step.name, CONSEQUENCE) == CONSEQUENCE:
            reached.add(step.name)
            if step.name in verdicts:
                cause.followers.append(step.name)
