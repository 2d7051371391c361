"""The number that a cause implies, of a setting or of one cell of a tensor: by Newton's method, on plain floats."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...values.noisy import Noisy, plain
from ..verdicts.judgement import Change, follow
from .edits import MAX_CELLS
from .question import Question

ROUNDS = 8
"""Newton's method needs one where the claim is a linear function of the number."""
NUDGE = 1e-4
"""How far a number is moved, as part of it, to see how much hangs on it; and to when it is moved on."""
FALLEN = 0.5
"""How much the squares of what is missing fall each time, at least, where a number leads to the claim."""

Cell = tuple[int, ...]


def solved(question: Question, start: float, change: Callable[[float], Change]) -> float | None:
    """Return the number by which a change comes nearest to the claim.

    That is nan where it comes nowhere near, and None where it cannot be told.
    """
    number, cause, judgement, first = start, question.cause, question.judgement, np.inf
    for tried in range(ROUNDS):
        step = NUDGE * (abs(number) + NUDGE)
        runs = (follow(judgement, change(x), cause.name, plain=True) for x in (number, number + step))
        here, there = map(plain, runs)
        slope, missing = (there - here) / step, cause.claim.written.value - here
        known = np.isfinite(slope) & np.isfinite(missing)
        square, left = float((slope[known] ** 2).sum()), float((missing[known] ** 2).sum())
        first = left if not tried else first
        if tried > 1 and left > first * FALLEN**tried:
            return np.nan
        if not square or not np.isfinite(square):
            return None
        moved = float((slope[known] * missing[known]).sum()) / square
        number += moved
        if not np.isfinite(number):
            return None
        if abs(moved) <= NUDGE * abs(number):
            break
    return number


def deciding(question: Question, name: str) -> list[Cell]:
    """Return the cells of a tensor, if they are few, with which every wrong number of the cause changes."""
    key, value = ("deciding", name), question.judgement.claimed[name]
    if key not in question.memo:
        cells = np.ndindex(value.shape) if value.value.size <= MAX_CELLS else ()
        question.memo[key] = [index for index in cells if question.depends(name, index)]
    found: list[Cell] = question.memo[key]
    return found


def with_cell(question: Question, name: str, index: Cell, number: float) -> Noisy:
    """Return a tensor with another number in one cell."""
    value = question.judgement.claimed[name]
    changed = value.value.copy()
    changed[index] = number
    return Noisy(changed, value.noise)


def number_at(question: Question, name: str, index: Cell) -> float | None:
    """Return the number in one cell of a tensor that comes nearest to the claim."""
    key = ("number", name, index)
    if key not in question.memo:
        start = float(question.judgement.claimed[name].value[index])
        question.memo[key] = solved(
            question, start, lambda x: Change("", values={name: with_cell(question, name, index, x)})
        )
    found: float | None = question.memo[key]
    return found
