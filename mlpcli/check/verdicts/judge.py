"""Cause or consequence: every claim is judged twice.

Against the reference, the program run as it is; and against its own step run on the claimed inputs. A claim that
differs from the first and follows from the second is a consequence, one that does neither is a cause. Where a cause is
known to come of a change, as of another eps, the claims after it are judged by the changed steps first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ...nn.program import Program
from ...nn.run import Setup, Trace
from ...values.noisy import Noisy, noisy
from ..claims.claimed import Claimed
from .judgement import MISPRINT, Change, Judgement
from .one_pass import Pass
from .saturation import saturating
from .users import with_users


def judge(setup: Setup, claims: Mapping[str, Claimed], truth: Trace | None = None) -> Judgement:
    """Judge every claim of a program; `truth` has proven values to take in place of the computed ones."""
    program = saturating(setup.program, claims.values())
    reference = replace(setup, program=program).run(noisy)
    reference |= {name: Noisy(value, reference[name].noise) for name, value in (truth or {}).items()}
    return judge_by(program, claims, reference, {})


def judge_again(judgement: Judgement, changes: Mapping[str, Change]) -> Judgement:
    """Judge the same claims, computed with changes that start at the named causes."""
    claims = {j.name: j.claim for j in judgement.judged}
    return judge_by(judgement.program, claims, judgement.reference, changes)


def judge_by(
    program: Program, claims: Mapping[str, Claimed], reference: Trace, changes: Mapping[str, Change]
) -> Judgement:
    """Judge with changes. What was misprinted was computed right: what comes after it is judged by the right value."""
    misprints = frozenset[str]()
    while True:
        with np.errstate(all="ignore"):
            judgement = with_users(Pass(program, reference, changes, misprints).run(claims), misprints)
        found = misprints | {j.name for j in judgement.of(MISPRINT)}
        if found == misprints:
            return judgement
        misprints = found
