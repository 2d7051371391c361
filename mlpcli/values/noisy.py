"""Numbers that know how far rounding may have moved them: which digits of a result mean something.

A `Noisy` holds an array and, for every element, the size of its rounding error as a standard deviation: independent
errors add in quadrature (Higham and Mary, 2019, "A new approach to probabilistic rounding error analysis"). Worst-case
bounds would be rigorous and useless: they grow by √width with every layer. The noise does not depend on the order of a
sum, so not on the machine's kernels either, and text output asks it what to round to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import numpy as np

from .special import cdf_ufunc, density_ufunc, normal_density
from .value import Value


class Noisy(Value):
    """An array of floats and the noise of each. It runs through the ops like any other number type."""

    def __init__(self, value: Any, noise: Any = 0.0) -> None:
        self.value = np.asarray(value)
        noise = np.asarray(noise, dtype=np.float64)
        self.noises = noise if noise.shape == self.value.shape else np.broadcast_to(noise, self.value.shape)

    @property
    def noise(self) -> Any:
        return self.noises

    def like(self, value: Any, noise: Any) -> Noisy:
        """Return other numbers that are computed with as these are."""
        return Noisy(value, noise)

    def compute(self, function: Any, operands: list[Any], dtype: Any) -> Any:
        """Call a function of PRIMITIVES on arrays of floats and numbers."""
        return np.asarray(function(*operands), dtype=dtype)

    def total(self, axis: int | None, keepdims: bool) -> Any:
        """Sum the floats."""
        return self.value.sum(axis=axis, keepdims=keepdims)

    def apply(self, function: Any, *operands: Any) -> Any:
        if function in EXACT:
            return function(*map(plain, operands))
        both = [x if isinstance(x, Noisy) else Noisy(x) for x in operands]
        if function in ORDERS:
            return compare(function, *both)
        floats = [x.value.dtype for x in both if x.value.dtype.kind == "f"]
        result = self.compute(function, [plain(x) for x in operands], np.result_type(*floats))
        return self.like(result, RULES[function](both, result))

    def choose(self, condition: Any, chosen: Any, other: Any) -> Noisy:
        A, B = (x if isinstance(x, Noisy) else Noisy(x) for x in (chosen, other))
        return self.like(np.where(condition, plain(chosen), plain(other)), np.where(condition, A.noise, B.noise))

    def stack(self, upper: Any, lower: Any) -> Noisy:
        A, B = (x if isinstance(x, Noisy) else Noisy(x) for x in (upper, lower))
        return self.like(np.concatenate((A.value, B.value)), np.concatenate((A.noise, B.noise)))

    @property
    def T(self) -> Noisy:
        return self.like(self.value.T, self.noise.T)

    @property
    def shape(self) -> tuple[int, ...]:  # type: ignore[override]
        return tuple(self.value.shape)

    def __getitem__(self, rows: Any) -> Noisy:
        return self.like(self.value[rows], self.noise[rows])

    def reduce(self, function: Any, axis: int | None, keepdims: bool) -> Noisy:
        if function is np.maximum:
            return self.like(self.value.max(axis=axis, keepdims=keepdims), self.noise.max(axis=axis, keepdims=keepdims))
        size = np.abs(self.value).sum(axis=axis, keepdims=keepdims, dtype=np.float64)
        rounding = np.where(exact(self, size), 0, unit(self.value) * size)
        carried = np.sqrt((self.noise**2).sum(axis=axis, keepdims=keepdims))
        return self.like(self.total(axis, keepdims), np.hypot(carried, rounding))


def noisy(value: Any, dtype: Any = np.float64) -> Noisy:
    """Give a number its noise: none if it is whole, else the rounding of its decimal digits."""
    array = np.asarray(value).astype(dtype)
    whole = array == np.floor(array)
    return Noisy(array, np.where(whole, 0, unit(array) * np.abs(array)))


def plain(x: Any) -> Any:
    return x.value if isinstance(x, Noisy) else x


def lift_of(operands: Iterable[Any]) -> Callable[[Any], Any]:
    """Return what gives settings the type of operands: noisy, or plain floats."""
    return noisy if any(isinstance(x, Noisy) for x in operands) else np.asarray


def unit(value: Any) -> float:
    """Return the unit roundoff: half the gap between 1 and the next number."""
    return limits(value.dtype)[0]


@cache
def limits(dtype: Any) -> tuple[float, float]:
    """Return the unit roundoff of a number type, and its smallest number: both 0 where numbers are whole."""
    found = np.finfo(dtype) if dtype.kind == "f" else None
    return (float(found.eps) / 2, float(found.smallest_subnormal)) if found else (0.0, 0.0)


def roundoff(result: Any) -> Any:
    """Return how far a rounded result may be off: at least by the smallest float, where it is not 0."""
    half, smallest = limits(result.dtype)
    size = np.abs(result)
    return np.maximum(half * size, smallest * (size > 0))


def exact(x: Noisy, size: Any) -> Any:
    """Return whether sums of these numbers are free of rounding: whole numbers, small enough to be counted."""
    limit = 1 / unit(x.value) if unit(x.value) else np.inf
    return bool((x.noise == 0).all() and (x.value == np.floor(x.value)).all()) & (size < limit)


Rule = Callable[[list[Noisy], Any], Any]
"""(operands, result) → noise of the result."""


def rounded(carried: Rule, ulps: int = 1) -> Rule:
    """Return the rule for a rounded result: the noise carried over from the operands, and the rounding."""
    return lambda x, result: np.hypot(carried(x, result), ulps * roundoff(result))


def whole_or_rounded(carried: Rule) -> Rule:
    """Return the rule of `rounded`, but a small whole number that comes from whole numbers is exact."""

    def rule(x: list[Noisy], result: Any) -> Any:
        rounding, whole = roundoff(result), result == np.floor(result)
        if whole.any():
            first, second = x[0].value, x[1].value
            whole &= (first == np.floor(first)) & (second == np.floor(second)) & (np.abs(result) < 1 / unit(result))
            rounding = np.where(whole, 0, rounding)
        return np.hypot(carried(x, result), rounding)

    return rule


def _sum(x: list[Noisy], _: Any) -> Any:
    return np.hypot(x[0].noise, x[1].noise)


def _product(x: list[Noisy], _: Any) -> Any:
    return np.hypot(x[0].value * x[1].noise, x[1].value * x[0].noise)


def _quotient(x: list[Noisy], result: Any) -> Any:
    return np.hypot(x[0].noise, result * x[1].noise) / np.abs(x[1].value)


def _matmul(x: list[Noisy], result: Any) -> Any:
    left, right = (np.abs(operand.value).astype(np.float64) for operand in x)
    carried = left**2 @ x[1].noise ** 2 + x[0].noise ** 2 @ right**2
    size = left @ right
    return np.sqrt(carried + np.where(exact(x[0], size) & exact(x[1], size), 0, unit(result) * size) ** 2)


def _tanh(x: list[Noisy], _: Any) -> Any:
    e = np.exp(-2 * np.abs(x[0].value))
    return x[0].noise * 4 * e / (1 + e) ** 2


def _scaled(x: Noisy) -> Any:
    """Return the noise of z/√2, which the tail of the normal distribution multiplies by z²."""
    return np.hypot(x.noise, unit(x.value) * np.abs(x.value))


def _cdf(x: list[Noisy], _: Any) -> Any:
    return _scaled(x[0]) * normal_density(x[0].value.astype(np.float64))


def _density(x: list[Noisy], result: Any) -> Any:
    return _scaled(x[0]) * np.abs(x[0].value * result)


EXACT = {np.equal, np.not_equal}
ORDERS = {np.greater: (1, True), np.less: (-1, True), np.greater_equal: (-1, False), np.less_equal: (1, False)}
"""Each order by the strict one it is or is the opposite of: a ≥ b where not a < b."""

SURE = 100
"""How many times its noise a difference must be to count; below that the two numbers are equal."""


def compare(ufunc: Any, a: Noisy, b: Noisy) -> Any:
    """Compare two numbers up to rounding: a sum that cancels to noise is not above 0."""
    sign, strict = ORDERS[ufunc]
    with np.errstate(invalid="ignore"):
        noise = np.hypot(a.noise, b.noise)
        beyond = (a.value - b.value) * sign > SURE * np.where(np.isfinite(noise), noise, 0)
        beyond |= ((a.value > b.value) if sign > 0 else (a.value < b.value)) & ~np.isfinite(a.value - b.value)
        return beyond if strict else ~beyond & (np.isfinite(a.value - b.value) | ufunc(a.value, b.value))


ULPS = 4
"""exp, log, tanh and their like: numpy promises less than 4 units in the last place."""

RULES: dict[Any, Rule] = {
    np.add: whole_or_rounded(_sum),
    np.subtract: whole_or_rounded(_sum),
    np.multiply: whole_or_rounded(_product),
    np.divide: whole_or_rounded(_quotient),
    np.matmul: _matmul,
    np.negative: lambda x, r: x[0].noise,
    np.absolute: lambda x, r: x[0].noise,
    np.maximum: lambda x, r: np.where(x[0].value >= x[1].value, x[0].noise, x[1].noise),
    np.minimum: lambda x, r: np.where(x[0].value <= x[1].value, x[0].noise, x[1].noise),
    np.sqrt: rounded(lambda x, r: np.where(r > 0, x[0].noise / (2 * r), np.sqrt(x[0].noise))),
    np.exp: rounded(lambda x, r: r * x[0].noise, ULPS),
    np.expm1: rounded(lambda x, r: (r + 1) * x[0].noise, ULPS),
    np.log: rounded(lambda x, r: x[0].noise / np.abs(x[0].value), ULPS),
    np.log1p: rounded(lambda x, r: x[0].noise / (1 + x[0].value), ULPS),
    np.tanh: rounded(_tanh, ULPS),
    cdf_ufunc: rounded(_cdf, ULPS),
    density_ufunc: rounded(_density, ULPS),
}
