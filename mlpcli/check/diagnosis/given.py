"""Hypotheses: other numbers given, copied wrong as a whole or in a row or a number."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...values.noisy import Noisy
from ...values.shapes import N
from ..claims.dumps.digits import largest
from ..claims.written import telling
from ..verdicts.judgement import Change, Judgement
from .edits import Edit, repeats, tensor_edits
from .question import Question
from .slips import far_edits, slip_edits
from .unclaimed import MAX_STEPS

OF_TARGETS, OF_OTHERS = 4, 5
"""How many digits tell that targets were copied wrong: there are few ways to, and they move errors by 1; and others."""
MANY = 6
"""As many wrong numbers tell it too, of one digit each, if they are not all one: weights cut to 0, 1 and -1."""
AS_A_WHOLE = ("as a whole",)
"""What is found is kept under."""
CHANCE = 0.01
"""How likely it may be that some sign of another number leads to a wrong one by chance."""


def copied_wrong(judgement: Judgement, name: str) -> Iterator[Edit]:
    """Yield what happens to a given tensor as a whole: classes off by one, another order, whole numbers."""
    tensor, value = judgement.program.tensors[name], judgement.claimed[name].value
    if value.ndim != 2:
        return
    if tensor.role == "target":
        axis = 1 - tensor.shape.index(N) if N in tensor.shape else 1
        ones = ((value == 0) | (value == 1)).all() and (value.sum(axis) == 1).all()
        sentence = "its classes are off by one" if ones else "its columns, the classes, are off by one"
        for by, first in ((1, 0), (-1, 1)) if value.shape[axis] > 1 else ():
            counted = f", as if they were counted from {first}" if ones and value.shape[axis] > 2 else ""
            yield Edit(sentence + counted, Noisy(np.roll(value, by, axis)))
        for by, other in ((1, "before"), (-1, "after")) if value.shape[1 - axis] > 1 else ():
            yield Edit(f"each example has the target of the one {other}", Noisy(np.roll(value, by, 1 - axis)))
    if min(value.shape) > 1 and value.shape[0] != value.shape[1]:
        yield Edit("it is reshaped, not transposed", Noisy(value.T.reshape(value.shape)))
        yield Edit("it is reshaped, not transposed", Noisy(value.reshape(value.shape[::-1]).T))
    for sentence, whole in (("it is cut to whole numbers", np.trunc), ("it is rounded to whole numbers", np.round)):
        dropped = (min(value.shape) == 1 or tensor.role == "target") and not whole(value).any()  # said of the step
        if not dropped and (value != whole(value)).any():
            yield Edit(sentence, Noisy(whole(value)))


def copied(question: Question) -> Iterator[Change]:
    """Yield what happened to a given tensor as a whole, if it leads to numbers that tell it from others."""
    yield from as_a_whole(question)[True]


def perhaps_copied(question: Question) -> Iterator[Change]:
    """Yield the same where the numbers do not tell: it counts only if it accounts for others as well."""
    yield from as_a_whole(question)[False]


def as_a_whole(question: Question) -> dict[bool, list[Change]]:
    """Return what happened to a given tensor as a whole, by whether the numbers it leads to tell it from others."""
    if AS_A_WHOLE not in question.memo:
        judgement, written = question.judgement, question.cause.claim.written
        many = np.count_nonzero(question.cause.wrong) >= MANY and np.ptp(written.value) > 0
        found: dict[bool, list[Change]] = {True: [], False: []}
        for name in question.lead:
            if name in judgement.program.given:
                told = telling(written, OF_TARGETS if judgement.program.tensors[name].role == "target" else OF_OTHERS)
                edits = (*copied_wrong(judgement, name), *tensor_edits(judgement.claimed[name], judgement.rows))
                found[told or bool(many)] += question.by_values(name, edits)
        question.memo[AS_A_WHOLE] = found
    known: dict[bool, list[Change]] = question.memo[AS_A_WHOLE]
    return known


def all_one(question: Question) -> Iterator[Change]:
    """Yield what happened to a given tensor as a whole and makes all numbers of the cause one, as weights cut to 0."""
    for name in question.lead:
        if name in question.judgement.program.given:
            yield from question.by_values(name, copied_wrong(question.judgement, name))


def given(question: Question) -> Iterator[Change]:
    """Yield rows and columns that repeat another in given tensors; slips are looked for in those that are near."""
    judgement = question.judgement
    for name in () if question.alone else question.lead:
        if name in judgement.program.given:
            value = judgement.claimed[name]
            yield from question.by_values(name, repeats(value))
            if name in question.near_given:
                # Whether one number leads there by chance is told by the others that follow from it.
                moved = question.definite or bool(question.others)
                yield from question.by_values(name, slip_edits(question, name, moved))


def lone_slip(question: Question) -> list[Change]:
    """Return the one sign or decimal point of a number above that leads to the only wrong number, in all it is in.

    None if some would by chance, which leads anywhere up to the largest number of the tensor.
    """
    written, wrong = question.cause.claim.written, question.cause.wrong
    if not question.alone or not (size := largest(question.cause.expected.value)):
        return []
    made = [name for name in question.lead if name in question.judgement.steps][:MAX_STEPS]
    edits = [(name, edit) for name in (*question.near_given, *made) for edit in far_edits(question, name)]
    if len(edits) * np.prod(written.half_unit[wrong] / size) > CHANCE:
        return []
    found = [(edit, change) for name, edit in edits for change in question.by_values(name, [edit])]
    return [change for _, change in found] if len({edit.sentence for edit, _ in found}) == 1 else []
