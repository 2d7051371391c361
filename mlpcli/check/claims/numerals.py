"""How numbers are written: which digits, and where the last one and the first one stand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

FORM = re.compile(r"[+-]?([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]+))?")
FARTHEST = 10_000
"""No digit of a float64 stands farther from the point."""
NOTHING = -99
"""What stands for the first digit of 0."""
SHORT, MANY, BLOCK = 24, 100, 2**14
"""How long texts are that are read together, how many they are at least, and how many at once."""


class Numeral(NamedTuple):
    """What the text of a number says of its digits; powers of ten for where they stand."""

    scientific: bool
    last: int
    """The last written digit: -2 for 0.25, -3 for 1.5e-2, 0 for 7 and for nan."""
    digits: int
    """How many significant digits are written: 8 for -208.66667 and for 1.2500000e-03, 1 for 0.001."""
    leading: int
    """The first digit that is not 0, of a number in fixed notation."""
    needed: int = 0
    """The last digit that is not 0, of a number in scientific notation."""

    @property
    def significant(self) -> int:
        """Significant digits of a number in fixed notation; 0 for others."""
        return 0 if self.scientific else self.digits


def numeral(text: str) -> Numeral:
    """Return how a number is written; of a text that is no number nothing is said."""
    match = FORM.fullmatch(text)
    if not match or not (match[1] or match[2]):
        return Numeral("e" in text.lower() and "nan" not in text.lower(), 0, 0, NOTHING)
    whole, decimals, power = match.groups()
    digits = len((whole + decimals).lstrip("0"))
    if power is not None:
        exponent = int(power[:12])
        last = max(-FARTHEST, min(exponent, FARTHEST)) - len(decimals)
        written = whole + decimals
        return Numeral(
            True, last, digits, NOTHING, last + len(written) - len(written.rstrip("0")) if digits else FARTHEST
        )
    return Numeral(False, -len(decimals), digits, digits - 1 - len(decimals) if digits else NOTHING)


def numerals(texts: Iterable[str]) -> Any:
    """Return an array with a row per text, in the order of a Numeral's fields."""
    rest, found = iter(texts), [np.empty((0, len(Numeral._fields)), np.int64)]
    while block := list(islice(rest, BLOCK)):
        if len(block) < MANY:
            found.append(np.array([numeral(text) for text in block], np.int64))
            continue
        rows, plain = plain_numerals(block)
        for index in np.flatnonzero(~plain):
            rows[index] = numeral(block[index])
        found.append(rows)
    return np.concatenate(found)


def plain_numerals(texts: list[str]) -> tuple[Any, Any]:
    """Return what `numeral` returns of each text, and for which texts: short ones in fixed notation, all at once."""
    cut = [text if len(text) <= SHORT and text.isascii() else "" for text in texts]
    letters = np.array(cut, dtype=f"S{SHORT}").view(np.uint8).reshape(len(texts), SHORT)
    digit, point = letters - ord("0") < 10, letters == ord(".")
    sign = np.isin(letters[:, 0], (ord("+"), ord("-")))
    others = (letters != 0) & ~digit & ~point
    others[:, 0] &= ~sign
    plain = digit.any(axis=1) & ~others.any(axis=1) & (point.sum(axis=1) <= 1)
    decimals = (digit & (point.cumsum(axis=1) > 0)).sum(axis=1)
    significant = digit & ((digit & (letters != ord("0"))).cumsum(axis=1) > 0)
    digits = significant.sum(axis=1)
    leading = np.where(digits > 0, digits - 1 - decimals, NOTHING)
    nothing = np.zeros(len(texts), np.int64)
    return np.stack([nothing, -decimals, digits, leading, nothing], axis=1), plain


@lru_cache(maxsize=1000)
def half(digit: int) -> float:
    """Return half a unit of a digit: 0.005 for -2."""
    return float(Decimal((0, (5,), digit - 1)))


def halves(digits: Any) -> Any:
    """Return half a unit of each of many digits."""
    places, where = np.unique(digits, return_inverse=True)
    return np.array([half(int(place)) for place in places])[where].reshape(np.shape(digits))
