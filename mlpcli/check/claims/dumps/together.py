"""What a whole dump says of its numbers: a program that prints many digits has not cut any off a shorter number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..claimed import Claimed
from ..numerals import half, numeral

PRINTED = 8
"""Where a number of a dump has this many digits, 0.09 in one of its matrices is 0.09000000."""
SHORT = 4
"""How many digits a short number has at most."""
ZEROS = 3
"""Where a number of a dump has this many decimals, a tensor of nothing but 0.0 is nothing but zeros."""


def sharpened(claims: Sequence[Claimed]) -> list[Claimed]:
    """Hold matrices of short numbers to the decimals of the dump's other tensors; single numbers are as written."""
    texts = {str(text) for claim in filter(is_printed, claims) for text in claim.written.text.flat}
    written = [numeral(text) for text in texts]
    decimals = -min((number.last for number in written if not number.scientific), default=0)
    digits = max((number.digits for number in written), default=0)
    least, printed = min(decimals, PRINTED), digits >= PRINTED
    return [sharper(claim, least, printed) if is_printed(claim) else claim for claim in claims]


def is_printed(claim: Claimed) -> bool:
    return not claim.note and claim.written.printed


def sharper(claim: Claimed, decimals: int, printed: bool) -> Claimed:
    written = claim.written
    zeros = bool((written.value == 0).all()) and decimals >= ZEROS
    if written.value.size < 2 or not (printed or zeros):
        return claim
    numbers = [numeral(text) for text in {str(text) for text in written.text.flat}]
    if any(number.digits > SHORT or number.scientific for number in numbers):
        return claim
    with np.errstate(invalid="ignore"):
        digits = np.maximum(half(-decimals), half(-PRINTED) * np.abs(written.value))
    return replace(claim, written=replace(written, half_unit=np.fmin(written.half_unit, digits)))
