"""What a whole dump says of its numbers: a program that prints many digits has not cut any off a shorter number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..claimed import Claimed
from ..written import half, last_digit, scientific
from .digits import mantissa_digits

PRINTED = 8
"""Where a number of a dump has this many digits, 0.09 in one of its matrices is 0.09000000."""
SHORT = 4
"""How many digits a short number has at most."""
ZEROS = 3
"""Where a number of a dump has this many decimals, a tensor of nothing but 0.0 is nothing but zeros."""


def sharpened(claims: Sequence[Claimed]) -> list[Claimed]:
    """Hold matrices of short numbers to the decimals of the dump's other tensors; single numbers are as written."""
    texts = [str(text) for claim in filter(is_printed, claims) for text in claim.written.text.flat]
    fixed = [text for text in texts if not scientific(text)]
    decimals = -min(map(last_digit, fixed), default=0)
    digits = max(map(mantissa_digits, texts), default=0)
    least, printed = min(decimals, PRINTED), digits >= PRINTED
    return [sharper(claim, least, printed) if is_printed(claim) else claim for claim in claims]


def is_printed(claim: Claimed) -> bool:
    return not claim.note and claim.written.printed


def sharper(claim: Claimed, decimals: int, printed: bool) -> Claimed:
    written = claim.written
    zeros = bool((written.value == 0).all()) and decimals >= ZEROS
    texts = [str(text) for text in written.text.flat]
    short = max(map(mantissa_digits, texts), default=0) <= SHORT and not any(map(scientific, texts))
    if len(texts) < 2 or not short or not (printed or zeros):
        return claim
    with np.errstate(invalid="ignore"):
        digits = np.maximum(half(-decimals), half(-PRINTED) * np.abs(written.value))
    return replace(claim, written=replace(written, half_unit=np.fmin(written.half_unit, digits)))
