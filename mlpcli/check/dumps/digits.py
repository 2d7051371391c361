"""Texts and arrays of numbers → claims: how exact a dump is meant to be, tensor by tensor."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import numpy as np

from ...config.claims import UNKNOWN
from ...config.scalars import NOT_FINITE, NUMBER
from ...errors import Place, quoted
from ..claims import Claimed
from ..written import Written, half, written

RELATIVE = 1e-6
"""What another order of the same operations may change in float64, and more."""
SINGLE = 2.0**-23
DOUBLE = 2.0**-52
ROUNDINGS = 84
"""How many units of rounding of its type a number may be off; 1e-5 of it in float32."""
CANCELLED = 8
"""And how many of the tensor's largest number, from which it may be what is left; 1e-6 of that in float32."""
FULL = 12
"""A tensor with more significant digits than this is a dump of its bits, not written by hand or printed to be read."""
SHORTEST = range(8, 10)
"""So many digits has the longest number of a float32 tensor when each has as many as tell it from its neighbours."""

COMPLEX = re.compile(
    r"[-+]?[\d.]+([eE][-+]?\d+)?[-+][\d.]+([eE][-+]?\d+)?[jJ]|[-+]?[\d.]+([eE][-+]?\d+)?[jJ]", re.ASCII
)
MIXED = "rows of different lengths"


class NoTensorError(Exception):
    """The value is no tensor of real numbers: a sentence why."""


def is_number(text: str) -> bool:
    return bool(NUMBER.fullmatch(text) or NOT_FINITE.fullmatch(text))


def odd_value(text: str) -> str:
    """What a value is that is no number."""
    if text.lower() in ("true", "false"):
        return "it is boolean"
    return "it is complex" if COMPLEX.fullmatch(text.strip("()")) else f"it holds text: {quoted(text)}"


def no_tensor(name: str, place: Place, why: str) -> Claimed:
    """A claim that only says why it cannot be compared."""
    nothing = Written(np.array(np.nan), np.array(0.0), np.array("", dtype=object))
    return Claimed(name, nothing, place, why)


def from_texts(name: str, place: Place, texts: Any, eps: float = 0.0) -> Claimed:
    """A claim from nested texts of numbers. `eps` is the rounding of the type that they are said to have, or 0.

    Numbers with all their digits may be off by what their type rounds; for others the written digits say how much.
    """
    try:
        cells = np.array(texts, dtype=object)
        if any(isinstance(cell, list) for cell in cells.flat):
            return no_tensor(name, place, MIXED)
        flat = [str(cell) for cell in cells.flat]
        digits = max(map(mantissa_digits, flat), default=0)
        if digits > FULL:
            return Claimed(name, exact(cells, flat), place)
        return Claimed(name, as_read(written(texts), flat, digits, eps), place)
    except ValueError:  # numpy has no array for it
        return no_tensor(name, place, MIXED)


def exact(cells: Any, flat: list[str]) -> Written:
    """Full digits: float32 if every number is one."""
    unknown = np.array([cell in UNKNOWN for cell in flat], dtype=bool)
    value = np.array([np.nan if odd else to_float(cell) for cell, odd in zip(flat, unknown, strict=True)])
    with np.errstate(over="ignore"):
        single = value.astype(np.float32).astype(np.float64)
    eps = SINGLE if np.array_equal(value, single, equal_nan=True) else DOUBLE
    allowed = np.where(unknown, np.inf, tolerance(value, eps))
    return Written(value.reshape(cells.shape), allowed.reshape(cells.shape), cells)


def as_read(claim: Written, flat: list[str], digits: int, eps: float) -> Written:
    """Written digits, but no more than the type has that they were printed from."""
    if eps > DOUBLE:
        allowed = tolerance(claim.value, eps)
    elif not eps and digits in SHORTEST and all(map(is_shortest, flat)):
        # float64 with 8 digits can look the same, so only what float32 always rounds is allowed.
        allowed = CANCELLED * SINGLE * largest(claim.value)
    else:
        return claim
    return Written(claim.value, np.maximum(claim.half_unit, allowed), claim.text)


def from_array(name: str, place: Place, array: Any) -> Claimed:
    """A claim from a binary array, as exact as its type."""
    words = {"c": "it is complex", "b": "it is boolean", "U": "it holds text", "S": "it holds text"}
    if array.dtype.kind not in "fiu":
        return no_tensor(name, place, words.get(array.dtype.kind, f"its type is {str(array.dtype)[:60]}"))
    with np.errstate(over="ignore"):
        value = np.array(array, dtype=np.float64, order="C")
    integer = array.dtype.kind in "iu"
    eps = DOUBLE if integer else max(DOUBLE, float(np.finfo(array.dtype).eps))
    texts = np.empty(value.shape, dtype=object)
    # A float32 has the digits of a float32.
    short = integer or array.dtype.itemsize < 8
    texts.flat[:] = [str(x) for x in array.flat] if short else [repr(x) for x in value.ravel().tolist()]
    allowed = tolerance(value, eps)
    return Claimed(name, Written(value, np.maximum(allowed, 1e-9) if integer else allowed, texts), place)


def tolerance(value: Any, eps: float) -> Any:
    """How far numbers of a type may be off: relative to each, and to the largest of the tensor."""
    size = np.where(np.isfinite(value), np.abs(value), 0)
    smallest = float(np.finfo(np.float32).tiny) if eps >= SINGLE else 0
    return np.maximum(max(RELATIVE, ROUNDINGS * eps) * size, max(CANCELLED * eps * largest(value), smallest))


def largest(value: Any) -> float:
    return float(np.max(np.abs(value), where=np.isfinite(value), initial=0))


def to_float(text: str) -> float:
    return float(text.replace(".nan", "nan").replace(".inf", "inf"))


def mantissa_digits(text: str) -> int:
    """Significant digits, those before an exponent too: 8 for 1.2500000e-03."""
    mantissa = text.lower().partition("e")[0].lstrip("+-").replace(".", "")
    return len(mantissa.lstrip("0")) if mantissa.isdigit() else 0


def is_shortest(text: str) -> bool:
    """Whether no shorter text stands for the same float32; zeros at the end do not count."""
    if not mantissa_digits(text):
        return True
    with np.errstate(over="ignore"):
        single = np.float32(text)
    return bool(np.isfinite(single)) and Decimal(str(single)) == Decimal(text)


def trimmed(claim: Claimed, decimals: int) -> Claimed:
    """A tensor of nothing but `1.`: numpy has cut off the zeros that the tensors beside it show it rounded to."""
    points = [str(text).endswith(".") for text in claim.written.text.flat]
    if not points or not all(points):
        return claim
    allowed = np.maximum(claim.written.half_unit, half(-decimals))
    return Claimed(claim.name, Written(claim.written.value, allowed, claim.written.text), claim.place)
