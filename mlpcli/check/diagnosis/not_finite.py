"""Hypothesis: where nan or an infinity comes from, which somebody's program made and ours does not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..verdicts.judgement import Change
from .question import Question

BEGINS = "begins here"
LOGARITHM = "{} begins here, as from the logarithm of 0: a probability is rounded to 0 or 1"
EXPONENTIAL = "{} begins here, as from e to a large number"
DIVISION = "{} begins here, as from a division by 0"


def not_finite(question: Question) -> Iterator[Change]:
    """Yield how a step comes to a number that is none, where finite ones are expected."""
    cause = question.cause
    value, expected = cause.claim.written.value, cause.expected.value
    odd = cause.claim.written.claimed & ~np.isfinite(value) & np.isfinite(expected)
    if not odd.any():
        return
    word = "nan" if np.isnan(value[odd]).any() else "an infinite number"
    step = question.judgement.steps.get(cause.name)
    section = step.section if step else ""
    sentence = {"loss": LOGARITHM, "forward": EXPONENTIAL}.get(section, DIVISION)
    yield Change(sentence.format(word))
