"""Edits of a tensor: what happens to right numbers on the way to a page. No step is run, only the tensor is changed.

Each edit yields (sentence, edited tensor) candidates; the caller keeps those that account for every differing cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np

from ...nn.op import Array
from ...values.noisy import Noisy
from ..claims.numerals import numeral
from ..claims.written import SLACK, Written, agreement, cut, digit_halves

MIN_DIGITS = 3
"""The fewest digits of a number in which a slip of a digit is told from chance."""
LAST_UNITS = 3
LONG = 5
"""A last digit may be off by up to LAST_UNITS units, in numbers of more than LONG digits."""
MOST_PLACES = 12
"""No decimal point is moved farther."""
MAX_CELLS = 64
"""Tensors of more numbers are not searched for a slip that nobody wrote down."""
DROPPED, MOVED = "a digit dropped", "decimal point moved"
MAX_LINES = 64
"""Rows and columns beyond this are not tried against each other."""


@dataclass(frozen=True)
class Edit:
    """What may have happened: a sentence, and the tensor it leads to."""

    sentence: str
    value: Array


def tensor_edits(expected: Array, batch_size: int) -> Iterator[Edit]:
    """Yield edits of the whole tensor: sign, factor, transposition, rows and columns."""
    value = expected.value
    yield Edit("its sign is flipped", -expected)
    for factor, name in factors(batch_size, value.shape[-1] if value.ndim else 1):
        yield Edit(f"it is {name}", expected * factor)
    if value.ndim == 2 and value.shape[0] == value.shape[1]:
        yield Edit("it is transposed", expected.T)


def factors(N: int, C: int) -> list[tuple[float, str]]:
    """Return the exact factors that conventions differ by, the batch size N and the number of columns C."""
    named: dict[float, str] = {}
    for factor, name in (
        (N, f"N = {N}"),
        (C, f"the number of columns, {C}"),
        (N * C, f"N·columns = {N * C}"),
        (2, "2"),
    ):
        if factor > 1:
            named.setdefault(factor, f"multiplied by {name}")
            named.setdefault(1 / factor, f"divided by {name}")
    return list(named.items())


def line_edits(claim: Written, expected: Array) -> Iterator[Edit]:
    """Yield rows or columns in another order, or one repeated in place of another."""
    if expected.value.ndim != 2:
        return
    for axis, word in ((0, "row"), (1, "column")):
        value, noise = (np.moveaxis(x, axis, 0) for x in (expected.value, expected.noise))
        claimed = reoriented(claim, axis)
        if not 2 <= len(value) <= MAX_LINES:
            continue
        sources = [matching(claimed, i, value, noise) for i in range(len(value))]
        if any(source is None for source in sources) or sources == list(range(len(value))):
            continue
        moved = [i for i, source in enumerate(sources) if source != i]
        index = np.array(sources, dtype=int)
        changed = Noisy(np.moveaxis(value[index], 0, axis), np.moveaxis(noise[index], 0, axis))
        if len(set(sources)) == len(sources):
            lines = ", ".join(str(i + 1) for i in moved)
            yield Edit(f"{word}s {lines} are in another order", changed)
        else:
            copies = ", ".join(f"{word} {i + 1} repeats {word} {(sources[i] or 0) + 1}" for i in moved)
            yield Edit(copies, changed)


def reoriented(claim: Written, axis: int) -> Written:
    return claim.each(lambda cells: np.moveaxis(cells, axis, 0))


def matching(claim: Written, line: int, value: Any, noise: Any) -> int | None:
    """Return the expected line that a claimed line is: its own if it can be, else the first that fits."""
    row = claim.each(lambda cells: cells[line])
    for source in (line, *range(len(value))):
        if agreement(row, Noisy(value[source], noise[source])).all():
            return int(source)
    return None


def possible_edits(value: Array) -> Iterator[Edit]:
    """Yield edits of a tensor that nobody wrote down: a row that repeats another, a slip in one cell."""
    yield from row_edits(value)
    yield from slip_edits(value, np.ndindex(value.shape))


def row_edits(value: Array) -> Iterator[Edit]:
    """Yield a row that repeats another; a single number is no row."""
    if value.value.ndim == 2 and value.value.size <= MAX_CELLS and value.shape[1] > 1:
        for i, j in np.ndindex(len(value), len(value)):
            if i != j:
                rows = np.arange(len(value))
                rows[i] = j
                yield Edit(f"row {i + 1} repeats row {j + 1}", value[rows])


def slip_edits(value: Array, cells: Iterable[tuple[int, ...]]) -> Iterator[Edit]:
    """Yield a slip in one of these cells."""
    if value.value.ndim == 2 and value.value.size <= MAX_CELLS:
        for index in cells:
            where = f"[{','.join(map(str, index))}]"
            for slip, number in slips(float(value.value[index])):
                changed = value.value.copy()
                changed[index] = number
                yield Edit(f"{slip} at {where}", Noisy(changed, value.noise))


def moved_edits(value: Array) -> Iterator[Edit]:
    """Yield a decimal point moved by one place in one cell."""
    if value.value.ndim == 2 and value.value.size <= MAX_CELLS:
        for index in np.ndindex(value.shape):
            for factor in (10, 0.1):
                factors = np.ones(value.shape)
                factors[index] = factor
                yield Edit(f"{MOVED} at [{','.join(map(str, index))}]", value * factors)


def slips(value: float) -> Iterator[tuple[str, float]]:
    """Yield what a number may turn into: the other sign, a digit dropped, doubled or swapped."""
    if not np.isfinite(value):
        return
    yield "sign flipped", -value
    text = f"{abs(value):.8g}"
    if "e" in text or len(text.replace(".", "")) < MIN_DIGITS:
        return
    sign = -1 if value < 0 else 1
    for i in range(len(text)):
        if text[i] != ".":
            yield DROPPED, sign * float(text[:i] + text[i + 1 :])
            yield "a digit doubled", sign * float(text[: i + 1] + text[i:])
    for i in range(len(text) - 1):
        if "." not in text[i : i + 2]:
            yield "two digits swapped", sign * float(text[:i] + text[i + 1] + text[i] + text[i + 2 :])


def cell_edits(claim: Written, expected: Array, wrong: Any) -> list[str] | None:
    """Return one slip for every wrong cell, or None if there is a cell that no slip explains."""
    sentences = []
    for index in map(tuple, np.argwhere(wrong)):
        value, noise = float(expected.value[index]), float(expected.noise[index])
        cell = claim.at(index)
        where = f"[{','.join(map(str, index))}]"
        if value and agreement(cell, Noisy(-value, noise)):
            sentences.append(f"sign flipped at {where}")
            continue
        slip = digit_slip(cell, value)
        if slip is None:
            return None
        sentences.append(f"{slip} at {where}")
    moved = len(sentences) > 1 and len(sentences) == wrong.size and all(s.startswith(MOVED) for s in sentences)
    if moved:
        return None  # a power of ten that all have is a factor
    return sentences if len(sentences) <= 3 else keep_pattern(sentences)


def last_digit_only(claim: Written, expected: Array) -> bool:
    """Return whether every number is long and near enough that only its last digit can be off."""
    unit, off = 2 * np.fmin(claim.digit_half, claim.half_unit), np.abs(claim.value - expected.value)
    if not claim.printed or (off > LAST_UNITS * unit).any():
        return False
    long = np.abs(expected.value) >= 10.0**LONG * unit
    digits = max((numeral(str(text)).digits for text in claim.text.flat), default=0)
    return bool((long | (claim.value == 0)).all() or (digits >= MIN_DIGITS and (off <= unit * (1 + SLACK)).all()))


def keep_pattern(sentences: list[str]) -> list[str] | None:
    """Return many slips where all are flipped signs, which is a pattern; None where they are chance."""
    kinds = {sentence.split(" at ")[0] for sentence in sentences}
    return sentences if kinds == {"sign flipped"} else None


def digit_slip(cell: Written, value: float) -> str | None:
    """Return what slip of a digit turns the expected number, as printed here, into the written one."""
    if not np.isfinite(value):
        return None
    text = str(cell.text)
    if text.startswith("-") != (value < 0):
        return None
    for more in (0, 1):  # where one is dropped, those behind it were one more
        right, scale = printed_like(text, value, more)
        slip = slip_of(right.lstrip("-"), mantissa(text).lstrip("-")) if scale in (None, exponent(text)) else None
        if slip and (not more or slip == DROPPED):
            return slip
    return MOVED if shifted(cell, value) else None


def slip_of(right: str, wrong: str) -> str | None:
    """Return the slip between two digit strings, if they are long enough to tell one from chance."""
    if len(right.replace(".", "").lstrip("0")) < MIN_DIGITS:
        return None
    for i in range(len(right)):
        if right[i] != "." and clean(right[:i] + right[i + 1 :]) == clean(wrong):
            return DROPPED
        if right[i] != "." and clean(right[: i + 1] + right[i:]) == clean(wrong):
            return "a digit doubled"
    for i in range(len(right) - 1):
        pair = right[i : i + 2]
        if "." not in pair and pair[0] != pair[1] and clean(right[:i] + pair[::-1] + right[i + 2 :]) == clean(wrong):
            return "two digits swapped"
    return None


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
    for half_unit in (cell.half_unit, digit_halves(cell.text)) if power else ():
        own = replace(cell, half_unit=half_unit)
        enough = np.log10(np.abs(cell.value) / half_unit) >= MIN_DIGITS - (abs(power) == 1)
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
