"""Hypothesis: other numbers given, copied wrong."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from ...values.noisy import Noisy
from ...values.shapes import N
from ..verdicts.judgement import Change, Judgement
from .edits import Edit, row_edits, slip_edits, tensor_edits
from .question import Question


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
    if (value != np.trunc(value)).any():
        yield Edit("it is cut to whole numbers", Noisy(np.trunc(value)))
        yield Edit("it is rounded to whole numbers", Noisy(value.round()))


def given(question: Question) -> Iterator[Change]:
    """Yield edits of given tensors that lead to the cause; slips are looked for in those that are near."""
    judgement = question.judgement
    for name in () if question.alone else question.lead:
        if name in judgement.program.given:
            value = judgement.claimed[name]
            edits = [*copied_wrong(judgement, name), *tensor_edits(value, judgement.rows), *row_edits(value)]
            if name in question.near_given:
                cells = filter(partial(question.depends, name), np.ndindex(value.shape))
                edits += slip_edits(value, cells)
            yield from question.by_values(name, edits)
