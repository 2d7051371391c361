"""A loss claimed as one number, where the program has one an input: PyTorch and Keras print the mean over the batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..nn.losses import mean
from ..nn.op import Array, op
from ..nn.program import Program, Step
from ..nn.rounding import noisy
from .claims import Claimed, order
from .written import agreement


@op("Σ {L}")
def total(L: Array) -> Array:
    """The loss summed over the batch, (N,) → ()."""
    return L.sum()


def scalar_name(program: Program, name: str, claim: Claimed) -> str:
    """The name that a claim is about: that of the scalar loss where one number is claimed of a loss of many."""
    losses = [step.name for step in program.steps if step.section == "loss"]
    one = not claim.note and claim.written.value.size == 1
    if not losses or name != losses[0] or program.batch_size == 1 or not one:
        return name
    return losses[1] if len(losses) > 1 else f"{name}_mean"


def with_scalar_loss(program: Program, claims: Mapping[str, Claimed]) -> Program:
    """The program with a step for the scalar loss that is claimed, if it has none.

    That is the mean; but where the loss is a sum by convention, it is the sum if that is what is claimed.
    """
    loss = program.objective
    name = f"{loss}_mean"
    if loss is None or name not in claims or name in order(program):
        return program
    summed = bool(agreement(claims[name].written, program.run(noisy)[loss].sum()).all())
    steps = []
    for step in program.steps:
        steps.append(step)
        if step.name == loss:
            steps.append(Step(name, total if summed else mean, (loss,), step.section))
    return replace(program, steps=tuple(steps))
