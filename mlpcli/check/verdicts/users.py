"""Who used a wrong claim: what follows from it, and who used the right value in its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from ...nn.op import Array
from ...values.noisy import Noisy
from ..claims.written import agreement
from .judgement import CAUSE, CONSEQUENCE, MISPRINT, Change, Judged, Judgement, follow


def with_users(judgement: Judgement, misprints: frozenset[str]) -> Judgement:
    """Add to every cause which claims follow from it, which used the right value, and so whether it is a misprint."""
    return judgement.replaced([used(judgement, cause, misprints) for cause in judgement.of(CAUSE)])


def used(judgement: Judgement, cause: Judged, misprints: frozenset[str]) -> Judged:
    """Return a cause with its followers, and those who used what is right in its place."""
    cause = replace(cause, followers=tuple(followers(judgement, cause)))
    if cause.claim.note:
        return cause
    right = {cause.name: cause.expected} | {name: judgement.reference[name] for name in cause.followers}
    wrong = {name: judgement.claimed[name] for name in right} | {cause.name: as_written(cause)}
    right_users, used_wrong = [], bool(cause.followers)
    reached = carried(judgement, right)
    for user in judgement.judged:
        step = judgement.steps.get(user.name)
        if user.name in right or user.claim.note or step is None or reached.isdisjoint(step.operands):
            continue
        values = (follow(judgement, Change("", values=changed), user.name) for changed in (right, wrong))
        with_right, with_wrong = (bool(agreement(user.claim.written, value).all()) for value in values)
        if with_right and not with_wrong:
            right_users.append(user.name)
        used_wrong |= with_wrong and not with_right
    misprint = cause.name in misprints or (right_users and not used_wrong)
    return replace(cause, right_users=tuple(right_users), verdict=MISPRINT if misprint else cause.verdict)


def carried(judgement: Judgement, names: Iterable[str]) -> set[str]:
    """Return tensors, and what is computed of them that nobody claims."""
    reached = set(names)
    for name, step in judgement.steps.items():
        if name not in judgement.by_name and not reached.isdisjoint(step.operands):
            reached.add(name)
    return reached


def as_written(cause: Judged) -> Array:
    """Return the claimed value where it is wrong, what is expected elsewhere."""
    written = cause.claim.written
    value = np.where(cause.wrong, written.value, cause.expected.value)
    return Noisy(value, np.where(cause.wrong, written.noise, cause.expected.noise))


def followers(judgement: Judgement, cause: Judged) -> Iterator[str]:
    """Yield consequences that the cause reaches through consequences and tensors that nobody claims."""
    reached = {cause.name}
    for name, step in judgement.steps.items():
        follows = not reached.isdisjoint(step.operands) or name in cause.accounted
        user = judgement.by_name.get(name)
        if follows and (user is None or user.verdict == CONSEQUENCE):
            reached.add(name)
            if user:
                yield name
