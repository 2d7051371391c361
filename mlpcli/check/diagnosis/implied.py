"""Hypotheses: numbers that a claim implies, of a setting or of one given cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from ...values.noisy import Noisy, plain
from ..verdicts.judgement import Change, follow
from .edits import MAX_CELLS
from .neighbours import shown
from .question import Question

ROUNDS = 8
"""Newton's method needs one where the claim is a linear function of the number."""
NUDGE = 1e-4
"""How far a number is moved, as part of it, to see how much hangs on it."""
DIGITS = 3
"""The most digits of a number that somebody computes with; longer numbers would fit by chance."""


def implied_settings(question: Question) -> Iterator[Change]:
    """Yield settings of the steps that lead to a cause, at the value that it implies, in every step that has them."""
    judgement, cause = question.judgement, question.cause
    lead = [name for name in (cause.name, *question.lead) if name in judgement.steps and not question.alone]
    for name, value in dict.fromkeys(pair for step in lead for pair in judgement.steps[step].settings.items()):

        def change(number: float, name: str = name, value: float = value) -> Change:
            steps = {
                s.name: replace(s, settings={**s.settings, name: number})
                for s in judgement.steps.values()
                if s.settings.get(name) == value
            }
            setting = f"{name} = {shown(float(number))}"
            return Change(f"computed with {setting}", steps, setting=setting)

        yield from implied(question, float(value), change, low=0)


def implied_cells(question: Question) -> Iterator[Change]:
    """Yield one number of a given tensor, at the value that the cause implies, where nothing simpler is found."""
    judgement = question.judgement
    simpler = question.alone or question.found.get("given") or question.found.get("implied_settings")
    for name in () if simpler else question.near_given:
        given = judgement.claimed[name]
        for index in np.ndindex(given.shape) if given.value.size <= MAX_CELLS else ():
            if not question.depends(name, index):
                continue

            def change(number: float, name: str = name, index: tuple[int, ...] = index) -> Change:
                value = judgement.claimed[name].value.copy()
                value[index] = number
                where = f"{name}[{','.join(map(str, index))}]"
                right = shown(float(judgement.claimed[name].value[index]))
                sentence = f"{where} is {shown(float(number))} in place of {right}"
                return Change(sentence, values={name: Noisy(value, judgement.claimed[name].noise)})

            yield from implied(question, float(given.value[index]), change)


def implied(
    question: Question,
    start: float,
    change: Callable[[float], Change],
    low: float = -np.inf,
) -> Iterator[Change]:
    """Yield the change by a number of few digits, not below `low`, that accounts for the cause, by Newton's method."""
    number, cause, judgement = start, question.cause, question.judgement
    for _ in range(ROUNDS):
        step = NUDGE * (abs(number) + NUDGE)
        runs = (follow(judgement, change(x), cause.name, plain=True) for x in (number, number + step))
        here, there = map(plain, runs)
        slope, missing = (there - here) / step, cause.claim.written.value - here
        known = np.isfinite(slope) & np.isfinite(missing)
        square = float((slope[known] ** 2).sum())
        if not square or not np.isfinite(square):
            return
        moved = float((slope[known] * missing[known]).sum()) / square
        number += moved
        if not np.isfinite(number):
            return
        if abs(moved) <= NUDGE**2 * abs(number):
            break
    for rounded in (round(number) + 0.0, *(float(f"{number:.{digits}g}") for digits in range(1, DIGITS + 1))):
        if low <= rounded < np.inf and rounded != start and question.explains(change(rounded)):
            yield change(rounded)
            return
