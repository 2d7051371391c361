"""Hypotheses: numbers that a claim implies, of a setting or of one given cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from ..verdicts.judgement import Change
from .neighbours import shown
from .question import Question
from .solve import Cell, deciding, number_at, solved, with_cell

BELOW_ONE = frozenset({"mu", "beta1", "beta2", "alpha", "rate"})
"""Settings that are parts of 1, where they are stated so: the alpha of ELU may be more."""
MOST, OFF = 10, 0.005
"""A long number that is a small part of the stated one, or some times it, to half a percent, is called a factor."""
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

        number = solved(question, float(value), change)
        if number is None or not (name in BELOW_ONE and value < 1 <= number):
            yield from rounded(question, number, float(value), change, low=0)


def implied_cells(question: Question) -> Iterator[Change]:
    """Yield one number of a given tensor, at the value that the cause implies, where nothing simpler is found."""
    simpler = question.alone or question.found.get("given") or question.found.get("implied_settings")
    for name in () if simpler else question.near_given:
        for index in deciding(question, name):
            right = float(question.judgement.claimed[name].value[index])

            def change(number: float, name: str = name, index: Cell = index, right: float = right) -> Change:
                where = f"{name}[{','.join(map(str, index))}]"
                sentence = f"{where} is {shown(number)} in place of {shown(right)}"
                return Change(sentence, values={name: with_cell(question, name, index, number)})

            yield from rounded(question, number_at(question, name, index), right, change)


def rounded(
    question: Question, number: float | None, start: float, change: Callable[[float], Change], low: float = -np.inf
) -> Iterator[Change]:
    """Yield the change by a number of few digits near this one, not below `low`, that accounts for the cause."""
    if number is None or np.isnan(number):
        return
    for few in (round(number) + 0.0, *(float(f"{number:.{digits}g}") for digits in range(1, DIGITS + 1))):
        factor = few == float(f"{few:.{DIGITS}g}") != float(f"{few:.{DIGITS - 1}g}") and is_factor(few, start)
        if low <= few < np.inf and few != start and not factor and question.explains(change(few)):
            yield change(few)
            return


def is_factor(number: float, start: float) -> bool:
    """Return whether a number is a small whole number times another, or the other divided by one."""
    ratio = abs(start / number) if number else 0.0
    ratio = max(ratio, 1 / ratio) if ratio else 0.0
    return round(ratio) <= MOST and abs(ratio - round(ratio)) <= OFF * ratio
