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

SHIFTED = "its classes are off by one"


def shifted_classes(judgement: Judgement, name: str) -> Iterator[Edit]:
    """Yield targets that are counted from 0 where they are counted from 1, or from 1 where from 0."""
    tensor, value = judgement.program.tensors[name], judgement.claimed[name]
    ones = ((value.value == 0) | (value.value == 1)).all()
    if tensor.role == "target" and ones and value.value.ndim == 2:
        axis = 1 - tensor.shape.index(N) if N in tensor.shape else 1
        if (value.value.sum(axis) == 1).all() and value.shape[axis] > 1:
            yield from (Edit(SHIFTED, Noisy(np.roll(value.value, by, axis))) for by in (1, -1))


def given(question: Question) -> Iterator[Change]:
    """Yield edits of given tensors that lead to the cause; slips are looked for in those that are near."""
    judgement = question.judgement
    for name in () if question.alone else question.lead:
        if name in judgement.program.given:
            value = judgement.claimed[name]
            edits = [*shifted_classes(judgement, name), *tensor_edits(value, judgement.rows), *row_edits(value)]
            if name in question.near_given:
                cells = filter(partial(question.depends, name), np.ndindex(value.shape))
                edits += slip_edits(value, cells)
            yield from question.by_values(name, edits)
