"""Right work in single precision: a printed number does not tell its type, but how far numbers are off does.

float32 rounds 2²⁹ times as coarsely as float64, which shows in the seventh digit, and earlier where 1 − y cancels. One
number that is so near is a slip of the pen; several of independent tensors are a type.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ...nn.op import Array
from ...values.noisy import Noisy
from ..claims.claimed import Claimed
from ..claims.dumps import digits
from ..claims.dumps.digits import LIKELY, largest
from ..claims.dumps.together import SHORT, coarser, is_printed
from ..claims.written import NOISE, SLACK, Written
from .judgement import CAUSE, MATCH, TRUNCATED, Judged, Judgement

IN_SINGLE = "numbers are off by no more than single precision (float32) rounds them"
LAST_DIGIT = "off in the last printed digit only, as from rounding on the way"
IN_FEW_DIGITS = "numbers are right in as many digits as any of them has, whatever their size"
SINGLE = digits.SINGLE * LIKELY / NOISE
"""The eps of float32, as noise is counted: for that many times."""
MOST = 9
"""No more digits than this are printed of a float32."""
NEAR = 1e-3
"""How far a number may be off, as part of it."""
COMPUTED = 1e-12
"""How large the noise of computing is at most, as part of the largest number; that of written numbers is larger."""
MIN_DIGITS = 3
"""The fewest digits of a number in which a slip is told from chance."""
LAST_UNITS = 3
LONG = 5
"""A last digit may be off by up to LAST_UNITS units, in numbers of more than LONG digits."""
CHANCE = 1e-4
"""How likely it may be that numbers are right by chance in digits that their type does not have."""
SEVERAL = 2
"""How many tensors must be off by themselves; or in one of them more numbers."""


def in_single(judgement: Judgement) -> Mapping[str, Claimed]:
    """Return the claims as numbers that may be computed in single precision; none if nothing speaks for that."""
    off = [j for j in judgement.of(CAUSE, TRUNCATED) if not j.claim.note and near(j) and computed(j.expected)]
    many = any(np.count_nonzero(j.wrong) > SEVERAL for j in off)
    goes_on = any(judged.claim.written.eps for judged in judgement.before.judged) if judgement.before else False
    if not judgement.failed() or not (goes_on or many or len(off) >= SEVERAL) or in_double(judgement):
        return {}
    if any(
        j.claim.written.eps or not j.claim.written.printed or j.claim.written.digits > MOST for j in judgement.judged
    ):
        return {}
    return {j.name: replace(j.claim, written=replace(j.claim.written, eps=SINGLE)) for j in judgement.judged}


def in_double(later: Judgement) -> bool:
    """Return whether all numbers of the first step are right, in digits that single precision has by chance alone."""
    if not later.before:
        return False
    first, chance = later.before, 1.0
    while first.before:
        first = first.before
    for judged in first.judged:
        written = judged.claim.written
        if judged.verdict != MATCH or judged.claim.note or written.eps or not written.printed:
            return False
        long = (written.numerals[:, 2] >= LONG).reshape(written.shape) & (written.half_unit > 0)
        spacing = np.spacing(np.abs(written.value[long]).astype(np.float32)).astype(float)
        chance *= float(np.prod(np.minimum(1, 2 * written.half_unit[long] / spacing)))
    return chance < CHANCE


def in_few_digits(judgement: Judgement) -> Mapping[str, Claimed]:
    """Return the claims as numbers of which none has more digits than any of the dump, if these are few."""
    claims = {judged.name: judged.claim for judged in judgement.judged if not judged.claim.note}
    most = max((claim.written.digits for claim in claims.values() if is_printed(claim)), default=0)
    if not judgement.failed() or len(claims) < len(judgement.judged) or not 1 < most <= SHORT:
        return {}
    return {name: fewer(claim, most) if is_printed(claim) else claim for name, claim in claims.items()}


def fewer(claim: Claimed, digits: int) -> Claimed:
    """Return a claim whose numbers with fewer decimals than others of it have no more digits than these."""
    written = claim.written
    last = written.numerals[:, 1].reshape(written.shape)
    allowed = np.where(last > last.min(initial=0), coarser(claim, digits).written.half_unit, written.half_unit)
    return replace(claim, written=replace(written, half_unit=allowed))


def computed(value: Noisy) -> bool:
    """Return whether numbers are off by nothing but what computing them rounds, and not by what was written down."""
    return bool(value.noise.max(initial=0) <= COMPUTED * largest(value.value))


def as_single(written: Written) -> Written:
    """Return what is written as if it were of single precision, where it is printed with no more digits than that."""
    if written.eps or not written.printed or written.digits > MOST:
        return written
    return replace(written, eps=SINGLE)


def near(judged: Judged) -> bool:
    """Return whether the wrong numbers are nearly the right ones: a tensor of nothing but noise tells nothing."""
    right, wrong = judged.expected.value, judged.claim.written.value
    return bool((np.abs(wrong - right) <= NEAR * np.abs(right))[judged.wrong].all())


def last_digit_only(claim: Written, expected: Array) -> bool:
    """Return whether every number is long and near enough that only its last digit can be off."""
    unit, off = 2 * np.fmin(claim.digit_half, claim.half_unit), np.abs(claim.value - expected.value)
    if not claim.printed or (off > LAST_UNITS * unit).any():
        return False
    long = np.abs(expected.value) >= 10.0**LONG * unit
    return bool((long | (claim.value == 0)).all() or (claim.digits >= MIN_DIGITS and (off <= unit * (1 + SLACK)).all()))


def in_last_digit(judgement: Judgement) -> Judgement:
    """Return the judgement with the claims explained that are off in their last digit only; others are left alone."""
    off = [j for j in judgement.failed() if not j.claim.note and last_digit_only(j.claim.written, j.expected)]
    return judgement.replaced([replace(j, explanations=(LAST_DIGIT,)) for j in off])


def excused(judgement: Judgement) -> Judgement:
    """Return the judgement with claims that are off in their last digit alone as no causes: that is no mistake."""
    off = [j for j in judgement.failed() if j.explanations == (LAST_DIGIT,)]
    return judgement.replaced([replace(j, verdict=TRUNCATED) for j in off])
