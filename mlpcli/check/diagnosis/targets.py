"""What target a claimed gradient implies: where it is the error Y − D, the claim determines D."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...nn.run import compute
from ...values.noisy import Noisy, noisy
from ..claims.written import agreement
from ..verdicts.judgement import Judged, Judgement
from .conventions import agreeing, rerun

DIGITS = 9
"""Targets have fewer decimals than this."""


def implied_targets(judgement: Judgement) -> list[str]:
    """Return a sentence per wrong gradient of the loss that another target explains, and nothing else."""
    open_causes = [j for j in judgement.judged if j.failed and not j.claim.note and not j.explanations]
    with np.errstate(all="ignore"):
        return [found for j in open_causes if (found := implied(judgement, j))]


def implied(judgement: Judgement, cause: Judged) -> str:
    """Return the target under which the cause's step gives what is claimed, verified by running it."""
    program = judgement.program
    step = next((s for s in program.steps if s.name == cause.name and s.section == "backward"), None)
    if step is None:
        return ""
    target = next((o for o in step.operands if o in program.given and o not in program.parameters), "")
    if not target or judgement.claimed[target].shape != cause.expected.shape:
        return ""
    stated = judgement.claimed[target].value
    for value in candidates(stated, cause, judgement.rows):
        run = compute(step, {**judgement.claimed, target: Noisy(value)}, noisy)
        if alike(stated, value) and agreement(cause.claim.written, run).all():
            claims = {j.name: j.claim for j in judgement.judged}
            count = len(agreeing(claims, rerun(program, judgement.reference, {target: value})))
            before = len(agreeing(claims, judgement.reference))
            rows = ", ".join(f"[{', '.join(f'{cell:.6g}' for cell in row)}]" for row in value)
            if count <= before:
                return ""
            sentence = f"{cause.name} implies {target} = [{rows}]{shift(stated, value)}"
            return f"{sentence}: {count} of {len(claims)} claims hold with it, {before} with the config's"
    return ""


def alike(stated: Any, value: Any) -> bool:
    """Return whether targets can replace the stated ones: classes stay classes, probabilities stay probabilities."""
    if ((stated == 0) | (stated == 1)).all():
        return bool(((value == 0) | (value == 1)).all())
    shares = (stated >= 0).all() and (stated <= 1).all()
    return not shares or bool((value >= 0).all() and (value <= 1).all())


def candidates(stated: Any, cause: Judged, batch_size: int) -> Iterator[Any]:
    """Yield targets that may have led to the claim: with as few decimals as will do, as it is rounded itself."""
    error = cause.claim.written.value - cause.expected.value
    for scale in (1, batch_size, cause.expected.shape[-1]):
        value = stated - error * scale
        yield from (value.round(digits) + 0 for digits in range(DIGITS))
        yield value


def shift(stated: Any, implied: Any) -> str:
    """Return whether both are classes, and each that is implied the one after or before that which is stated."""
    rows = (stated, implied)
    if not all(((D == 0) | (D == 1)).all() and (D.sum(axis=1) == 1).all() for D in rows):
        return ""
    steps = implied.argmax(axis=1) - stated.argmax(axis=1)
    if (steps == 1).all():
        return ", the classes shifted by one as if they were counted from 0"
    return ", the classes shifted by one as if they were counted from 1" if (steps == -1).all() else ""
