"""Axes with round ticks: linear, or logarithmic where numbers span decades."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

SPANS = 30
"""How many times the smallest number the largest is, at least, where an axis is logarithmic."""


@dataclass(frozen=True)
class Axis:
    """Numbers from `low` to `high` along a line, and the ticks at it."""

    low: float
    high: float
    ticks: tuple[float, ...]
    log: bool = False

    def place(self, value: float) -> float:
        """Return where a number is, from 0 to 1."""
        low, high, value = (math.log10(v) if self.log else v for v in (self.low, self.high, value))
        return (value - low) / (high - low)


def axis(values: Sequence[float], count: int = 5, log: bool = True) -> Axis:
    """Return the axis that holds all these numbers: logarithmic where they are positive and span decades."""
    low, high = min(values), max(values)
    if log and low > 0 and high >= SPANS * low:
        return logarithmic(low, high, count)
    if low == high:
        low, high = low - (abs(low) or 1) / 2, high + (abs(high) or 1) / 2
    step = round_step((high - low) / count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(float(f"{k * step:.12g}") for k in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], ticks)


def logarithmic(low: float, high: float, count: int) -> Axis:
    """Return the axis from a power of ten to another, with ticks at some of them."""
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    every = -(-(last - first) // (2 * count))
    ticks = tuple(float(f"1e{k}") for k in range(first, last + 1, every))
    return Axis(float(f"1e{first}"), float(f"1e{last}"), ticks, log=True)


def whole(last: int, count: int = 8) -> Axis:
    """Return the axis of epochs from 0 to the last one, with ticks at whole numbers."""
    step = max(1, round(round_step(last / count)))
    return Axis(0, max(1, last), tuple(range(0, last + 1, step)))


def round_step(step: float) -> float:
    """Return the next number from here on that is 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step)) if step > 0 else 1.0
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= step * (1 - 1e-9))


def tick_text(value: float) -> str:
    """Write the number at a tick: 0.2, 1500, 1e-05."""
    return f"{value:.6g}"
