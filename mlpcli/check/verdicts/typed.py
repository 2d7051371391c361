"""Numbers of a config that were typed in with fewer digits than they have, as weights printed at four decimals.

Whoever computes with all digits comes to other numbers, as far off as what was left out leads to. That reading of a
dump is tried where the exact one fails, and taken if it leaves less to explain and no claim tells that nothing was
left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ...nn.op import Array
from ...nn.run import Setup, Trace
from ...values.noisy import Noisy, noisy
from ..claims.claimed import Claimed
from ..claims.numerals import half, numerals
from ..claims.written import NOISE
from .judge import judge_by
from .judgement import MATCH, Judged, Judgement
from .one_pass import unmoved

LEAST, MOST = 4, 12
"""Decimals of numbers that may be rounded: those of an exercise have fewer, those of a file have more."""
SHARE = 0.5
"""How many numbers of a tensor must have that many."""
WIDER = 2
"""How many half units of its last decimal a number counts as off: those of several add up as chance has it."""
MORE = 4
"""How many times the rounding of a float its noise is where digits were left out."""
TOLD, SEVERAL = 1000, 3
"""How many times nearer to the exact value than by what was left out a number must be, to tell that nothing was, and
how many numbers of a claim: one in some hundreds is by chance.
"""


def as_typed(judgement: Judgement, setup: Setup, claims: Mapping[str, Claimed]) -> tuple[Judgement, str]:
    """Return the judgement with given numbers taken as rounded, and a sentence of it, if less is left to explain."""
    # The noise of a claim of float32 counts as many times as its type is coarser; what is left out does not.
    coarse = max((judged.claim.written.coarseness for judged in judgement.judged), default=1.0)
    given = {**{name: noise / coarse for name, noise in typed_in(setup.given).items()}, **carried(judgement)}
    if not given or any(unmoved(judgement, judged) for judged in judgement.judged):  # it is no other rounded number
        return judgement, ""
    values = {name: Noisy(setup.given[name], noise) for name, noise in given.items()}
    trace = replace(setup, program=judgement.program).run(noisy, given=values)
    if any(tells(judged, trace[judged.name]) for judged in judgement.of(MATCH)):
        return judgement, ""
    again = judge_by(Judgement(judgement.program, trace, before=judgement.before), claims, {})
    if left(again) >= left(judgement):
        return judgement, ""
    return again, f"{', '.join(given)}: taken as rounded to their last decimal; `exact: true` says that they are not"


def typed_in(given: Trace) -> dict[str, Any]:
    """Return the noise of the given tensors that may be rounded, by their decimals."""
    found = {}
    for name, value in given.items():
        if np.size(value) < 2 or -last_digits(np.ravel(value)[:SEVERAL]).min() > MOST:
            continue  # the first few tell that of many
        last = last_digits(value)
        if LEAST <= -last.min() <= MOST and np.mean(last <= -LEAST) >= SHARE:
            found[name] = np.full(np.shape(value), WIDER * half(int(last.min())) / NOISE)
    return found


def last_digits(value: Any) -> Any:
    """Return where the last digit of each number stands, as the shortest text of it has them."""
    return numerals(map(repr, np.ravel(value).tolist()))[:, 1]


def carried(judgement: Judgement) -> dict[str, Any]:
    """Return the noise that the step before leaves in parameters, where it began with rounded ones."""
    before = judgement.before
    if before is None or not any(shortened(before.reference[n]) for n in before.program.given if n in before.reference):
        return {}
    return {name: before.reference[new].noise for name, new in before.program.successors.items()}


def shortened(value: Array) -> bool:
    """Return whether more has been left out of a given tensor than a float rounds."""
    return bool((value.noise > MORE * noisy(value.value).noise).any())


def tells(judged: Judged, value: Array) -> bool:
    """Return whether a right claim is so near to its value that its numbers would be others, were anything left out."""
    right, written = judged.reference.value, judged.claim.written.value
    return int(np.count_nonzero((right != 0) & (TOLD * np.abs(written - right) <= NOISE * value.noise))) >= SEVERAL


def left(judgement: Judgement) -> tuple[int, int]:
    """Return how many claims are wrong in themselves, and how many numbers are wrong."""
    return len(judgement.failed()), sum(int(np.count_nonzero(judged.wrong)) for judged in judgement.judged)
