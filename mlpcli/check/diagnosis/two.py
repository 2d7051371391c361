"""Hypothesis: two mistakes above a cause, where no tensor between them is claimed and one alone leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ...nn.run import following
from ...values.noisy import noisy
from ..claims.numerals import numeral
from ..mistakes import variants
from ..verdicts.judgement import Change
from .edits import line_edits, repeats, tensor_edits
from .given import copied_wrong
from .question import Question

ENOUGH = 12
"""How many digits the numbers of a cause need together: a pair of some thousand leads to them by chance otherwise."""
MAX_FIRST, MAX_OF_ONE = 40, 8
"""How many mistakes are assumed, the nearest first, to ask for another; and how many in one step."""
MAX_EDITED = 3
"""How many steps up tensors are edited whole."""


def two(question: Question) -> Iterator[Change]:
    """Yield pairs of mistakes that lead to a cause, where nothing else was found and its numbers are telling."""
    if any(question.found.values()) or question.few or digits(question) < ENOUGH:
        return
    pairs = dict[frozenset[str], Change]()
    given, made = list(given_mistakes(question)), made_mistakes(question)
    every, told = [change for changes in (given, *made) for change in changes], told_before(question)
    before = [change for change in every if f"(1) {change.sentence};" in told]
    firsts = before or [*given, *(change for changes in made for change in changes[:MAX_OF_ONE])][:MAX_FIRST]
    untried = [change for changes in made for change in changes]
    for first in firsts:
        untried = [change for change in untried if change is not first]  # it was tried with those that were first
        if assumed := assume(question, first):
            apart = (second for second in untried if not first.changed & second.changed)
            for second in (*filter(assumed.explains, apart), *edits(assumed)):
                change = joined(first, second)
                if change.of_the_cause or (not first.changed & second.changed and question.explains(change)):
                    pairs.setdefault(frozenset((first.sentence, second.sentence)), change)
    yield from pairs.values()


def told_before(question: Question) -> str:
    """Return what explained the same tensor in the step before: one of two mistakes there is one of two here."""
    return " ".join(question.before.explanations if question.before else ())


def digits(question: Question) -> int:
    """Return how many digits the different numbers have together that are wrong."""
    texts = {str(text).lstrip("+-") for text in question.cause.claim.written.text[question.cause.wrong].flat}
    return sum(numeral(text).digits for text in texts)


def given_mistakes(question: Question) -> Iterator[Change]:
    """Yield what happens to a given tensor as a whole."""
    judgement = question.judgement
    for name in question.lead:
        for edit in copied_wrong(judgement, name) if name in judgement.program.given else ():
            own = f"the target {name}" if judgement.program.tensors[name].role == "target" else name
            yield Change(of(own, edit.sentence), values={name: edit.value})


def made_mistakes(question: Question) -> list[list[Change]]:
    """Return mistakes in the cause's step and in each of those that lead to it, the nearest first."""
    program, steps = question.judgement.program, question.judgement.steps
    made = [name for name in (question.cause.name, *question.lead) if name in steps]
    return [[Change(of(n, v.sentence), {n: v.step}) for v in variants(program, steps[n])] for n in made]


def of(name: str, sentence: str) -> str:
    return f"{name}: {sentence}".replace(": it is", " is")


def assume(question: Question, change: Change) -> Question | None:
    """Return the question of the cause after a mistake that is assumed; none if that makes no difference to it."""
    judgement, cause = question.judgement, question.cause
    program, kept = judgement.towards(cause.name, change), judgement.by_name
    run = following(
        program, judgement.claimed, noisy, given=change.values, steps=change.steps, kept=kept, until=cause.name
    )
    try:
        values = dict(run)
    except (ValueError, ZeroDivisionError, TypeError, IndexError):
        return None
    expected = values.pop(cause.name, cause.expected)
    if np.array_equal(expected.value, cause.expected.value):
        return None
    assumed = replace(
        judgement,
        routes={**judgement.routes, **change.steps},
        claimed={**judgement.claimed, **change.values, **values},
    )
    return replace(question, judgement=assumed, cause=replace(cause, expected=expected), memo={})


def edits(question: Question) -> Iterator[Change]:
    """Yield edits of the cause, and of a tensor near it."""
    judgement, cause = question.judgement, question.cause
    fits = cause.expected.shape == cause.claim.written.shape
    for edit in line_edits(cause.claim.written, cause.expected) if fits else ():
        if question.agrees(edit.value):
            yield Change(edit.sentence)
    made = [name for name in question.lead if name in judgement.steps]
    for position, name in enumerate(made[:MAX_EDITED]):
        value = judgement.claimed[name]
        lines = repeats(value) if not position else ()
        yield from question.by_values(name, (*tensor_edits(value, judgement.rows), *lines))


def joined(first: Change, second: Change) -> Change:
    """Return both as one change; of the cause alone where the second is an edit of it."""
    sentence = f"two mistakes: (1) {first.sentence}; (2) {second.sentence}"
    if second.of_the_cause:
        return Change(sentence)
    return Change(sentence, {**first.steps, **second.steps}, {**first.values, **second.values})
