"""Texts and arrays of numbers → claims: how exact a dump is meant to be, tensor by tensor."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np

from ....errors import Place, quoted
from ....files.numerals import NOT_FINITE, NUMBER
from ..claimed import Claimed
from ..numerals import half
from ..written import DOUBLE, NOISE, Written, read_texts

RELATIVE = 1e-6
"""What another order of the same operations may change in float64, and more."""
SINGLE = 2.0**-23
ROUNDINGS = 84
"""How many units of rounding of its type a number may be off; 1e-5 of it in float32."""
CANCELLED = 8
"""And how many of the tensor's largest number, from which it may be what is left; 1e-6 of that in float32."""
SHORT_ROUNDINGS, SHORT_CANCELLED = 4, 2
"""The same of shorter types: torch.testing allows one operation 1 unit in float16, and 2 in bfloat16."""
SMALLEST = {2.0**-10: SHORT_ROUNDINGS * 2.0**-24}
"""How far off any number may be, however small: in float16 none lies between 0 and 2⁻²⁴."""
LIKELY = 8
"""How many times its noise a number may be off where that is much already, or nothing but the numbers tells of it."""
LEFT = 4
"""And in a text that does not tell its type: of sums of four products 99.9 % are off by half of that in float32."""
FULL = 12
"""A tensor with more significant digits than this is a dump of its bits, not written by hand or printed to be read."""

COMPLEX = re.compile(
    r"[-+]?[\d.]+([eE][-+]?\d+)?[-+][\d.]+([eE][-+]?\d+)?[jJ]|[-+]?[\d.]+([eE][-+]?\d+)?[jJ]", re.ASCII
)
MIXED = "rows of different lengths"


class NoTensorError(Exception):
    """The value is no tensor of real numbers: a sentence why."""


def is_number(text: str) -> bool:
    return bool(NUMBER.fullmatch(text) or NOT_FINITE.fullmatch(text))


def odd_value(text: str) -> str:
    """Say what a value is that is no number."""
    if text.lower() in ("true", "false"):
        return "it is boolean"
    return "it is complex" if COMPLEX.fullmatch(text.strip("()")) else f"it holds text: {quoted(text)}"


def no_tensor(name: str, place: Place, why: str) -> Claimed:
    """Make a claim that only says why it cannot be compared."""
    nothing = Written(np.array(np.nan), np.array(0.0), np.array("", dtype=object))
    return Claimed(name, nothing, place, why)


def from_texts(name: str, place: Place, texts: Any, eps: float = 0.0) -> Claimed:
    """Make a claim from nested texts of numbers. `eps` is the rounding of the type that they are said to have, or 0.

    Numbers with all their digits may be off by what their type rounds; for others the written digits say how much.
    """
    try:
        cells = np.array(texts, dtype=object)
        if any(isinstance(cell, list) for cell in cells.flat):
            return no_tensor(name, place, MIXED)
        claim = read_texts(texts)
        if claim.digits > FULL and not eps:
            return Claimed(name, exact(claim), place)
        if claim.numerals[:, 0].any():
            claim = replace(claim, half_unit=claim.half_unit + left_over(claim))
        if eps > DOUBLE:  # printed with more digits than the type has
            claim = replace(claim, half_unit=np.maximum(claim.half_unit, tolerance(claim.value, eps)))
        return Claimed(name, replace(claim, eps=counted(eps)) if eps else claim, place)
    except ValueError:  # numpy has no array for it
        return no_tensor(name, place, MIXED)


def left_over(claim: Written) -> Any:
    """Return how far numbers in scientific notation may be off that are left of much larger ones, as in float32."""
    scientific = claim.numerals[:, 0].reshape(claim.shape) == 1
    return np.where(scientific, LEFT * SINGLE * largest(claim.value), 0)


def exact(claim: Written) -> Written:
    """Return a claim as one of full digits, of float64 as far as one tensor can tell."""
    allowed = np.where(claim.claimed, tolerance(claim.value, DOUBLE), np.inf)
    return replace(claim, half_unit=allowed, printed=False)


def from_array(name: str, place: Place, array: Any) -> Claimed:
    """Make a claim from a binary array, as exact as its type."""
    words = {"c": "it is complex", "b": "it is boolean", "U": "it holds text", "S": "it holds text"}
    if array.dtype.kind not in "fiu":
        return no_tensor(name, place, words.get(array.dtype.kind, f"its type is {str(array.dtype)[:60]}"))
    with np.errstate(over="ignore"):
        value = np.array(array, dtype=np.float64, order="C")
    integer = array.dtype.kind in "iu"
    eps = DOUBLE if integer else max(DOUBLE, float(np.finfo(array.dtype).eps))
    said = counted(eps) if eps > DOUBLE else 0.0
    texts = np.empty(value.shape, dtype=object)
    # A float32 has the digits of a float32.
    short = integer or array.dtype.itemsize < 8
    texts.flat[:] = [str(x) for x in array.flat] if short else [repr(x) for x in value.ravel().tolist()]
    allowed = np.maximum(tolerance(value, eps), 1e-9) if integer else tolerance(value, eps)
    return Claimed(name, Written(value, allowed, texts, said, printed=False), place)


def counted(eps: float) -> float:
    """Return the eps of a type as noise is counted, which in a type of few digits is no more than likely."""
    return eps * LIKELY / NOISE if eps > SINGLE else eps


def tolerance(value: Any, eps: float) -> Any:
    """Return how far numbers of a type may be off: relative to each, and to the largest of the tensor."""
    size = np.where(np.isfinite(value), np.abs(value), 0)
    smallest = SMALLEST.get(eps, float(np.finfo(np.float32).tiny)) if eps >= SINGLE else 0
    each, left = (SHORT_ROUNDINGS, SHORT_CANCELLED) if eps > SINGLE else (ROUNDINGS, CANCELLED)
    return np.maximum(max(RELATIVE, each * eps) * size, max(left * eps * largest(value), smallest))


def largest(value: Any) -> float:
    return float(np.max(np.abs(value), where=np.isfinite(value), initial=0))


def trimmed(claim: Claimed, decimals: int) -> Claimed:
    """Let a tensor of nothing but `1.` be rounded to these decimals: numpy has cut off their zeros."""
    if not claim.written.text.size or not all(str(text).endswith(".") for text in claim.written.text.flat):
        return claim
    allowed = np.maximum(claim.written.half_unit, half(-decimals))
    return replace(claim, written=replace(claim.written, half_unit=allowed))
