"""Right work in another form: 1/N in the gradients of the tensors in place of those of the parameters, or D − Y, added.

All gradients on the way differ by one factor, and what comes of them is right. That is another way to write the same.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...values.noisy import Noisy
from ..claims.written import agreement
from .judgement import CAUSE, CONSEQUENCE, MATCH, MISPRINT, Judged, Judgement


def in_another_form(judgement: Judgement) -> tuple[Judgement, str]:
    """Return the judgement with such gradients as matches, and a sentence if there are any."""
    program = judgement.program
    own = {program.gradients.get(name, "") for name in program.parameters}
    after = {program.successors.get(name, "") for name in program.parameters}
    backward = [j for j in judgement.judged if (s := program.by_name.get(j.name)) and s.section == "backward"]
    odd = [j for j in backward if j.verdict in (CAUSE, CONSEQUENCE, MISPRINT) and not j.claim.note]
    others = [j for j in judgement.judged if j not in backward and j.verdict in (CAUSE, CONSEQUENCE, MISPRINT)]
    if not odd or others:
        return judgement, ""
    right = [j for j in judgement.judged if j.verdict == MATCH]
    N = judgement.rows
    # Gradients of parameters that have the other sign are right only if what they update is.
    turned = after if any(j.name in own for j in odd) else after | own
    for factor, words, results in (
        (1 / N, f"1/N = 1/{N} stands in them, and not in those of the parameters", own),
        (N, f"1/N = 1/{N} stands in those of the parameters, and not in them", own),
        (-1, "they have the other sign, and are added", turned),
    ):
        ways = [j for j in backward if j.name not in own or (factor == -1 and j in odd)]
        told = [j for j in right if j.name in results]
        if told and factor != 1 and all(times(j, factor) for j in ways) and set(odd) <= set(ways):
            kept = [replace(j, verdict=MATCH, wrong=np.zeros_like(j.wrong), followers=()) for j in odd]
            names = ", ".join(j.name for j in odd)
            return judgement.replaced(kept), f"right in another form: {names}: {words}"
    return judgement, ""


def times(judged: Judged, factor: float) -> bool:
    """Return whether a claim is the right value times a factor."""
    reference = judged.reference
    value = Noisy(reference.value * factor, reference.noise)
    return value.shape == judged.claim.written.shape and bool(agreement(judged.claim.written, value).all())
