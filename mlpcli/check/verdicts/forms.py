"""Right work in another form: 1/N in the gradients of the tensors in place of those of the parameters, or D − Y, added.

All gradients on the way differ by one factor, and what comes of them is right. That is another way to write the same:
the claims without the factor are judged, as they are rounded.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from ...values.noisy import Noisy
from ..claims.claimed import Claimed
from ..claims.written import agreement
from .judge import judge_by
from .judgement import MATCH, Judged, Judgement
from .precision import excused, in_last_digit

ERROR = re.compile(r"error|\bl(ayer)?_?\d+_delta\b", re.IGNORECASE)
"""Names under which many have the target minus the output, and what comes of it: `l2_error`, `l2_delta`."""
NEAR = 0.05
"""How far a gradient may be from the right one times a factor, for it to be tried, as part of the largest number."""


def in_another_form(judgement: Judgement, names: Mapping[str, str]) -> tuple[Judgement, str]:
    """Return the judgement with such gradients as matches, and a sentence if there are any.

    `names` are what somebody calls the tensors.
    """
    program = judgement.program
    own = {program.gradients.get(name, "") for name in program.parameters}
    after = {program.successors.get(name, "") for name in program.parameters}
    backward = [j for j in judgement.judged if (s := program.by_name.get(j.name)) and s.section == "backward"]
    odd = [j for j in backward if j.verdict != MATCH and not j.claim.note]
    if not odd or not judgement.failed():
        return judgement, ""
    N = judgement.rows
    # Gradients of parameters that have the other sign are right only if what they update is.
    updated = {program.gradients.get(name, ""): new for name, new in program.successors.items()}
    turned = {updated[j.name] for j in odd if j.name in updated and near(j, -1)} or after | own
    for factor, words, results in (
        (1 / N, f"1/N = 1/{N} stands in them, and not in those of the parameters", own | after),
        (N, f"1/N = 1/{N} stands in those of the parameters, and not in them", own | after),
        (-1, "they have the other sign, and are added", turned),
    ):
        ways = [j for j in backward if j.name not in own or (factor == -1 and j in odd and near(j, factor))]
        told = any(j.name in results and tells(judgement, j, factor) for j in judgement.judged) and not (
            factor == -1 and any(j.name in own and j not in ways and not j.claim.note for j in backward)
        )
        told |= factor == -1 and any(ERROR.search(names.get(j.name, "")) for j in odd)
        if told and factor != 1 and ways and all(near(j, factor) for j in ways):
            again = without(factor, ways, judgement)
            if not again.failed():
                forms = ", ".join(j.name for j in ways if j in odd)
                return again, f"right in another form: {forms}: {words}"
    return judgement, ""


def tells(judgement: Judgement, judged: Judged, factor: float) -> bool:
    """Return whether a claim tells a gradient from one times a factor: few digits show no update, or none of its sign.

    What has no value before the step always does.
    """
    old = judgement.program.predecessors.get(judged.name, "")
    if judged.claim.note or not old:
        return not judged.claim.note
    before, after = judgement.reference[old], judged.reference
    other = Noisy(before.value + factor * (after.value - before.value), after.noise)
    return not agreement(judged.claim.written, other).all()


def near(judged: Judged, factor: float) -> bool:
    """Return whether a claim is about the right value times a factor."""
    right, written = judged.reference.value * factor, judged.claim.written
    if judged.claim.note or right.shape != written.shape:
        return False
    allowed = written.half_unit * 2 + NEAR * np.max(np.abs(right), where=np.isfinite(right), initial=0)
    return bool((np.abs(written.value - right) <= allowed).all())


def without(factor: float, ways: Collection[Judged], judgement: Judgement) -> Judgement:
    """Return what is found of the claims if some had no such factor; these are said to match, as they are written."""
    claims = {j.name: times(j.claim, 1 / factor) if j in ways else j.claim for j in judgement.judged}
    alone = Judgement(judgement.program, judgement.reference, before=judgement.before)
    again = excused(in_last_digit(judge_by(alone, claims, {})))
    kept = [
        replace(j, verdict=MATCH, wrong=np.zeros_like(j.wrong), claim=judgement.by_name[j.name].claim)
        for j in again.judged
        if j.name in {way.name for way in ways}
    ]
    return again if again.failed() else again.replaced(kept)


def times(claim: Claimed, factor: float) -> Claimed:
    """Return a claim about a tensor times a factor; its digits are no longer those that were written."""
    written = claim.written
    scaled = replace(written, value=written.value * factor, half_unit=written.half_unit * abs(factor), printed=False)
    return replace(claim, written=scaled)
