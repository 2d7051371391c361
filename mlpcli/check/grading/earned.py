"""What claims earn: a cause costs its points, a consequence none; unless what it follows from says nothing.

Where the cause itself is worth nothing, the first tensor after it that is pays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np

from ..verdicts.judgement import CONSEQUENCE, MATCH, TRUNCATED, Judged, Judgement

BLANK = "is blank, or the same number all over"


def share(judgement: Judgement, judged: Judged, carried: bool) -> float:
    """Return the part of a tensor's points that a claim earns, from 0 to 1: that of its numbers which are claimed.

    With `carried`, what follows from an earlier mistake is as good as what is right.
    """
    claimed = float(np.mean(judged.claim.written.claimed)) if judged.claim.written.value.size else 0.0
    if judged.verdict in (MATCH, TRUNCATED):
        return claimed
    follows = judged.verdict == CONSEQUENCE and carried and not hollow(judgement, judged)
    return claimed if follows else 0.0


def charged(judgement: Judgement, graded: Collection[str]) -> dict[str, str]:
    """Return the consequences that pay for a mistake in a tensor that is worth nothing: the first one after each.

    By their names, with that of the tensor.
    """
    found: dict[str, str] = {}
    for cause in judgement.failed():
        later = {*cause.followers, *cause.accounted}
        first = next((j.name for j in judgement.of(CONSEQUENCE) if j.name in graded and j.name in later), None)
        if cause.name not in graded and first:
            found.setdefault(first, cause.name)
    return found


def hollow(judgement: Judgement, judged: Judged) -> str:
    """Return why a consequence earns nothing: it is blank itself, or a tensor that it follows from is."""
    for one in (judged, *sources(judgement, judged.name)):
        if blank(one):
            return f"{one.name} {BLANK}"
    return ""


def blank(judged: Judged) -> bool:
    """Return whether a wrong claim is one number all over where the right numbers differ, or a lone 0 or nan."""
    value = judged.claim.written.value
    if not constant(value):
        return False
    if value.size == 1:
        return bool(value.flat[0] == 0 or np.isnan(value.flat[0]))
    return not constant(judged.reference.value)


def constant(value: Any) -> bool:
    flat = np.ravel(value)
    return bool(flat.size) and bool((flat == flat[0]).all() or np.isnan(flat).all())


def sources(judgement: Judgement, name: str) -> Iterator[Judged]:
    """Yield the wrong claims that a tensor is computed from, through what nobody claims, and in earlier steps too."""
    waiting, seen = parents(judgement, name), set[tuple[int, str]]()
    while waiting:
        at, one = waiting.pop()
        judged = at.by_name.get(one)
        if (id(at), one) in seen or (judged and judged.verdict in (MATCH, TRUNCATED)):
            continue
        seen.add((id(at), one))
        if judged:
            yield judged
        waiting += parents(at, one)


def parents(judgement: Judgement, name: str) -> list[tuple[Judgement, str]]:
    """Return what a tensor is computed from; a given one may come from the step before."""
    step, before = judgement.steps.get(name), judgement.before
    if step:
        return [(judgement, operand) for operand in step.operands]
    new = judgement.program.successors.get(name)
    return [(before, new)] if before and new else []
