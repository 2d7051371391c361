"""Numbers with proven error bounds: exact fractions as long as that is cheap, then balls that hold the true value.

A `Ball` runs through the ops like any other number type (ball arithmetic: Johansson, 2017, "Arb: efficient
arbitrary-precision midpoint-radius interval arithmetic"). A comparison that the bounds do not decide is made again with
twice the bits. Two numbers that agree in the first 8192 bits are taken to be equal.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import flint
import numpy as np
from flint import arb, fmpq

from .bounds import as_float

BITS = tuple(128 << doubling for doubling in range(7))
"""Working precisions, 128 to 8192."""

EXACT_BITS = 4096
"""Fractions longer than this become balls."""

FAR = 2000
"""Powers of two beyond ±FAR are far outside the range of floats, so 2^±FAR bounds them."""


class UndecidedError(Exception):
    """The bounds of a number are too wide to tell."""


class Ball:
    """A fraction, or an interval around a number."""

    __slots__ = ("number",)

    def __init__(self, number: Any) -> None:
        self.number = number if isinstance(number, arb | fmpq) else fmpq(number)

    @property
    def interval(self) -> Any:
        return arb(self.number)

    @staticmethod
    def pi() -> Ball:
        return Ball(arb.pi())

    def __add__(self, other: Any) -> Any:
        return combined(self, other, lambda x, y: x + y)

    def __sub__(self, other: Any) -> Any:
        return Ball(0) if other is self else combined(self, other, lambda x, y: x - y)

    def __mul__(self, other: Any) -> Any:
        return combined(self, other, lambda x, y: x * y)

    def __truediv__(self, other: Any) -> Any:
        return combined(self, other, quotient)

    def __radd__(self, other: int) -> Any:
        return Ball(other) + self

    def __rsub__(self, other: int) -> Any:
        return Ball(other) - self

    def __rmul__(self, other: int) -> Any:
        return Ball(other) * self

    def __rtruediv__(self, other: int) -> Any:
        return Ball(other) / self

    def __neg__(self) -> Ball:
        return Ball(-self.number)

    def __abs__(self) -> Ball:
        return Ball(abs(self.number))

    def __gt__(self, other: Any) -> Any:
        return certain(self, other, lambda x, y: x > y, lambda x, y: x <= y, tie=False)

    def __ge__(self, other: Any) -> Any:
        return certain(self, other, lambda x, y: x >= y, lambda x, y: x < y, tie=True)

    def __lt__(self, other: Any) -> Any:
        return certain(self, other, lambda x, y: x < y, lambda x, y: x >= y, tie=False)

    def __le__(self, other: Any) -> Any:
        return certain(self, other, lambda x, y: x <= y, lambda x, y: x > y, tie=True)

    def __eq__(self, other: object) -> Any:
        return certain(self, other, lambda x, y: x == y, lambda x, y: x != y, tie=True)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]

    def exp(self) -> Ball:
        return made(self.interval.exp(), self)

    def expm1(self) -> Ball:
        return made(self.interval.expm1(), self)

    def log(self) -> Ball:
        return Ball(arb.neg_inf()) if self.number == 0 else made(self.interval.log(), self)

    def log1p(self) -> Ball:
        return made(self.interval.log1p(), self)

    def sqrt(self) -> Ball:
        return made(self.interval.sqrt(), self)

    def tanh(self) -> Ball:
        return made(self.interval.tanh(), self)

    def erfc(self) -> Ball:
        return made(self.interval.erfc(), self)

    def bounds(self) -> tuple[Any, Any]:
        """Return the fractions between which the number lies; inf or nan where there are none."""
        if isinstance(self.number, fmpq):
            exact = Fraction(int(self.number.p), int(self.number.q))
            return exact, exact
        if not self.number.is_finite():
            infinite = float(self.number)
            return infinite, infinite
        middle, radius = fraction(self.number.mid()), fraction(self.number.rad())
        return middle - radius, middle + radius

    def __float__(self) -> float:
        """Return the float in the middle."""
        low, high = self.bounds()
        return as_float((low + high) / 2)


def fraction(x: Any) -> Fraction:
    """Return an exact arb as a fraction."""
    mantissa, exponent = map(int, x.man_exp())
    if not -EXACT_BITS * 4 < exponent < EXACT_BITS * 4:
        exponent = (FAR if exponent > 0 else -FAR) - mantissa.bit_length()
    return Fraction(mantissa << exponent) if exponent >= 0 else Fraction(mantissa, 1 << -exponent)


def made(result: Any, *operands: Ball) -> Ball:
    """Return a result, exact where it can be. Raises UndecidedError if it has no bounds but might with more bits."""
    if isinstance(result, fmpq):
        return Ball(result if result.height_bits() < EXACT_BITS else arb(result))
    if not result.is_finite() and not last_chance() and any(wide(x.number) for x in operands):
        raise UndecidedError
    if result.is_finite() and result.is_exact():
        mantissa, exponent = result.man_exp()
        if abs(int(exponent)) < EXACT_BITS:
            return Ball(fmpq(mantissa) * fmpq(2) ** int(exponent))
    return Ball(result)


def wide(number: Any) -> bool:
    return isinstance(number, arb) and number.is_finite() and not number.is_exact()


def last_chance() -> bool:
    return bool(flint.ctx.prec >= BITS[-1])


def combined(x: Ball, y: Any, operation: Callable[[Any, Any], Any]) -> Any:
    if isinstance(y, int):
        y = Ball(y)
    if not isinstance(y, Ball):
        return NotImplemented
    if isinstance(x.number, fmpq) and isinstance(y.number, fmpq):
        return made(operation(x.number, y.number), x, y)
    return made(operation(x.interval, y.interval), x, y)


def quotient(x: Any, y: Any) -> Any:
    """Divide x by y, as floats have it where y is exactly 0."""
    if y == 0:
        return arb.pos_inf() if x > 0 else arb.neg_inf() if x < 0 else arb.nan()
    return x / y


def certain(x: Ball, y: Any, holds: Callable[[Any, Any], Any], fails: Callable[[Any, Any], Any], tie: bool) -> Any:
    """Return whether a comparison holds. Raises UndecidedError if the bounds leave it open and more bits may not."""
    if isinstance(y, int):
        y = Ball(y)
    if not isinstance(y, Ball):
        return NotImplemented
    if x is y:
        return tie
    exact = isinstance(x.number, fmpq) and isinstance(y.number, fmpq)
    left, right = (x.number, y.number) if exact else (x.interval, y.interval)
    if holds(left, right):
        return True
    if exact or fails(left, right) or x.interval.is_nan() or y.interval.is_nan():
        return False
    if not last_chance():
        raise UndecidedError
    return tie


def ball(x: Any) -> Ball:
    """Read a number as the decimal that it is written as: 0.1 is 1/10."""
    if isinstance(x, Ball):
        return x
    if isinstance(x, int):
        return Ball(x)
    if not np.isfinite(x):
        return Ball(arb.pos_inf() if x > 0 else arb.neg_inf() if x < 0 else arb.nan())
    exact = Fraction(repr(float(x)))
    return Ball(fmpq(exact.numerator, exact.denominator))
