"""Cause or consequence: every claim is judged twice.

Against the reference, the program run as it is; and against its own step run on the claimed inputs. A claim that
differs from the first and follows from the second is a consequence, one that does neither is a cause. Where a cause is
known to come of a change, as of another eps, the claims after it are judged by the changed steps first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...nn.op import Array
from ...nn.program import Program, Trace
from ...values.noisy import Noisy, noisy
from ..claims.claimed import Claimed, fitted, order
from ..claims.written import Written, agreement, cut
from .judgement import (
    CAUSE,
    CONSEQUENCE,
    MATCH,
    MISPRINT,
    TRUNCATED,
    Change,
    Judged,
    Judgement,
    above,
    evaluate,
    follow,
    rounded,
)
from .saturation import saturating
from .users import find_users


def judge(program: Program, claims: Mapping[str, Claimed], truth: Trace | None = None) -> Judgement:
    """Judge every claim of a program; `truth` has proven values to take in place of the computed ones."""
    program = saturating(program, claims.values())
    reference = program.run(noisy)
    reference |= {name: Noisy(value, reference[name].noise) for name, value in (truth or {}).items()}
    return judged_by(program, claims, reference, {})


def judge_again(judgement: Judgement, changes: Mapping[str, Change]) -> Judgement:
    """The same claims, computed with changes that the named causes are the first to tell of."""
    claims = {j.name: j.claim for j in judgement.judged}
    return judged_by(judgement.program, claims, judgement.reference, changes)


def judged_by(
    program: Program, claims: Mapping[str, Claimed], reference: Trace, changes: Mapping[str, Change]
) -> Judgement:
    """Judge with changes. What was misprinted was computed right: what comes after it is judged by the right value."""
    misprints = frozenset[str]()
    while True:
        judgement = Judgement(program, reference, dict(changes))
        judge_all(judgement, claims, misprints)
        found = misprints | {j.name for j in judgement.of(MISPRINT)}
        if found == misprints:
            return judgement
        misprints = found


def judge_all(judgement: Judgement, claims: Mapping[str, Claimed], misprints: frozenset[str]) -> None:
    """Judge every claim in dataflow order, taking known misprints for what they stand for."""
    steps = {step.name: step for step in judgement.program.steps}
    claimed, plain = judgement.claimed, judgement.plain
    claimed |= judgement.reference  # a change may take what is computed further down
    with np.errstate(all="ignore"):
        for name in order(judgement.program):
            plain[name] = evaluate(steps[name], plain) if name in steps else judgement.reference[name]
            changed = judgement.given(name) if name not in claims else None
            if changed is not None:
                claimed[name] = changed
            elif judgement.changes and name in steps:
                claimed[name] = evaluate(judgement.steps[name], claimed)
            else:
                claimed[name] = plain[name]
            if name in claims:
                right = plain[name]
                judge_claim(judgement, claims[name])
                if name in misprints:
                    claimed[name] = plain[name] = right
        find_users(judgement, misprints)


def judge_claim(judgement: Judgement, claim: Claimed) -> None:
    """Append the verdict on one claim, and take over the value it tells of."""
    name, claimed, plain = claim.name, judgement.claimed, judgement.plain
    written, note = fitted(claim.written, plain[name])
    claim = Claimed(name, written, claim.place, claim.note or note)
    if claim.note:
        judgement.judged.append(Judged(claim, CAUSE, np.ones(written.shape, bool), plain[name], plain[name]))
        return
    judged, told_by = judged_as_computed(judgement, claim)
    judgement.judged.append(judged)
    claimed[name] = plain[name] = told(written, judged.reference, told_by)


def judged_as_computed(judgement: Judgement, claim: Claimed) -> tuple[Judged, Array]:
    """The verdict on a claim, and the computed value that it is nearest to."""
    name, written = claim.name, claim.written
    reference, local, plain = judgement.reference[name], judgement.claimed[name], judgement.plain[name]
    verdict, wrong = verdict_of(written, reference, plain)
    judged = Judged(claim, verdict, wrong, plain, reference)
    if judgement.changes:
        changed, differing = verdict_of(written, reference, local)
        judged.contradicts = verdict != CAUSE and not agreement(written, local).all()
        holds = any(name in change.holding for change in judgement.changes.values())
        if verdict == CAUSE and (changed != CAUSE or holds):
            account(judgement, judged)
            return judged, local
        if verdict == CAUSE:
            judged.wrong, judged.expected, plain = differing, local, local
    if verdict == CAUSE:
        plain = retried(judgement, judged, plain)
    return judged, plain


def account(judgement: Judgement, judged: Judged) -> None:
    """The first claim that follows with a change alone is the cause; all others are its consequences."""
    name, changes = judged.name, judgement.changes
    reach = {name, *above(judgement, name)}
    reaching = [found for found, c in changes.items() if reach & c.changed or name in c.holding]
    found = name if name in changes else (reaching or list(changes))[-1]
    first = next((j for j in judgement.judged if j.change is changes[found]), None)
    if first is None:
        judged.change = changes[found]
        return
    first.accounted.append(name)
    judged.verdict, judged.wrong = CONSEQUENCE, ~agreement(judged.claim.written, judged.reference)


def verdict_of(written: Written, reference: Array, local: Array) -> tuple[str, Any]:
    """The verdict, and the cells that are wrong."""
    right = agreement(written, reference)
    if right.all():
        return MATCH, ~right
    if (right | cut(written, reference)).all():
        return TRUNCATED, ~right
    follows = agreement(written, local) | cut(written, local) | right | cut(written, reference)
    return (CONSEQUENCE, ~right) if follows.all() else (CAUSE, ~follows)


def retried(judgement: Judgement, judged: Judged, local: Array) -> Array:
    """What a claim follows from in another way than by its own step on the claims as they are, if it does.

    By another route to the same tensor; once an earlier cause is put right, as from the computation behind a
    misprinted page; or from claims with no more digits than are written.
    """
    name, written = judged.name, judged.claim.written
    for made in (name, *above(judgement, name)):
        for route in judgement.steps[made].routes if made in judgement.steps else ():
            value = follow(judgement, Change("", {made: route}), name)
            if follows(judged, value):
                judgement.steps[made] = route
                return value
    for earlier in judgement.judged:
        if earlier.failed and not earlier.claim.note:
            value = follow(judgement, Change("", values={earlier.name: earlier.expected}), name)
            if follows(judged, value):
                return value
    if agreement(written, from_written(judgement, name)).all():
        judged.verdict, judged.wrong = CONSEQUENCE, ~agreement(written, judged.reference)
    return local


def follows(judged: Judged, value: Array) -> bool:
    """Whether a cause is a consequence of this value; if so it is made one."""
    verdict, wrong = verdict_of(judged.claim.written, judged.reference, value)
    if verdict != CONSEQUENCE:
        return False
    judged.verdict, judged.wrong, judged.expected = verdict, wrong, value
    return True


def from_written(judgement: Judgement, name: str) -> Array:
    """A tensor computed from the claims above it with no more digits than they are written with, as by hand."""
    values = {j.name: rounded(judgement, j) for j in judgement.judged if not j.claim.note}
    return follow(judgement, Change("", values=values), name)


def told(written: Written, reference: Array, local: Array) -> Array:
    """The value a claim tells of: computed where it follows or is right, as written where it is neither."""
    follows = agreement(written, local) | cut(written, local)
    right = agreement(written, reference) | cut(written, reference)
    value = np.where(follows, local.value, np.where(right, reference.value, written.value))
    noise = np.where(follows, local.noise, np.where(right, reference.noise, written.noise))
    return Noisy(value, noise)
