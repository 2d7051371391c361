"""What target a claimed gradient implies: where it is the error Y − D, the claim determines D."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..nn.rounding import Noisy
from .fit import agreeing, rerun
from .judgement import Judged, Judgement, evaluate
from .written import agreement


def implied_targets(judgement: Judgement) -> list[str]:
    """A sentence for every wrong gradient of the loss that another target explains."""
    with np.errstate(all="ignore"):
        return [found for j in judgement.judged if j.failed and not j.claim.note and (found := implied(judgement, j))]


def implied(judgement: Judgement, cause: Judged) -> str:
    """The target under which the cause's step gives what is claimed, verified by running it."""
    program = judgement.program
    step = next((s for s in program.steps if s.name == cause.name and s.section == "backward"), None)
    if step is None:
        return ""
    target = next((o for o in step.operands if o in program.given and o not in program.parameters), "")
    if not target or judgement.claimed[target].shape != cause.expected.shape:
        return ""
    error = cause.claim.written.value - cause.expected.value
    for scale in (1, program.batch_size, cause.expected.shape[-1]):
        value = judgement.claimed[target].value - error * scale
        run = evaluate(step, {**judgement.claimed, target: Noisy(value)})
        if agreement(cause.claim.written, run).all():
            claims = {j.name: j.claim for j in judgement.judged}
            given = {**program.given, target: value}
            count = len(agreeing(claims, rerun(replace(program, given=given), judgement.reference)))
            before = len(agreeing(claims, judgement.reference))
            rows = ", ".join(f"[{', '.join(f'{cell:.6g}' for cell in row)}]" for row in value)
            if count < before:
                return ""
            sentence = f"{cause.name} implies {target} = [{rows}]"
            return f"{sentence}: {count} of {len(claims)} claims hold with it, {before} with the config's"
    return ""
