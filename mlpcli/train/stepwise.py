"""Steps one at a time, by an executor; losses are looked at over several small batches at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..nn.op import Array
from .early import copied
from .engines import GROWN, LARGE, LEAST, Diverged
from .execute.executor import Make
from .score import Meter, Score, loss_step

if TYPE_CHECKING:
    from .fit import Job

GATHERED = 2048
"""Examples whose losses are computed at once where batches are small."""


class Stepwise:
    """Takes steps one at a time."""

    def __init__(self, make: Make, job: Job, state: dict[str, Array], step: int) -> None:
        self.job, self.step = job, step
        self.first: float | None = None
        self.executor = make(job.program, state, job.dtype, loss_step(job.program).operands)
        small = sum(value.nbytes for value in state.values()) <= LARGE
        size = min(job.batch_size, len(job.train))
        batches = max(1, GATHERED // size) if small else 1
        self.meter = Meter(job.program, make, job.dtype, size, batches, job.right)
        self.looks_first = self.meter.batches == 1
        """Whether a step looks at its loss before it updates: there is no copy of the state to look back at."""
        self.known = (step, self.state if self.looks_first else copied(self.state))

    @property
    def state(self) -> Mapping[str, Array]:
        return self.executor.state

    @property
    def score(self) -> Score:
        return self.meter.score

    @score.setter
    def score(self, score: Score) -> None:
        self.meter.score = score

    def advance(self, order: Array, stop: int) -> None:
        job = self.job
        while True:
            first = self.step % job.steps_per_epoch * job.batch_size
            self.take(order[first : first + job.batch_size])
            if self.step == stop or self.meter.full or self.looks_first:
                break
        self.flush()

    def take(self, rows: Array) -> None:
        """Take one step on these rows."""
        count = len(rows)
        inputs = self.executor.inputs(count)
        self.job.examples.fill(rows, *(inputs[name] for name in self.job.program.batch))
        for name, rule in self.job.program.rules.items():
            inputs[name][...] = rule(self.step, count)
        self.meter.add(self.executor.forward(count), count)
        if self.looks_first:
            self.flush()
        self.executor.backward(count)
        self.step += 1

    def flush(self) -> None:
        """Count the losses gathered. Raises Diverged if one is not finite."""
        if not self.meter.filled:
            return
        losses = self.meter.flush()
        finite = np.isfinite(losses)
        known, state = (self.step, self.state) if self.looks_first else self.known
        if not finite.all():
            step = known + int(finite.argmin()) // self.job.batch_size
            raise Diverged(f"the loss of step {step + 1}", step, known, state)
        mean = float(losses.mean(dtype=np.float64))
        if self.first is None:
            self.first = float(losses[: self.job.batch_size].mean(dtype=np.float64))
        if mean > GROWN * max(self.first, LEAST):
            raise Diverged(f"the loss by step {self.step + self.looks_first}", self.step, known, state, grown=True)
        if not self.looks_first:
            self.check_state()
            self.known = (self.step, copied(self.state))

    def settle(self) -> None:
        self.flush()
        if self.looks_first:
            self.check_state()

    def check_state(self) -> None:
        """Raise Diverged if the last update left numbers that are not finite."""
        bad = next((name for name, value in self.state.items() if not np.isfinite(value).all()), None)
        if bad:
            known, state = (self.step, self.state) if self.looks_first else self.known
            raise Diverged(f"{bad} after step {self.step}", self.step - 1, known, state)
