"""Loss and accuracy, of the steps of a training and of examples that it never sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..nn.op import Array
from ..nn.program import Program, Step
from ..nn.run import State, compute, run
from .examples import Examples
from .execute.executor import Make

AT_ONCE = 256
"""How many examples are evaluated at once."""
Count = Callable[[Array, Array], Array]
"""(what the loss is computed from, targets) → whether each answer is right; of any arrays with numpy's methods."""


@dataclass
class Score:
    """Sums over examples."""

    examples: int = 0
    loss: float = 0.0
    right: int | None = None

    def add(self, losses: Array, outputs: Array, D: Array, count: Count | None) -> None:
        self.examples += len(losses)
        self.loss += float(losses.sum(dtype=np.float64))
        if count:
            self.right = (self.right or 0) + int(count(outputs, D).sum())

    @property
    def mean_loss(self) -> float:
        return self.loss / self.examples if self.examples else float("nan")

    def metrics(self, prefix: str = "") -> dict[str, float]:
        """Return the loss, and the accuracy where answers are right or wrong."""
        found = {prefix + "loss": self.mean_loss}
        return found if self.right is None else found | {prefix + "accuracy": self.right / self.examples}


def loss_step(program: Program) -> Step:
    """The step that computes the loss of each example: what a training reports is without penalties of weights."""
    return program.by_name[program.loss or ""]


def loss_alone(program: Program) -> Program:
    """Return the loss of each example as a program of its own, given what it is computed from."""
    step = loss_step(program)
    given = (replace(program.tensors[name], role="input", gradient="", successor="") for name in step.operands)
    return Program({tensor.name: tensor for tensor in (*given, program.tensors[step.name])}, (step,))


class Meter:
    """Gathers what the loss is computed from over several small batches: a numpy call costs more than they do."""

    def __init__(self, program: Program, make: Make, dtype: Any, size: int, batches: int, right: Count | None) -> None:
        self.step = loss_step(program)
        self.right = right
        self.batches, self.count = batches, batches * size
        self.executor = make(loss_alone(program), {}, dtype, (self.step.name,))
        self.rings = [self.executor.inputs(self.count)[name] for name in self.step.operands]
        self.filled = 0
        self.score = Score()

    @property
    def full(self) -> bool:
        return self.filled + self.count // self.batches > self.count

    def add(self, kept: Mapping[str, Array], count: int) -> None:
        """Take what one batch of `count` examples has left."""
        stop = self.filled + count
        for ring, name in zip(self.rings, self.step.operands, strict=True):
            ring[self.filled : stop] = kept[name]
        self.filled = stop

    def flush(self) -> Array:
        """Count what was gathered; returns the losses of its examples."""
        outputs, D = (ring[: self.filled] for ring in self.rings)
        losses = self.losses(outputs, D)
        self.score.add(losses, outputs, D, self.right)
        self.filled = 0
        return losses

    def losses(self, *operands: Array) -> Array:
        """Return the loss of each example gathered."""
        if self.filled < self.count:
            return compute(self.step, dict(zip(self.step.operands, operands, strict=True)), lambda value: value)
        found = self.executor.forward(self.count)[self.step.name]
        self.executor.backward(self.count)
        return found


def answers(
    program: Program, state: State, examples: Examples, rows: Array, right: Count | None, kept: bool = False
) -> tuple[Score, Array, Array]:
    """Score a forward program on these rows; return outputs and targets (N, C) too, if they are to be kept."""
    score, step = Score(), loss_step(program)
    last = output_of(program)
    outputs, targets = [], []
    for start in range(0, len(rows), AT_ONCE):
        X, D = examples.batch(rows[start : start + AT_ONCE])[:2]
        trace = run(program, state, dict(zip(program.batch, (X, D), strict=True)), lambda value: value)
        score.add(trace[step.name], trace[step.operands[0]], D, right)
        if kept:
            outputs.append(trace[last])
            targets.append(D)
    none = np.zeros((0, 1))
    return score, np.concatenate(outputs or [none]), np.concatenate(targets or [none])


def output_of(program: Program) -> str:
    """Return the name of the last tensor of the forward pass."""
    return [name for name, step in program.by_name.items() if step.section == "forward"][-1]
