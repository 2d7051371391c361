"""Hypothesis: a classic mistake in the step itself, whichever way it goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...nn.program import Program
from ..mistakes import Variant, variants
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
                yield from with_derivative(judgement.program, variant)


def with_derivative(program: Program, variant: Variant) -> Iterator[Change]:
    """Yield the change of an activation to another one, whose derivative is that of the gradient then."""
    Z = variant.step.operands[0]
    back = program.by_name.get(program.gradients.get(Z, ""))
    if variant.derivative and back and back.operands[0] == Z:
        gradient = replace(back, op=replace(back.op, function=variant.derivative, mistakes=[]))
        yield Change(variant.sentence, {variant.step.name: variant.step, back.name: gradient})
