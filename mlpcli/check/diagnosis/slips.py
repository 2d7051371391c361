"""Slips in one number: a sign, a digit dropped, doubled or swapped, a decimal point moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np

from ...nn.op import Array
from ...values.noisy import Noisy
from ..claims.numerals import numeral
from ..claims.written import Written, agreement, cut
from ..verdicts.precision import MIN_DIGITS
from .edits import Edit
from .question import Question
from .solve import Cell, deciding, number_at, with_cell

SIGN, DROPPED, DOUBLED, MOVED = "sign flipped", "a digit dropped", "a digit doubled", "decimal point moved"
NEAR = 0.1
"""How near a slip leads to the number that a cause implies, as part of it: claims of few digits imply it roughly."""
SINGLE, DOUBLE = 7, 12
"""How many digits of a number count that was computed in single or in double precision: the last ones are noise."""
ONE_PLACE = 1.3
"""How many digits fewer tell that a decimal point has moved by one place."""
PLACE = 10
"""How many times as much noise there is in a number whose digits move one place up."""
MOST_PLACES = 12
"""No decimal point is moved farther."""


def slip_edits(question: Question, name: str, moved: bool) -> Iterator[Edit]:
    """Yield slips in one cell of a tensor, those near the number that the cause implies; and `moved` decimal points."""
    value = question.judgement.claimed[name].value
    for index in deciding(question, name) if value.ndim == 2 else ():
        number = float(value[index])
        implied = number_at(question, name, index)
        near = [
            (slip, other)
            for slip, other in digit_slips(number)
            if implied is None or abs(other - implied) <= NEAR * max(abs(other), abs(implied))
        ]
        # The way to a number far from it may lead elsewhere.
        for slip, other in (*far_slips(number, moved), *near):
            yield edited(question, name, index, slip, other)


def far_edits(question: Question, name: str) -> Iterator[Edit]:
    """Yield the signs and the decimal points that may be wrong in a tensor."""
    value = question.judgement.claimed[name].value
    for index in deciding(question, name) if value.ndim == 2 else ():
        for slip, number in far_slips(float(value[index]), moved=True):
            yield edited(question, name, index, slip, number)


def edited(question: Question, name: str, index: Cell, slip: str, number: float) -> Edit:
    where = ",".join(map(str, index))
    return Edit(f"{slip} at [{where}]", with_cell(question, name, index, number))


def far_slips(value: float, moved: bool) -> Iterator[tuple[str, float]]:
    """Yield the number with the other sign, and with its decimal point moved."""
    if np.isfinite(value):
        yield SIGN, -value
        yield from ((MOVED, value * factor) for factor in (10, 0.1) if moved)


def digit_slips(value: float) -> Iterator[tuple[str, float]]:
    """Yield the number with a digit dropped, doubled or swapped."""
    text = f"{abs(value):.8g}"
    if not np.isfinite(value) or "e" in text or len(text.replace(".", "")) < MIN_DIGITS:
        return
    sign = -1 if value < 0 else 1
    for i in range(len(text)):
        if text[i] != ".":
            yield DROPPED, sign * float(text[:i] + text[i + 1 :])
            yield DOUBLED, sign * float(text[: i + 1] + text[i:])
    for i in range(len(text) - 1):
        if "." not in text[i : i + 2]:
            yield "two digits swapped", sign * float(text[:i] + text[i + 1] + text[i] + text[i + 2 :])


def cell_edits(claim: Written, expected: Array, wrong: Any) -> list[str] | None:
    """Return one slip for every wrong cell, or None if there is a cell that no slip explains."""
    sentences = []
    for index in map(tuple, np.argwhere(wrong)):
        value, noise = float(expected.value[index]), float(expected.noise[index])
        cell = claim.at(index)
        where = f" at [{','.join(map(str, index))}]" if index else ""
        if value and agreement(cell, Noisy(-value, noise)):
            sentences.append(f"{SIGN}{where}")
            continue
        slip = digit_slip(cell, value) or noisy_slip(cell, value, noise)
        if slip is None:
            return None
        sentences.append(f"{slip}{where}")
    if len(sentences) > 1 and len(sentences) == wrong.size and not any(s.startswith(SIGN) for s in sentences):
        return None  # what all have is a factor
    return sentences if len(sentences) <= 3 else keep_pattern(sentences)


def keep_pattern(sentences: list[str]) -> list[str] | None:
    """Return many slips where all are flipped signs, which is a pattern; None where they are chance."""
    kinds = {sentence.split(" at ")[0] for sentence in sentences}
    return sentences if kinds == {SIGN} else None


def digit_slip(cell: Written, value: float) -> str | None:
    """Return what slip of a digit turns the expected number, as printed here, into the written one."""
    if not np.isfinite(value):
        return None
    most = DOUBLE if cell.coarseness == 1 else SINGLE
    text = str(cell.text) if numeral(str(cell.text)).digits <= most else f"{float(cell.value):.{most}g}"
    if text.startswith("-") != (value < 0):
        return None
    for more in (0, 1):  # where one is dropped, those behind it were one more
        right, scale = printed_like(text, value, more)
        slip = slip_of(right.lstrip("-"), mantissa(text).lstrip("-")) if scale in (None, exponent(text)) else None
        if slip and (not more or slip == DROPPED):
            return slip
    return MOVED if shifted(cell, value) else None


def noisy_slip(cell: Written, value: float, noise: float) -> str | None:
    """Return what slip of a digit does so in a number of all digits, the last of which are noise."""
    found = () if cell.printed and cell.coarseness == 1 else digit_slips(value)
    return next((slip for slip, number in found if agreement(cell, Noisy(number, PLACE * noise))), None)


def slip_of(right: str, wrong: str) -> str | None:
    """Return the slip between two digit strings, if they are long enough to tell one from chance."""
    if len(right.replace(".", "").lstrip("0")) < MIN_DIGITS:
        return None
    for i in range(len(right)):
        if right[i] != "." and clean(right[:i] + right[i + 1 :]) == clean(wrong):
            return DROPPED
        if right[i] != "." and clean(right[: i + 1] + right[i:]) == clean(wrong):
            return DOUBLED
    for i in range(len(right) - 1):
        pair = right[i : i + 2]
        if "." not in pair and pair[0] != pair[1] and clean(right[:i] + pair[::-1] + right[i + 2 :]) == clean(wrong):
            return "two digits swapped"
    longer = [right[: i + 1] + right[i:] for i in range(len(right)) if right[i] != "."]
    return DOUBLED if any(clean(wrong) in at_length(text, max(len(right), len(wrong))) for text in longer) else None


def at_length(text: str, length: int) -> tuple[str, str]:
    """Return a number rounded and cut to a length, as one with a digit too many may be printed."""
    places = max(0, length - text.index(".") - 1) if "." in text else 0
    return clean(f"{Decimal(text):.{places}f}"), clean(text[:length])


def clean(text: str) -> str:
    """Return a number's text without the zeros after its point that printing may leave out."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def shifted(cell: Written, value: float) -> bool:
    """Return whether the written number is the expected one times a power of ten, by its own digits."""
    if not cell.value or not value or not np.isfinite(cell.value):
        return False
    power = round(float(np.log10(np.abs(cell.value)) - np.log10(abs(value))))
    if abs(power) > MOST_PLACES:
        return False
    moved = Noisy(value * 10.0**power)
    for half_unit in (cell.half_unit, cell.digit_half) if power else ():
        own = replace(cell, half_unit=half_unit)
        enough = np.log10(np.abs(cell.value) / half_unit) >= MIN_DIGITS - ONE_PLACE * (abs(power) == 1)
        if enough and (agreement(own, moved) | cut(own, moved)):
            return True
    return False


def printed_like(text: str, value: float, more: int = 0) -> tuple[str, int | None]:
    """Write the expected number in the notation of a written one: its mantissa, and its power of ten if it has one.

    `more` is how many places more it is given.
    """
    places = len(text.lower().partition("e")[0].partition(".")[2]) + more
    if exponent(text) is None:
        return clean(f"{Decimal(value):.{places}f}"), None
    head, _, power = f"{Decimal(value):.{places}e}".partition("e")
    return clean(head), int(power)


def mantissa(text: str) -> str:
    return clean(text.lower().partition("e")[0])


def exponent(text: str) -> int | None:
    power = text.lower().partition("e")[2]
    return int(power) if power else None
