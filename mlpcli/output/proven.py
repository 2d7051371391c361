"""Numbers between proven bounds → text."""

from __future__ import annotations

import math
import sys
from fractions import Fraction
from typing import Any

from .numbers import LAST_DIGIT, decimal_text, number

SMALLEST = Fraction(5e-324) / 2
"""What is smaller is 0 as a float."""

SAME = 2**4000
"""Numbers that agree in this many bits are taken to be equal."""


def enclosed(bounds: tuple[Any, Any], precision: int) -> tuple[str, bool]:
    """Write what is proven of a number between two fractions, and tell whether these are all the digits asked for.

    Numbers outside of the range of floats are 0 or inf, as they are to readers of the text. A number that bounds cannot
    tell from 0 is 0, one that they cannot tell from the middle between two printed ones in thousands of bits is that.
    """
    low, high = bounds
    if not isinstance(low, Fraction):
        return number(low, 0, precision), True
    size = max(abs(low), abs(high))
    if low <= 0 <= high:
        return "0", bool(size < SMALLEST)
    if size > sys.float_info.max:
        return number(math.inf if low > 0 else -math.inf, 0, precision), True
    first = max(leading(size) - precision + 1, LAST_DIGIT)
    last = first
    while (digits := rounded(low, high, last)) is None:
        last += 1
    return decimal_text(digits, last, precision, 0), last == first


def rounded(low: Fraction, high: Fraction, last: int) -> int | None:
    """Return the multiple of 10^last that everything between two fractions is rounded to."""
    unit = Fraction(10) ** last
    ends = round(low / unit), round(high / unit)
    if ends[0] == ends[1]:
        return ends[0]
    same = (high - low) * SAME < max(abs(low), abs(high))
    return round(Fraction(2 * min(ends) + 1, 2)) if same and abs(ends[1] - ends[0]) == 1 else None


def leading(size: Fraction) -> int:
    """Return the power of ten of a number's first digit."""
    guess = math.floor((size.numerator.bit_length() - size.denominator.bit_length()) * math.log10(2)) - 1
    while size >= Fraction(10) ** (guess + 1):
        guess += 1
    return guess
