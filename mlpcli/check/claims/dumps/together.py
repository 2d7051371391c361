"""What a whole dump says of its numbers: how many digits the program that printed it gave to each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..claimed import Claimed
from ..numerals import FARTHEST, halves, numeral
from .digits import FULL as ALL

PRINTED, MOST_DIGITS = 6, 8
"""If any number of a dump has at least 6 digits, 0.09 in a matrix stands for 0.090000; at most for 8 decimals."""
SHORT = 4
"""How many digits a short number has at most."""
EVIDENCE = 4
"""Digits were cut where this many zeros fewer are left out at the ends of numbers if all have the same number of
significant digits, than if those of a tensor have the same number of decimals. One in ten last digits is a zero.
"""
SIZES, OF_EACH, FULL = 3, 3, 0.6
"""Digits were cut, too, where numbers come in at least 3 sizes, 3 of each or more, and six in ten of each size have the
most digits.
"""
REGULAR, MOST, FIXED = 3, 0.8, 4
"""If at least 3 tensors, and four in five of all, have the same number of decimals, 4 or more, say 5, [0.07] stands for
[0.07000]; and so it does if they have the same number of digits, and many.
"""
OWN, LEAST = 3, 2
"""At least 3 different numbers of a tensor that all end at its own last decimal, the second or a later one: it was
rounded to it, as `np.round(A2, 4)` does. Zeros left out at all their ends would be chance.
"""
ZEROS = 2
"""Where a number of a dump has this many decimals, a tensor of nothing but 0.0 is nothing but zeros."""


def sharpened(claims: Sequence[Claimed]) -> list[Claimed]:
    """Hold matrices of short numbers to the decimals of the dump's other tensors; single numbers are as written.

    A program that prints many digits has not cut any off a shorter number; one that prints two of each, as `%.2g`
    does, has cut them off all.
    """
    singles = {claim for claim in claims if is_printed(claim) and claim.written.value.size == 1}
    if few := same_for_all([list(singles)]):
        claims = [coarser(claim, few) if claim in singles else claim for claim in claims]
    matrices = [claim for claim in claims if not claim.note and claim.written.value.size > 1]
    decimals = max((claim.written.decimals for claim in matrices), default=0)
    digits = max((claim.written.digits for claim in matrices), default=0)
    if few := same_for_all([[claim] for claim in matrices]):
        return [coarser(claim, few) if is_printed(claim) else claim for claim in claims]
    least, printed = min(decimals, MOST_DIGITS), digits >= PRINTED
    fixed = [most for claim in matrices if is_printed(claim) and (most := claim.written.decimals)]
    regular = decimals >= FIXED and fixed.count(decimals) >= max(REGULAR, MOST * len(fixed))
    lengths = [claim.written.digits for claim in claims if is_printed(claim) and claim.written.shape]
    regular |= printed and lengths.count(digits) >= max(REGULAR, MOST * len(lengths))
    regular |= digits > ALL  # a program that prints all digits leaves none out
    return [sharper(claim, least, digits, regular) if is_printed(claim) else claim for claim in claims]


def same_for_all(tensors: Sequence[Sequence[Claimed]]) -> int:
    """Return how many significant digits a program gives to every number, whatever its size; 0 if it does not.

    A tensor is one claim, or several of a number each, which would all have the same decimals otherwise.
    """
    most = max((claim.written.digits for claims in tensors for claim in claims), default=0)
    if not 1 < most < PRINTED:
        return 0
    short: dict[str, int] = {}  # text → how many decimals fewer it has than the tensor that it is in
    for claims in tensors:
        decimals = max((claim.written.decimals for claim in claims), default=0)
        for text in {str(text) for claim in claims for text in claim.written.text.flat}:
            number = numeral(text)
            if number.digits and not number.scientific:
                short[text] = min(number.last + decimals, short.get(text, FARTHEST))
    numbers = [numeral(text) for text in short]
    missing = sum(most - number.digits for number in numbers)
    sizes = Counter(number.leading for number in numbers)
    full = Counter(number.leading for number in numbers if number.digits == most)
    common = [full[size] >= FULL * count for size, count in sizes.items() if count >= OF_EACH]
    cut = sum(short.values()) - missing >= EVIDENCE or (len(common) >= SIZES and all(common))
    return most if cut else 0


def coarser(claim: Claimed, digits: int) -> Claimed:
    """Return a claim whose numbers may each be rounded to this number of significant digits."""
    written = claim.written
    scientific, _, _, leading, _ = written.numerals.T
    allowed = np.where(scientific == 1, 0, halves(leading - digits + 1)).reshape(written.shape)
    return replace(claim, written=replace(written, half_unit=np.maximum(written.half_unit, allowed)))


def is_printed(claim: Claimed) -> bool:
    return not claim.note and claim.written.printed


def sharper(claim: Claimed, decimals: int, digits: int, regular: bool) -> Claimed:
    """Return a claim with the decimals of the dump, but no number with more significant digits than any of it has.

    `regular` is whether nearly all of its arrays have those decimals.
    """
    written = claim.written
    zeros = bool((written.value == 0).all()) and decimals >= ZEROS
    array = bool(written.shape) and regular
    if not zeros and not array and (written.value.size < 2 or digits < PRINTED):
        return claim
    scientific, _, _, leading, _ = written.numerals.T
    if written.digits > SHORT or scientific.any() or tells_its_own(claim):
        return claim
    finest = halves(np.maximum(-decimals, leading - min(digits, MOST_DIGITS) + 1)).reshape(written.shape)
    half_unit = np.where(written.claimed, np.fmin(written.half_unit, finest), written.half_unit)
    return replace(claim, written=replace(written, half_unit=half_unit))


def tells_its_own(claim: Claimed) -> bool:
    """Return whether the numbers of a tensor tell that they were rounded to its own decimals."""
    decimals, last = claim.written.decimals, claim.written.numerals[:, 1]
    ends = zip(map(str, claim.written.text.flat), last, strict=True)
    return decimals >= LEAST and len({text.lstrip("+-") for text, end in ends if end == -decimals}) >= OWN
