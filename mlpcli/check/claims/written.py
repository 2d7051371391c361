"""Numbers as somebody wrote them: their values, and how far off their digits allow them to be."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from ...config.claims import UNKNOWN
from ...config.experiment import Nested
from ...values.noisy import Noisy
from .numerals import FARTHEST, half, halves, numerals

DIGITS = 6
"""How many digits the different numbers of a claim must have together to tell one tensor from all others."""

WHOLE = 1e-9
"""How far a number may be from a whole one that is written without any point: 0 stands for 3e-278 too."""

PRINTED = 5e-8
"""Half a unit in the eighth digit: 12345678.4 prints as 12345678."""

MANY = 3
"""A tensor with this many significant digits, its smallest number too, was printed with a fixed number."""
LONG = 6
"""A tensor written with this many may have been: no number is taken to have more."""

FILLED = 3
"""How many zeros at least stand at the ends of numbers, or at the ends of how many."""

NOISE = 200
"""How many times its rounding noise a computed value may be off."""

SLACK = 0.01
"""How much farther than half a unit a number may be off: another order of operations moves it over the middle."""

WRITING = 4 / NOISE
"""The noise of a claimed value as part of half a unit of its last digit: what follows may be off by 4 times that."""

DOUBLE = 2.0**-52
"""The eps of float64, which noise is counted in."""


@dataclass(frozen=True)
class Written:
    """A claimed tensor: values, how far each may be off by how it is written, and the text of each."""

    value: Any
    half_unit: Any
    """Half a unit of the last written digit, or what stands for it."""
    text: Any
    eps: float = 0.0
    """The eps of the type that it was computed in; 0 where nothing says that it is coarser than float64."""
    printed: bool = True
    """Whether somebody chose how many digits to write: a dump of all digits has none that could be cut off."""
    known: Any = field(default=None, repr=False)
    """What `numerals` says of the texts, where it was asked already."""

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.value.shape)

    @cached_property
    def claimed(self) -> Any:
        """Cell by cell, whether a number is claimed at all."""
        return ~np.isinf(self.half_unit)

    @cached_property
    def allowed(self) -> Any:
        """How far each number may be off where nothing is rounded but what is written."""
        return self.half_unit * (1 + SLACK)

    @cached_property
    def coarsest(self) -> float:
        """How far any number may be off at most that is claimed."""
        return float(self.half_unit[self.claimed].max(initial=0))

    @cached_property
    def coarseness(self) -> float:
        """How many times the noise of float64 the type has that it was computed in."""
        return max(1.0, self.eps / DOUBLE)

    @property
    def noise(self) -> Any:
        """The noise of the written values, as if float64 had made it."""
        return self.half_unit * WRITING / self.coarseness

    def at(self, index: tuple[int, ...]) -> Written:
        """Return the claim about one cell."""
        return self.each(lambda cells: np.asarray(cells[index]))

    def each(self, change: Callable[[Any], Any]) -> Written:
        """Return the claim with its cells rearranged or chosen."""
        value, half_unit, text = (change(x) for x in (self.value, self.half_unit, self.text))
        return replace(self, value=value, half_unit=half_unit, text=text, known=None)

    @cached_property
    def numerals(self) -> Any:
        """What each text says of its digits, a row each, in the order of a Numeral's fields."""
        return numerals(map(str, self.text.flat)) if self.known is None else self.known

    @property
    def digits(self) -> int:
        """The most significant digits that a number is written with."""
        return int(self.numerals[:, 2].max(initial=0))

    @property
    def decimals(self) -> int:
        """The most decimals of numbers in fixed notation."""
        scientific, last, *_ = self.numerals.T
        return -int(last[scientific == 0].min(initial=0))

    @cached_property
    def digit_half(self) -> Any:
        """Half a unit of the last written digit of each number."""
        return digit_halves(self.text, self.numerals)

    @cached_property
    def own_half(self) -> Any:
        """Half a unit of each number's own last digit, where that is the coarser one and the number is long."""
        scientific, last, digits, *_ = self.numerals.T
        own = np.where((scientific == 0) & (digits >= LONG), halves(last), 0).reshape(self.shape)
        return np.maximum(self.half_unit, own)


def read_texts(text: Nested) -> Written:
    """Read nested texts.

    The unit is that of the finest digit of the tensor for numbers in fixed notation, each number's own for those in
    scientific notation; whole numbers without any point in the tensor are exact. No number is taken to have more
    significant digits than any in the tensor is written with: -208.66667 beside -3.6666667. Raises ValueError if rows
    differ in length.
    """
    texts = np.array(text, dtype=object)
    if any(isinstance(cell, list) for cell in texts.flat):
        raise ValueError("rows of different lengths")
    flat = [str(cell) for cell in texts.flat]
    values = [np.nan if cell in UNKNOWN else float(cell.replace(".nan", "nan").replace(".inf", "inf")) for cell in flat]
    known = numerals(flat)
    return Written(np.array(values).reshape(texts.shape), digit_halves(texts, known), texts, known=known)


def digit_halves(texts: Any, known: Any) -> Any:
    """Return half a unit of the last written digit of each number of a tensor; inf where nothing is claimed.

    `known` is what `numerals` says of the texts.
    """
    flat = [str(cell) for cell in texts.flat]
    if len(flat) == 1:
        return np.full(texts.shape, half_of_one(flat[0], *map(int, known[0, :3])))
    unknown = np.array([cell in UNKNOWN for cell in flat], dtype=bool)
    scientific, last, digits, leading, needed = known.T
    fixed = scientific == 0
    significant = np.where(fixed, digits, 0)
    finest = int(last[fixed & ~unknown].min(initial=0))
    most = int(significant.max(initial=0))
    finely = int(significant[fixed & (last == finest)].max(initial=0))
    limit = most if most >= LONG or (most >= MANY and finely == most) else 99
    exponents = np.maximum(last, filled_up(last[~fixed], needed[~fixed]))
    found = halves(np.where(fixed, np.maximum(finest, leading - limit + 1), exponents))
    if finest == 0:
        sizes = [abs(float(cell)) if whole else 0.0 for cell, whole in zip(flat, significant, strict=True)]
        found = np.where(fixed, np.maximum(WHOLE, PRINTED * np.array(sizes)), found)
    found = np.where(np.isfinite(found), found, WHOLE)  # of 1e999 no digit counts
    return np.where(unknown, np.inf, found).reshape(texts.shape)


def half_of_one(text: str, scientific: int, last: int, digits: int) -> float:
    """Return what `digit_halves` does of a number that is alone, in a tenth of the time: logs have thousands."""
    if text in UNKNOWN:
        return np.inf
    if not scientific and last == 0:
        return max(WHOLE, PRINTED * abs(float(text))) if digits and math.isfinite(float(text)) else WHOLE
    found = half(last)
    return found if math.isfinite(found) else WHOLE


def filled_up(last: Any, needed: Any) -> int:
    """Return the last digit of numbers that zeros fill up to one length, as numpy prints them; or as if of none.

    Where all are multiples of a power of ten, and one needs all its digits for it, the others' zeros are no digits. Nor
    are they where several numbers have such zeros beyond that power.
    """
    power = int(needed.min(initial=FARTHEST))
    whole = (needed == last) & (last == power)
    zeros = np.where(needed < FARTHEST, needed - last, 0).sum()
    beyond = np.count_nonzero((last < power) & (needed < FARTHEST))
    return power if beyond >= FILLED or (whole.any() and zeros >= FILLED) else -FARTHEST


def agreement(claim: Written, computed: Noisy) -> Any:
    """Return cell by cell whether the claimed value is the computed one at the precision it is written in."""
    value, noise = computed.value.reshape(claim.shape), computed.noise.reshape(claim.shape)
    if not np.isfinite(noise).all():
        noise = np.where(np.isfinite(noise), noise, 0)
    with np.errstate(invalid="ignore"):
        near = np.abs(claim.value - value) <= claim.allowed + NOISE * claim.coarseness * noise
    if near.all():
        return near
    same = (claim.value == value) | (np.isnan(claim.value) & np.isnan(value))
    return near | same | ~claim.claimed


def cut(claim: Written, computed: Noisy) -> Any:
    """Return cell by cell whether the claimed value is the computed one with later digits cut off.

    So is a long number that is right as it is written, but with fewer digits than others of its tensor. A dump of all
    digits has none to cut. Not for values that agree.
    """
    asked = ~agreement(claim, computed)
    if not claim.printed or not asked.any():
        return np.zeros(claim.shape, bool)
    value = computed.value.reshape(claim.shape)
    with np.errstate(invalid="ignore"):
        off = np.abs(value - claim.value)
        nearer_zero = np.sign(claim.value) * np.sign(value) * np.abs(claim.value) <= np.abs(value)
        in_last_digit = nearer_zero & (off < 2 * np.fmin(claim.digit_half, claim.half_unit))
        return asked & (in_last_digit | (off <= claim.own_half))


def telling(written: Written, enough: int = DIGITS) -> bool:
    """Return whether no other tensor has these numbers by chance: together they have enough digits.

    A number of a coarse type has no more than the type, whatever is written of it.
    """
    texts, digits = set[str](), 0
    most = max(1, -math.ceil(math.log10(NOISE * written.eps))) if written.eps else enough
    for cell in written.text.flat:
        text = str(cell).lstrip("+-")
        if text not in texts:
            texts.add(text)
            digits += min(most, len(re.sub(r"[eE].*|\D", "", text).lstrip("0")))
            if digits >= enough:
                return True
    return False
