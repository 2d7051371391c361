"""A claim that is another tensor's value: names of one numbering read in another, or two tensors mixed up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ...nn.run import leading_to
from ..claims.claimed import fit_shape, reshaped
from ..claims.written import agreement, telling
from ..verdicts.judgement import Judged, Judgement

LINE = 3
"""How many sums tell which matrix they are of."""
NUMBER = re.compile(r"\d+")
COUNTED = {1: ": are the layers numbered from 1?", -1: ": are the layers numbered from 0?"}
"""By how many layers a claim comes after the tensor whose value it has: what that says of the numbering."""


def hint_at_others(judgement: Judgement) -> Judgement:
    """Say of every cause that nothing explains whose tensor it is, if it has no number of its own."""
    with np.errstate(all="ignore"):
        return judgement.replaced([hinted(judgement, j) for j in judgement.failed() if not j.explanations])


def hinted(judgement: Judgement, judged: Judged) -> Judged:
    hints = [f"it equals {name}{numbering(judged.name, name)}" for name in equal(judgement, judged)]
    hints += list(sums(judgement, judged))
    return replace(judged, explanations=tuple(hints[:1]))


def equal(judgement: Judgement, judged: Judged) -> list[str]:
    """Return the tensors that have the claimed value, first those of another layer; one number could be anything."""
    claim = judged.claim.written
    telling = len(np.unique(claim.value[np.isfinite(claim.value)])) > 1
    found = []
    for name, value in judgement.reference.items():
        written, misfit = fit_shape(claim, value)
        kin = stem(name) == stem(judged.name)
        if name != judged.name and (kin or telling) and not misfit and agreement(written, value).all():
            found.append(name)
    return sorted(found, key=lambda name: stem(name) != stem(judged.name))


def sums(judgement: Judgement, judged: Judged) -> Iterator[str]:
    """Yield the matrix whose rows, or columns, a line of several numbers sums."""
    written = judged.claim.written
    if written.value.size < LINE or not telling(written):
        return
    for name, matrix in judgement.claimed.items():
        from_it = judged.name in leading_to(name, judgement.steps, ())
        for axis, word in () if from_it else ((0, "columns"), (1, "rows")):
            if matrix.value.ndim == 2 and matrix.value.shape[1 - axis] == written.value.size and min(matrix.shape) > 1:
                total = matrix.sum(axis=axis)
                if agreement(reshaped(written, total.shape), total).all():
                    yield f"it is the sum of the {word} of {name}"


def stem(name: str) -> str:
    return NUMBER.sub("", name)


def numbering(claimed: str, found: str) -> str:
    """Ask whether layers are counted from another number."""
    numbers = [int(n[0]) for name in (claimed, found) if (n := NUMBER.search(name))]
    return COUNTED.get(numbers[0] - numbers[1], "") if stem(claimed) == stem(found) and len(numbers) == 2 else ""
