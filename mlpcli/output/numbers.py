"""Numbers → text, in one place.

A number is rounded to `precision` significant digits, or to the digit where its rounding noise begins if that comes
first. So what cancels to noise reads 0, a true 9.2e-193 stays, and no printed digit depends on the machine's kernels.
"""

from __future__ import annotations

import math
import sys
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

import numpy as np

MARGIN = 200
"""How many times its noise the last digit of a number must weigh to be printed."""

TIE = 1e-5
"""A number this near the middle between two printed ones, as part of the last digit, is looked at twice."""

EPS = 4e-15
"""What the division that finds such a number may be off."""

SMALLEST = Fraction(5e-324) / 2
"""What is smaller is 0 as a float."""

LAST_DIGIT = -321
"""The power of ten of the last digit of a number that is computed with floats, where they are smallest."""

SAME = 2**4000
"""Numbers that agree in so many bits are taken to be equal."""


def number_rows(value: Any, noise: Any, precision: int) -> list[list[str]]:
    """The rows of a matrix as text, cell by cell."""
    if value.dtype == object:
        return [[enclosed(cell.bounds(), precision)[0] for cell in row] for row in value]
    value = np.asarray(value, dtype=np.float64)
    form = f"%.{precision}g"
    with np.errstate(all="ignore"):
        last_digit = 10.0 ** (np.floor(np.log10(np.abs(value))) - precision + 1)
        middle = np.abs(np.abs(value) / last_digit % 1 - 0.5)
        near = TIE + np.abs(value) / last_digit * EPS
        careful = ~((MARGIN * noise < last_digit) & (middle > near))
    rows = []
    for cells, rare, noises in zip(value.tolist(), careful.tolist(), noise.tolist(), strict=True):
        rows.append(
            [
                number(cell, error, precision) if odd else dotted(form % cell)
                for cell, odd, error in zip(cells, rare, noises, strict=True)
            ]
        )
    return rows


def number(value: float, noise: float, precision: int) -> str:
    """One number as YAML writes it: `31`, `-0.5`, `9.2278441e-193`, `.nan`, `-.inf`."""
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    # Fifteen digits first: 0.1 + 0.2 − 0.05 is 0.25 on every machine, and so a tie on every machine.
    exact = Decimal(f"{value:.14e}" if precision <= 12 else f"{value:.16e}")
    if not exact:
        return "0"
    last = exact.adjusted() - precision + 1
    if noise > 0 and math.isfinite(noise):
        last = max(last, math.ceil(math.log10(MARGIN) + math.log10(noise)))
    scaled = exact.scaleb(-last)
    if abs(scaled) <= Decimal("0.5"):
        return "0"
    return shown(int(scaled.to_integral_value(ROUND_HALF_EVEN)), last, precision, value)


def shown(digits: int, last: int, precision: int, value: float) -> str:
    """digits·10^last as text; `value` where rounding leaves the range of floats."""
    rounded = float(Decimal(digits).scaleb(last))
    if rounded == 0:
        return "0"
    if last >= LAST_DIGIT and abs(rounded) < sys.float_info.min:  # where floats have fewer digits
        precision = len(str(abs(digits)))
    return dotted(f"{rounded if math.isfinite(rounded) else value:.{precision}g}")


def enclosed(bounds: tuple[Any, Any], precision: int) -> tuple[str, bool]:
    """What is proven of a number between two fractions, and whether these are all the digits asked for.

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
    return shown(digits, last, precision, 0), last == first


def rounded(low: Fraction, high: Fraction, last: int) -> int | None:
    """The multiple of 10^last that everything between two fractions is rounded to."""
    unit = Fraction(10) ** last
    ends = round(low / unit), round(high / unit)
    if ends[0] == ends[1]:
        return ends[0]
    same = (high - low) * SAME < max(abs(low), abs(high))
    return round(Fraction(2 * min(ends) + 1, 2)) if same and abs(ends[1] - ends[0]) == 1 else None


def leading(size: Fraction) -> int:
    """The power of ten of a number's first digit."""
    guess = math.floor((size.numerator.bit_length() - size.denominator.bit_length()) * math.log10(2)) - 1
    while size >= Fraction(10) ** (guess + 1):
        guess += 1
    return guess


def dotted(text: str) -> str:
    """The exponent form that YAML 1.1 readers take for a number: 1e-05 → 1.0e-05."""
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}.0e{exponent}" if e and "." not in mantissa else text
