"""A loss claimed as one number, where the program has one per input: the batch's sum, or as in PyTorch its mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ...nn.losses import mean
from ...nn.op import Array, op
from ...nn.program import Program, Step, Tensor
from ...nn.run import Setup
from .claimed import Claimed


@op("Σ {L}")
def total(L: Array) -> Array:
    """Sum the loss over the batch, (N,) → ()."""
    return L.sum()


def scalar_name(setup: Setup, name: str, claim: Claimed) -> str:
    """Return the name that a claim is about: that of the scalar loss where one number is claimed of a loss of many."""
    losses = [step.name for step in setup.program.steps if step.section == "loss"]
    one = not claim.note and claim.written.value.size == 1
    if not losses or name != losses[0] or setup.rows == 1 or not one:
        return name
    if len(losses) > 1:
        return setup.program.objective or losses[1]
    values = setup.run(until=name)[name]
    return f"{name}_{'sum' if nearer(float(claim.written.value.flat[0]), values.sum(), values.mean()) else 'mean'}"


def nearer(number: float, total: float, average: float) -> bool:
    """Return whether a number is nearer to the sum than to the mean, as their ratios go."""
    with np.errstate(all="ignore"):
        far, near = (abs(np.log(abs(number / other))) for other in (total, average))
    return not near < far


def with_scalar_loss(program: Program, claims: Mapping[str, Claimed]) -> Program:
    """Add a step for the scalar loss that is claimed, if the program has none; the other form is a route to it."""
    loss, known = program.objective, program.order
    ops = {f"{loss}_sum": (total, mean), f"{loss}_mean": (mean, total)}
    name = next((name for name in ops if name in claims and name not in known), None)
    if loss is None or name is None:
        return program
    first, other = (Step(name, op, (loss,), "loss") for op in ops[name])
    at = next(i for i, step in enumerate(program.steps) if step.name == loss) + 1
    tensors = {**program.tensors, name: Tensor(name=name, shape=(), section="loss")}
    steps = (*program.steps[:at], first, *program.steps[at:])
    return replace(program, tensors=tensors, steps=steps, routes={**program.routes, name: (other,)})
