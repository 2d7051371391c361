"""Central differences against the backward pass: a reading of the program that runs its forward steps again and again.

Two questions, so that a convention at the top does not hide what is below it. Is the gradient that the backward pass
starts from the derivative of the loss? And given that gradient G at the tensor T, is every other gradient the
derivative of Σ G⊙T? If both are, the other is the derivative of the loss too: of its sum S over the batch, of its mean
J = S / N where one of the two is divided by N, of J / N where both are. Penalties of the loss come on top, once.
Gradients that are shown with their sign turned are derivatives of −S.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .program import Program
from .run import Setup, Trace, following

MAX_CELLS = 200
"""Cells checked of one tensor: all of a small one, evenly spread ones of a large one."""
TOLERANCE = 1e-5
"""Allowed difference as part of the tensor's largest gradient."""
STEP = float(np.cbrt(np.finfo(np.float64).eps))
SHRINK = 1e-3
KINK = 1e-2
"""Derivatives from the two sides that differ by this part of the larger are two derivatives."""

Function = Callable[[Any], Any]
"""Tensor → an array whose sum is differentiated."""

Part = Callable[[Trace], Any]
"""A run → the array of it that is summed."""


@dataclass(frozen=True)
class Check:
    """One tensor's gradient, at the cell where it differs most from the difference quotient."""

    name: str
    index: tuple[int, ...]
    computed: float
    difference: float
    error: float
    """The part of |computed − difference| that rounding does not explain, over the tensor's largest gradient."""
    cells: int
    size: int
    kinks: int
    """Cells left out because there is no derivative: ReLU at 0."""
    averaged: bool
    convention: str
    of: str
    """What it is the derivative of, if it is one: S, J, J / N, or Σ G⊙T of the gradient G that it follows from; and
    the penalties that are added."""

    @property
    def agrees(self) -> bool:
        return self.error <= TOLERANCE


def gradcheck(setup: Setup) -> list[Check]:
    """Check the gradient of the loss, then that of every given tensor that has one: parameters and inputs."""
    program, trace = setup.program, setup.run()
    top = program.differentiated
    if top is None:
        return []
    with np.errstate(all="ignore"):
        return list(checks(program, trace, top))


def checks(program: Program, trace: Trace, top: str) -> Iterator[Check]:
    """The gradient of the loss first, then those of the given tensors."""
    start = program.gradients[top]
    derived = f"Σ {start}⊙{top}"
    if (loss := program.counted_loss) is not None:
        turned = program.by_name[start].op.result_negated
        first = compare(program, top, trace, lambda run: -run[loss] if turned else run[loss], "−S" if turned else "S")
        derived = first.of or derived
        yield first
    for given in program.given:
        if given in program.gradients and given != top:
            yield compare(program, given, trace, lambda run: trace[start] * run[top], derived)


def rerun(program: Program, trace: Trace, name: str, value: Any) -> Trace:
    """Run the forward steps and the loss with one tensor replaced."""
    forward = replace(program, steps=tuple(step for step in program.steps if step.section in ("forward", "loss")))
    return {**trace, name: value, **dict(following(forward, trace, np.asarray, given={name: value}))}


def compare(program: Program, name: str, trace: Trace, part: Part, derived: str) -> Check:
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

    def function(value: Any) -> Any:
        run = rerun(program, trace, name, value)
        return np.append(part(run) / scale, [sign * run[p] for p in penalties])

    value, computed = trace[name], trace[gradient]
    cells = np.unique(np.linspace(0, value.size - 1, min(value.size, MAX_CELLS)).astype(int))
    largest = float(np.abs(computed).max()) or 1.0
    worst, kinks = (-1.0, 0, float("nan")), 0
    for cell in cells:
        at = float(computed.flat[cell])
        found = min(error_at(function, value, cell, at, STEP * shrink) for shrink in (1, SHRINK))
        if found[0] > TOLERANCE * largest and at_kink(function, value, cell):
            kinks += 1
        else:
            share = found[0] / largest
            worst = max(worst, (np.inf if np.isnan(share) else share, int(cell), found[1]))
    error, cell, difference = worst
    index = tuple(int(i) for i in np.unravel_index(cell, value.shape))
    sentence = step.op.convention if step else ""
    at, averaged = float(computed.flat[cell]), averages and name != program.differentiated
    right = kinks < len(cells) and error <= TOLERANCE
    label = program.tensors["J"].label if "J" in program.tensors else None
    taken = label is not None and label.kind != "mean_loss"
    mean = f"{derived} / N" if taken else over_batch(derived)
    terms = [mean if averages else derived, *penalties]
    of = (" + " if sign > 0 else " − ").join(terms) if right else ""
    return Check(
        gradient, index, at, difference, max(error, 0.0), len(cells), value.size, kinks, averaged, sentence, of
    )


def over_batch(derived: str) -> str:
    """What is divided by N: the sum S, which makes the mean J, or another."""
    return {"S": "J", "−S": "−J"}.get(derived, f"{derived} / N")


def error_at(function: Function, value: Any, cell: int, computed: float, step: float) -> tuple[float, float]:
    """How far a gradient is from the central difference beyond rounding, and that difference.

    Tried again with a smaller step, because a kink (ReLU at 0) inside the step is no mistake.
    """
    low, high = moved(value, cell, -step), moved(value, cell, step)
    difference, rounding = quotient(function(low), function(high), float(high.flat[cell] - low.flat[cell]))
    error = abs(computed - difference) - rounding
    return (max(0.0, error) if np.isfinite(error) else np.inf), difference


def at_kink(function: Function, value: Any, cell: int) -> bool:
    """Return whether the derivatives from left and right differ: then there is none, and any choice is right."""
    step = STEP * SHRINK
    low, high = moved(value, cell, -step), moved(value, cell, step)
    middle = function(value)
    left, noise = quotient(function(low), middle, float(value.flat[cell] - low.flat[cell]))
    right, more = quotient(middle, function(high), float(high.flat[cell] - value.flat[cell]))
    return abs(left - right) > KINK * max(abs(left), abs(right)) + noise + more


def moved(value: Any, cell: int, step: float) -> Any:
    changed = value.copy()
    changed.flat[cell] += step * max(1.0, abs(float(value.flat[cell])))
    return changed


def quotient(below: Any, above: Any, width: float) -> tuple[float, float]:
    """Return the difference quotient of the sums, and what rounding may add to it."""
    rounding = 16 * float(np.finfo(np.float64).eps) * float(np.sum(np.abs(above) + np.abs(below))) / width
    return float(np.sum(above - below)) / width, rounding
