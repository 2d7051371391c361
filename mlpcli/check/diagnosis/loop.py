"""Hypotheses: mistakes of the loop over training steps, where one step takes something from the one before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ...nn.op import Op
from ...nn.program import Step
from ...nn.run import compute
from ...values.noisy import Noisy, lift_of, noisy, plain
from ..verdicts.judgement import Change, Judgement
from .question import Question

ACCUMULATED = "the gradients of the step before are added to these: they are not reset (zero_grad)"
UNMOVED = "the parameters are those before the last update"
OLD = "not updated in the step before: it is as it was"
RESET = "the velocity, or what else the optimizer carries from step to step, starts anew"


def loop(question: Question) -> Iterator[Change]:
    """Yield what the step before explains, in a dump of several steps."""
    judgement = question.judgement
    if judgement.before is not None:
        yield from (change for change in changes(judgement, judgement.before) if question.explains(change))


def changes(judgement: Judgement, before: Judgement) -> Iterator[Change]:
    program = judgement.program
    gradients = [g for name in program.parameters if (g := program.gradients.get(name, "")) in program.by_name]
    known = {name: before.claimed[name] for name in gradients if name in before.claimed}
    steps = program.by_name
    yield Change(ACCUMULATED, {name: with_more(steps[name], value) for name, value in known.items()})
    moved = [name for name in program.parameters if name in program.successors]
    old = {name: before.claimed[name] for name in moved if name in before.claimed}  # none of a step passed over
    yield Change(UNMOVED, values=old)
    if len(moved) > 1:
        yield from (Change(f"{name} is {OLD}", values={name: value}) for name, value in old.items())
    yield Change(RESET, values=dict(at_rest(judgement)))


def at_rest(judgement: Judgement) -> Iterator[tuple[str, Any]]:
    """Yield velocities and moments as they are before the first step: 0."""
    program = judgement.program
    for name in program.successors:
        if name not in program.parameters and program.tensors[name].shape:
            yield name, Noisy(np.zeros_like(judgement.claimed[name].value))


def with_more(step: Step, more: Any) -> Step:
    """Return a step whose result has a value of the step before added."""

    def function(*operands: Any, **_: Any) -> Any:
        lift = lift_of(operands)
        return compute(step, dict(zip(step.operands, operands, strict=True)), lift) + (
            more if lift is noisy else plain(more)
        )

    return replace(step, op=Op(step.op.name, step.op.parameters, function, step.op.source), settings={})
