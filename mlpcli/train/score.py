"""Loss and accuracy, of the steps of a training and of examples that it never sees."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..nn.op import Array
from ..nn.program import Program, Step
from .examples import Examples
from .execute.numpy import Executor, Memory

AT_ONCE = 256
"""Examples that are evaluated at once."""


@dataclass
class Score:
    """Sums over examples."""

    examples: int = 0
    loss: float = 0.0
    right: int | None = None

    def add(self, losses: Array, outputs: Array, D: Array, labelled: bool) -> None:
        self.examples += len(losses)
        self.loss += float(losses.sum(dtype=np.float64))
        if labelled:
            self.right = (self.right or 0) + int((outputs.argmax(axis=1) == D.argmax(axis=1)).sum())

    @property
    def mean_loss(self) -> float:
        return self.loss / self.examples if self.examples else float("nan")

    def metrics(self, prefix: str = "") -> dict[str, float]:
        """Loss, and accuracy where targets are classes."""
        found = {prefix + "loss": self.mean_loss}
        return found if self.right is None else found | {prefix + "accuracy": self.right / self.examples}


def loss_step(program: Program) -> Step:
    """The step that computes the loss of each example."""
    return next(step for step in program.steps if step.section == "loss")


class Meter:
    """Gathers what the loss is computed from over several small batches: a numpy call costs more than they do."""

    def __init__(self, program: Program, kept: dict[str, Array], batches: int, labelled: bool) -> None:
        self.step = loss_step(program)
        self.labelled = labelled
        self.batches = batches
        self.rings = [
            np.empty((batches * len(kept[name]), *kept[name].shape[1:]), kept[name].dtype)
            for name in self.step.operands
        ]
        self.filled = 0
        self.score = Score()
        given = dict(zip(self.step.operands, self.rings, strict=True))
        alone = Program(given, (self.step,))
        self.planned = Executor(alone, given, Memory(self.rings[0].dtype), (self.step.name,))

    @property
    def full(self) -> bool:
        return self.filled + len(self.rings[0]) // self.batches > len(self.rings[0])

    def add(self, kept: dict[str, Array], count: int) -> None:
        """What one batch of so many examples has left."""
        stop = self.filled + count
        for ring, name in zip(self.rings, self.step.operands, strict=True):
            ring[self.filled : stop] = kept[name]
        self.filled = stop

    def flush(self) -> Array:
        """Count what was gathered; the losses of its examples."""
        outputs, D = (ring[: self.filled] for ring in self.rings)
        with np.errstate(all="ignore"):
            if self.filled == len(self.rings[0]):
                self.planned.forward()
                self.planned.backward()
                losses: Array = self.planned.kept[self.step.name]
            else:
                losses = self.step.op(outputs, D, **self.step.settings)
        self.score.add(losses, outputs, D, self.labelled)
        self.filled = 0
        return losses


def evaluate(
    program: Program, examples: Examples, rows: Array, labelled: bool, confusion: Array | None = None
) -> Score:
    """The score of a forward program, in evaluation mode, on these rows; a confusion matrix counts their classes."""
    score, step = Score(), loss_step(program)
    for start in range(0, len(rows), AT_ONCE):
        X, D = examples.batch(rows[start : start + AT_ONCE])
        given = {**program.given, program.rows[0]: X, program.rows[1]: D}
        trace = replace(program, given=given).run(lambda value: value)
        outputs = trace[step.operands[0]]
        score.add(trace[step.name], outputs, D, labelled)
        if labelled and confusion is not None:
            np.add.at(confusion, (D.argmax(axis=1), outputs.argmax(axis=1)), 1)
    return score
