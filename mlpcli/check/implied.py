"""Numbers that a claim implies: the setting, or the one given number, that somebody may have computed with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from ..nn.rounding import Noisy
from .diagnose import depends, explains, near_given
from .edits import MAX_CELLS
from .fit import shown
from .judgement import Change, Judged, Judgement, above, follow

ROUNDS = 8
"""Newton's method needs one where the claim is a linear function of the number."""
NUDGE = 1e-4
"""How far a number is moved, as part of it, to see how much hangs on it."""
DIGITS = 3
"""A number that somebody computes with is written with at most so many digits; others would fit by chance."""


def by_implied_settings(judgement: Judgement, cause: Judged) -> Iterator[Change]:
    """Settings of the steps that lead to a cause, at the value that it implies, in every step that has them."""
    lead = [name for name in (cause.name, *above(judgement, cause.name)) if name in judgement.steps]
    for name, value in dict.fromkeys(pair for step in lead for pair in judgement.steps[step].settings.items()):

        def change(number: float, name: str = name, value: float = value) -> Change:
            steps = {
                s.name: replace(s, settings={**s.settings, name: number})
                for s in judgement.steps.values()
                if s.settings.get(name) == value
            }
            setting = f"{name} = {shown(float(number))}"
            return Change(f"computed with {setting}", steps, setting=setting)

        yield from implied(judgement, cause, float(value), change, low=0)


def by_implied_cells(judgement: Judgement, cause: Judged) -> Iterator[Change]:
    """One number of a given tensor, at the value that the cause implies."""
    for name in near_given(judgement, cause):
        given = judgement.claimed[name]
        for index in np.ndindex(given.shape) if given.value.size <= MAX_CELLS else ():
            if not depends(judgement, cause, name, index):
                continue

            def change(number: float, name: str = name, index: tuple[int, ...] = index) -> Change:
                value = judgement.claimed[name].value.copy()
                value[index] = number
                where = f"{name}[{','.join(map(str, index))}]"
                right = shown(float(judgement.claimed[name].value[index]))
                sentence = f"{where} is {shown(float(number))} in place of {right}"
                return Change(sentence, values={name: Noisy(value, judgement.claimed[name].noise)})

            yield from implied(judgement, cause, float(given.value[index]), change)


def implied(
    judgement: Judgement,
    cause: Judged,
    start: float,
    change: Callable[[float], Change],
    low: float = -np.inf,
) -> Iterator[Change]:
    """The change by a number of few digits, not below `low`, that accounts for the cause, found by Newton's method."""
    number = start
    for _ in range(ROUNDS):
        step = NUDGE * (abs(number) + NUDGE)
        here, there = (follow(judgement, change(x), cause.name).value for x in (number, number + step))
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
        if low <= rounded < np.inf and rounded != start and explains(judgement, cause, change(rounded)):
            yield change(rounded)
            return
