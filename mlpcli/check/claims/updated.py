"""Whether a parameter is claimed as it was given or as it is after an update, where the name is that of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ...nn.run import Trace
from ...values.noisy import noisy
from .claimed import Claimed, fit_shape
from .numerals import half, halves, numerals
from .written import Written, agreement

FEW, MOST_DIGITS = 2, 8
"""How many numbers tell nothing, and how many digits a number is held to at most."""
TYPED = 4
"""How many decimals a given number has at least that may be another one, rounded."""
SAME = 0.5
"""A given tensor of which more numbers differ is not meant: W1 is the updated one, y the output."""


def moved(claims: Iterable[Written], given: Any, updated: Any) -> bool:
    """Return whether a claim differs from a parameter as after an update, and not in a number or two mistyped.

    `claims` are the same numbers as they may lie.
    """
    before, after = noisy(given), noisy(updated)
    for written in claims:
        fitting, misfit = fit_shape(written, before)
        if not misfit and rounds_to(fitting, given):
            return False
        if not misfit:
            differs, changes = ~agreement(fitting, before), before.value != after.value
            count = np.count_nonzero(differs)
            half = count >= SAME * np.count_nonzero(changes)
            return bool(count > FEW or (count and half and not (differs & ~changes).any()))
    return False


def left_as_given(known: Mapping[str, Claimed], successors: Mapping[str, str], trace: Trace) -> dict[str, Claimed]:
    """Return the claims, updated parameters that have all the given numbers held to as many digits as the others have.

    0.76 may stand for 0.7597; but not where each of many numbers is what it was before, and other claims have four
    digits and decimals. Of a number or two only the other updated parameters tell.
    """
    every = [claim.written for claim in known.values() if claim.written.value.size > 1]
    updated = [known[new].written for new in successors.values() if new in known]
    found = dict(known)
    for given, new in successors.items():
        claim = known.get(new)
        if claim and not claim.note and is_given(claim.written, trace[given]):
            others = every if claim.written.value.size > FEW else updated
            found[new] = replace(claim, written=with_digits_of(claim.written, others))
    return found


def with_digits_of(written: Written, others: Sequence[Written]) -> Written:
    """Return numbers held to as many digits and decimals as others have."""
    most = max((other.digits for other in others), default=0)
    decimals = max((other.decimals for other in others), default=0)
    finest = half(-decimals) if decimals else 0.0  # with powers of ten alone there are none
    own = np.maximum(halves(written.numerals[:, 3] - min(most, MOST_DIGITS) + 1).reshape(written.shape), finest)
    return replace(written, half_unit=np.minimum(written.half_unit, np.where(written.value == 0, np.inf, own)))


def is_given(written: Written, given: Any) -> bool:
    """Return whether numbers are those that are given, to the last digit."""
    fitting, misfit = fit_shape(written, given)
    return not misfit and np.array_equal(fitting.value, given)


def rounds_to(written: Written, given: Any) -> bool:
    """Return whether numbers are those that are given, which were rounded when they were typed in."""
    decimals = -int(numerals(map(repr, np.ravel(given).tolist()))[:, 1].min(initial=0))
    return TYPED <= decimals < written.decimals and np.array_equal(written.value.round(decimals), given)
