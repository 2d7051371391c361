"""Edits of a tensor: what happens to right numbers on the way to a page. No step is run, only the tensor is changed.

Each edit yields (sentence, edited tensor) candidates; the caller keeps those that account for every differing cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...nn.op import Array
from ...values.noisy import Noisy
from ..claims.written import Written, agreement, telling
from ..verdicts.precision import MIN_DIGITS

MAX_CELLS = 64
"""Tensors of more numbers are not searched for a slip that nobody wrote down."""
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
        sources = matching(claimed, value, noise)
        if sources is None or sources == list(range(len(value))):
            continue
        moved = [i for i, source in enumerate(sources) if source != i]
        index = np.array(sources, dtype=int)
        changed = Noisy(np.moveaxis(value[index], 0, axis), np.moveaxis(noise[index], 0, axis))
        if len(set(sources)) == len(sources):
            lines = ", ".join(str(i + 1) for i in moved)
            yield Edit(f"{word}s {lines} are in another order", changed)
        else:
            if not all(telling(at_line(claimed, i), MIN_DIGITS) for i in moved):
                continue  # a digit or two are those of another line by chance
            copies = ", ".join(f"{word} {i + 1} repeats {word} {sources[i] + 1}" for i in moved)
            yield Edit(copies, changed)


def reoriented(claim: Written, axis: int) -> Written:
    return claim.each(lambda cells: np.moveaxis(cells, axis, 0))


def at_line(claim: Written, line: int) -> Written:
    return claim.each(lambda cells: cells[line])


def matching(claim: Written, value: Any, noise: Any) -> list[int] | None:
    """Return the expected line that each claimed line is, or None if there is one that is none of them.

    That is its own if it can be, else the first that fits of those that are not where they should be, or of all.
    """

    def fits(line: int, source: int) -> bool:
        return bool(agreement(at_line(claim, line), Noisy(value[source], noise[source])).all())

    lines = range(len(value))
    moved = [line for line in lines if not fits(line, line)]
    sources = list(lines)
    for line in moved:
        source = next((s for s in (*moved, *lines) if fits(line, s)), None)
        if source is None:
            return None
        sources[line] = source
    return sources


def repeats(value: Array, single: bool = False) -> Iterator[Edit]:
    """Yield a row that repeats another, or a column; a `single` number is neither but for one that is exact."""
    for axis, line in enumerate(("row", "column") if value.value.ndim == 2 and value.value.size <= MAX_CELLS else ()):
        count = value.shape[axis] if value.shape[1 - axis] > 1 or single else 0
        for i, j in np.ndindex(count, count):
            if i != j:
                lines = np.arange(count)
                lines[i] = j
                yield Edit(f"{line} {i + 1} repeats {line} {j + 1}", value[:, lines] if axis else value[lines])
