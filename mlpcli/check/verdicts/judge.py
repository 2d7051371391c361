"""Cause or consequence: every claim is judged twice.

Against the reference, the program run as it is; and against its own step run on the claimed inputs. A claim that
differs from the first and follows from the second is a consequence, one that does neither is a cause. Where a cause is
known to come of a change, as of another eps, the claims after it are judged by the changed steps first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ...nn.run import Setup, Trace
from ...values.noisy import Noisy
from ..claims.claimed import Claimed
from .judgement import MISPRINT, Change, Judgement
from .one_pass import Pass
from .saturation import reference
from .users import with_users


def judge(
    setup: Setup, claims: Mapping[str, Claimed], truth: Trace | None = None, before: Judgement | None = None
) -> Judgement:
    """Judge every claim of a program; `truth` has proven values to take in place of the computed ones.

    Of a later step of training, `before` is what is found of the step before: its parameters go on from there.
    """
    claims = of_one_type(setup, claims)
    program, trace = reference(setup, claims.values())
    trace |= {name: Noisy(value, trace[name].noise) for name, value in (truth or {}).items()}
    start = Judgement(program, trace, before=before)
    return judge_by(replace(start, goes_on=bool(start.carried)), claims, {})


def of_one_type(setup: Setup, claims: Mapping[str, Claimed]) -> Mapping[str, Claimed]:
    """Return the claims as computed in the coarsest type of any: what follows from such a number is as coarse."""
    given = setup.program.given
    coarsest = max((claim.written.eps for name, claim in claims.items() if name not in given), default=0.0)
    return {
        name: claim if claim.written.eps >= coarsest else replace(claim, written=replace(claim.written, eps=coarsest))
        for name, claim in claims.items()
    }


def judge_again(judgement: Judgement, changes: Mapping[str, Change]) -> Judgement:
    """Judge the same claims, computed with changes that start at the named causes."""
    return judge_by(judgement, {j.name: j.claim for j in judgement.judged}, changes)


def judge_by(start: Judgement, claims: Mapping[str, Claimed], changes: Mapping[str, Change]) -> Judgement:
    """Judge with changes. What was misprinted was computed right: what comes after it is judged by the right value."""
    misprints = frozenset[str]()
    while True:
        with np.errstate(all="ignore"):
            judgement = with_users(Pass(start, changes, misprints).run(claims), misprints)
        found = misprints | {j.name for j in judgement.of(MISPRINT)}
        if found == misprints:
            return judgement
        misprints = found
