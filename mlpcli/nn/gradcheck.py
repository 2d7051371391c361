"""The backward pass held against an oracle: a reading of the program that runs its forward steps again and again.

Two questions, so that a convention at the top does not hide what is below it. Is the gradient that the backward pass
starts from the derivative of the loss? And given that gradient G at the tensor T, is every other gradient the
derivative of Σ G⊙T? If both are, the other is the derivative of the loss too: of its sum S over the batch, of its mean
J = S / N where one of the two is divided by N, of J / N where both are. Penalties of the loss come on top, once.
Gradients that are shown with their sign turned are derivatives of −S.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from ..values.noisy import noisy
from ..values.value import Value
from .op import Array
from .oracles import Differences, Oracle, at_kink
from .program import Program
from .run import Setup, Trace, following

Part = Callable[[Trace], Any]
"""A run → the array of it that is summed."""


@dataclass(frozen=True)
class Check:
    """One tensor's gradient, at the cell where it differs most from the derivative."""

    name: str
    index: tuple[int, ...]
    computed: float
    derivative: float
    """As the oracle has it."""
    error: float
    """The part of |computed − derivative| that rounding does not explain, over the tensor's largest gradient."""
    agrees: bool
    cells: int
    size: int
    kinks: int
    """Cells left out because there is no derivative: ReLU at 0."""
    averaged: bool
    convention: str
    of: str
    """What it is the derivative of, if it is one: S, J, J / N, or Σ G⊙T of the gradient G that it follows from; and
    the penalties that are added."""


def gradcheck(setup: Setup, oracle: Oracle | None = None) -> list[Check]:
    """Check the gradient of the loss, then that of every given tensor that has one: parameters and inputs.

    The oracle is central differences unless given.
    """
    top = setup.program.differentiated
    if top is None:
        return []
    with np.errstate(all="ignore"):
        return list(checks(setup, top, oracle or Differences()))


def checks(setup: Setup, top: str, oracle: Oracle) -> Iterator[Check]:
    """The gradient of the loss first, then those of the given tensors."""
    program, trace = setup.program, setup.run()
    noise = {name: value.noise for name, value in setup.run(noisy).items() if isinstance(value, Value)}
    check = partial(compare, program, trace, noise, oracle)
    start = program.gradients[top]
    derived = f"Σ {start}⊙{top}"
    if (loss := program.counted_loss) is not None:
        turned = program.by_name[start].op.result_negated
        first = check(top, lambda run: -run[loss] if turned else run[loss], "−S" if turned else "S")
        derived = first.of or derived
        yield first
    for given in program.given:
        if given in program.gradients and given != top:
            yield check(given, lambda run: trace[start] * run[top], derived)


def rerun(program: Program, trace: Trace, name: str, value: Any) -> Trace:
    """Run the forward steps and the loss with one tensor replaced."""
    forward = replace(program, steps=tuple(step for step in program.steps if step.section in ("forward", "loss")))
    return {**trace, name: value, **dict(following(forward, trace, np.asarray, given={name: value}))}


def compare(
    program: Program, trace: Trace, noise: Mapping[str, Array], oracle: Oracle, name: str, part: Part, derived: str
) -> Check:
    """The worst cell of a gradient: of the part, called `derived`, or that over N where it is divided by N, and of the
    penalties of the tensor."""
    gradient = program.gradients[name]
    step = program.by_name.get(gradient)
    sign = -1 if step and step.op.result_negated else 1
    penalties = [p for p in program.penalties if name in program.by_name[p].operands and name != program.input]
    if step and penalties:
        step = program.by_name[step.operands[0]]  # the data's part of the gradient
    averages = step is not None and step.op.averages
    scale = program.rows(trace) if averages else 1

    def function(value: Any) -> list[Any]:
        run = rerun(program, trace, name, value)
        return [part(run) / scale, *(sign * run[p] for p in penalties)]

    value, computed = trace[name], trace[gradient]
    cells = np.unique(np.linspace(0, value.size - 1, int(min(value.size, oracle.most))).astype(int)).tolist()
    largest = float(np.abs(computed).max()) or 1.0
    worst, kinks = (-1.0, 0, float("nan")), 0
    for cell, (off, derivative) in zip(
        cells, oracle.errors(function, value, computed, noise[gradient], cells), strict=True
    ):
        if off > oracle.tolerance * largest and at_kink(function, value, cell):
            kinks += 1
        else:
            share = off / largest
            worst = max(worst, (np.inf if np.isnan(share) else share, int(cell), derivative))
    error, cell, derivative = worst
    index = tuple(int(i) for i in np.unravel_index(cell, value.shape))
    sentence = step.op.convention if step else ""
    at, averaged = float(computed.flat[cell]), averages and name != program.differentiated
    agrees = error <= oracle.tolerance
    label = program.tensors["J"].label if "J" in program.tensors else None
    taken = label is not None and label.kind != "mean_loss"
    mean = f"{derived} / N" if taken else over_batch(derived)
    terms = [mean if averages else derived, *penalties]
    of = (" + " if sign > 0 else " − ").join(terms) if agrees and kinks < len(cells) else ""
    counts = (len(cells), value.size, kinks)
    return Check(gradient, index, at, derivative, max(error, 0.0), agrees, *counts, averaged, sentence, of)


def over_batch(derived: str) -> str:
    """What is divided by N: the sum S, which makes the mean J, or another."""
    return {"S": "J", "−S": "−J"}.get(derived, f"{derived} / N")
