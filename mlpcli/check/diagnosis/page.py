"""Hypothesis: right numbers that went wrong on the way to the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ..verdicts.judgement import Change
from ..verdicts.precision import LAST_DIGIT, last_digit_only
from .edits import line_edits, tensor_edits
from .question import Question
from .slips import cell_edits


def page(question: Question) -> Iterator[Change]:
    """Yield edits of what follows from the claims above, or of what is right; of all of it if no mistake is found."""
    cause, written = question.cause, question.cause.claim.written
    # A number with a slip in it is none of single precision.
    like_others = replace(written, eps=max(j.claim.written.eps for j in question.judgement.judged))
    for value in (cause.expected, cause.reference):
        whole = [e for e in tensor_edits(value, question.judgement.rows) if question.agrees(e.value)]
        yield from () if question.found.get("own_step") else (Change(e.sentence) for e in whole)
        lines = [Change(e.sentence) for e in line_edits(written, value) if question.agrees(e.value)]
        if last_digit_only(written, value):
            yield from (*lines, Change(LAST_DIGIT))
            continue
        slips = [] if whole else cell_edits(written, value, cause.wrong) or cell_edits(like_others, value, cause.wrong)
        found = [Change(", ".join(slips))] if slips else []
        yield from (*found, *lines) if np.count_nonzero(cause.wrong) == 1 else (*lines, *found)
