"""Hypothesis: other numbers given, copied wrong."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from ..verdicts.judgement import Change
from .edits import row_edits, slip_edits, tensor_edits
from .question import Question


def given(question: Question) -> Iterator[Change]:
    """Yield edits of given tensors that lead to the cause; slips are looked for in those that are near."""
    judgement = question.judgement
    for name in () if question.alone else question.lead:
        if name in judgement.program.given:
            value = judgement.claimed[name]
            edits = [*tensor_edits(value, judgement.rows), *row_edits(value)]
            if name in question.near_given:
                cells = filter(partial(question.depends, name), np.ndindex(value.shape))
                edits += slip_edits(value, cells)
            yield from question.by_values(name, edits)
