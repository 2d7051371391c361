"""Who used a wrong claim: what follows from it, and who used the right value in its place."""

from __future__ import annotations

import numpy as np

from ...nn.op import Array
from ...values.noisy import Noisy
from ..claims.written import agreement
from .judgement import CAUSE, CONSEQUENCE, MISPRINT, Change, Judged, Judgement, follow


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
            corrected, as_claimed = (
                follow(judgement, Change("", values=changed), user.name) for changed in (right, wrong)
            )
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
    for name, step in judgement.steps.items():
        follows = not reached.isdisjoint(step.operands) or name in cause.accounted
        if follows and verdicts.get(name, CONSEQUENCE) == CONSEQUENCE:
            reached.add(name)
            if name in verdicts:
                cause.followers.append(name)
