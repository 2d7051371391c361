"""Numbers as somebody wrote them: their values, and how far off their digits allow them to be."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from ..config.experiment import Nested
from ..nn.rounding import Noisy

WHOLE = 1e-9
"""How far a number may be from a whole one that is written without any point: 0 stands for 3e-278 too."""

NOISE = 200
"""How many times its rounding noise a computed value may be off."""


@dataclass(frozen=True)
class Written:
    """A claimed tensor: values, half a unit of the last written digit of each, and the text of each."""

    value: Any
    half_unit: Any
    text: Any

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.value.shape)


def written(text: Nested) -> Written:
    """Read nested texts.

    The unit is that of the finest digit of the tensor for numbers in fixed notation, each number's own for those in
    scientific notation; whole numbers without any point in the tensor are exact. Raises ValueError if rows differ in
    length.
    """
    texts = np.array(text, dtype=object)
    if any(isinstance(cell, list) for cell in texts.flat):
        raise ValueError("rows of different lengths")
    flat = [str(cell) for cell in texts.flat]
    fixed = [last_digit(cell) for cell in flat if not scientific(cell)]
    finest = min(fixed, default=0)
    exact = finest == 0 and not any(map(scientific, flat))
    halves = [WHOLE if exact else half(last_digit(cell) if scientific(cell) else finest) for cell in flat]
    values = [float(cell.replace(".nan", "nan").replace(".inf", "inf")) for cell in flat]
    shape = texts.shape
    return Written(np.array(values).reshape(shape), np.array(halves).reshape(shape), texts)


def scientific(text: str) -> bool:
    return "e" in text.lower() and "nan" not in text.lower()


def last_digit(text: str) -> int:
    """The power of ten of the last written digit: -2 for 0.25, -3 for 1.5e-2, 0 for 7 and for nan."""
    try:
        exponent = Decimal(text).as_tuple().exponent
    except ArithmeticError:
        return 0
    return min(exponent, 0) if isinstance(exponent, int) and not scientific(text) else int(exponent or 0)


def half(digit: int) -> float:
    return float(Decimal((0, (5,), digit - 1)))


def agreement(claim: Written, computed: Noisy) -> Any:
    """Cell by cell, whether the claimed value is the computed one at the precision it is written in."""
    value, noise = (x.reshape(claim.shape) for x in (computed.value, computed.noise))
    noise = np.where(np.isfinite(noise), noise, 0)
    with np.errstate(invalid="ignore"):
        near = np.abs(claim.value - value) <= claim.half_unit * (1 + 1e-9) + NOISE * noise
    same = (claim.value == value) | (np.isnan(claim.value) & np.isnan(value))
    return near | same


def cut(claim: Written, computed: Noisy) -> Any:
    """Cell by cell, whether the claimed value is the computed one with the digits after its last one cut off."""
    value = computed.value.reshape(claim.shape)
    unit = 2 * claim.half_unit
    with np.errstate(invalid="ignore"):
        nearer_zero = np.sign(claim.value) * np.sign(value) * np.abs(claim.value) <= np.abs(value)
        return nearer_zero & (np.abs(value - claim.value) < unit) & (claim.half_unit > WHOLE)
