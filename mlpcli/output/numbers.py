"""Numbers → text, in one place.

A number is rounded to `precision` significant digits, or to the digit where its rounding noise begins if that comes
first. So what cancels to noise reads 0, a true 9.2e-193 stays, and no printed digit depends on the machine's kernels.
"""

from __future__ import annotations

import math
import sys
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np

MARGIN = 200
"""How many times its noise the last digit of a number must weigh to be printed."""

TIE = 1e-5
"""A number this near the middle between two printed ones, as part of the last digit, is looked at twice."""

EPS = 4e-15
"""How far off the division that finds such a number may be."""

LAST_DIGIT = -321
"""The power of ten of the last digit of a number that is computed with floats, where they are smallest."""


def number_rows(value: Any, noise: Any, precision: int) -> list[list[str]]:
    """Write the rows of a matrix as text, cell by cell."""
    if value.dtype == object:
        from .proven import enclosed

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
    """Write one number as YAML does: `31`, `-0.5`, `9.2278441e-193`, `.nan`, `-.inf`."""
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
    return decimal_text(int(scaled.to_integral_value(ROUND_HALF_EVEN)), last, precision, value)


def scalar(value: Any, precision: int) -> str:
    """Write a number, a truth or a word as YAML."""
    if isinstance(value, bool | str):
        return str(value).lower() if isinstance(value, bool) else value
    return number(float(value), 0.0, precision) if isinstance(value, float | np.floating) else str(value)


def decimal_text(digits: int, last: int, precision: int, value: float) -> str:
    """Write digits·10^last as text; `value` where rounding leaves the range of floats."""
    rounded = float(Decimal(digits).scaleb(last))
    if rounded == 0:
        return "0"
    if last >= LAST_DIGIT and abs(rounded) < sys.float_info.min:  # where floats have fewer digits
        precision = len(str(abs(digits)))
    return dotted(f"{rounded if math.isfinite(rounded) else value:.{precision}g}")


def dotted(text: str) -> str:
    """Write the exponent form that YAML 1.1 readers take for a number: 1e-05 → 1.0e-05."""
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}.0e{exponent}" if e and "." not in mantissa else text
