"""Hypothesis: the examples have other classes than the config gives them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from ...values.noisy import Noisy
from ...values.shapes import N
from ..claims.written import telling
from ..verdicts.judgement import Change
from .edits import Edit
from .question import Question

MOST = 256
"""How many ways to give classes to the examples are tried: eight examples of two classes, four of four."""


def labels(question: Question) -> Iterator[Change]:
    """Yield targets of classes, 0 and 1 or one of several, that lead to numbers that tell them from others."""
    judgement = question.judgement
    known = any(question.found.values()) or not telling(question.cause.claim.written)
    for name in () if known else question.lead:
        tensor, value = judgement.program.tensors[name], judgement.claimed[name].value
        if tensor.role == "target" and value.ndim == 2:
            turned = tensor.shape.index(N) == 1 if N in tensor.shape else False
            ways = (way.T if turned else way for way in assignments(*(value.T if turned else value).shape))
            edits = (Edit(f"it is {way.tolist()}", Noisy(way)) for way in ways if not np.array_equal(way, value))
            yield from question.by_values(name, edits)


def assignments(examples: int, outputs: int) -> Iterator[Any]:
    """Yield every way to give each example a class, (examples, outputs), if they are few: one output has 0 or 1."""
    rows = np.eye(outputs) if outputs > 1 else np.array([[0.0], [1.0]])
    if len(rows) ** examples <= MOST:
        yield from (rows[list(choice)] for choice in product(range(len(rows)), repeat=examples))
