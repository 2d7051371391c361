"""Hypothesis: a classic mistake in the step itself, whichever way it goes."""

from __future__ import annotations

from collections.abc import Iterator

from ..mistakes import variants
from ..verdicts.judgement import Change
from .question import Question


def own_step(question: Question) -> Iterator[Change]:
    """Yield every mistake in the cause's own step, or in a route to it, that gives what is claimed."""
    judgement, name = question.judgement, question.cause.name
    step = judgement.steps.get(name)
    for way in (step, *judgement.program.routes.get(name, ())) if step else ():
        for variant in variants(judgement.program, way):
            if question.explains(Change("", {name: variant.step})):
                yield Change(variant.sentence)
