"""A training: where it stands, and the steps from there."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..config.experiment import Patience
from ..errors import InputError, Place, Problem
from ..nn.dialect import Dialect
from ..nn.network import Network, compile_network
from ..nn.op import Array
from ..nn.program import Program
from ..nn.run import State
from ..tables.encoding import Encoding
from .early import Best, copied
from .examples import Examples
from .execute.executor import EXECUTORS
from .kinds import Kind
from .measure import measure
from .score import Count, Meter, Score, answers, loss_step
from .weights import of_state

GATHERED = 2048
"""Examples whose losses are computed at once where batches are small."""

GROWN = 1e12
"""How many times the loss of the first step a loss may be."""

LARGE = 2**22
"""Bytes of a training's tensors above which it is not copied to look back at; it then looks before it updates."""


@dataclass(frozen=True)
class Job:
    """What is trained on which rows, and for how long."""

    network: Network
    """With one batch as inputs and targets."""
    program: Program
    """Its training step."""
    examples: Examples
    train: Array
    """The rows to train on."""
    held: Array
    """The rows held out, in `held_examples` where they are others."""
    held_examples: Examples
    batch_size: int
    total: int
    """Steps."""
    shuffle: bool
    patience: Patience | None
    kind: Kind
    """What the network answers."""
    right: Count | None
    """What counts the answers that are right, where they are right or wrong."""
    dtype: Any
    engine: str
    """Which of EXECUTORS takes the steps."""
    dialect: Dialect
    """How the config stores its weights."""
    encoding: Encoding | None = None
    """How a table became the examples."""
    origin: Mapping[str, str] = field(default_factory=dict)
    """What the numbers depend on: keys of the config and the data → a digest."""

    @property
    def steps_per_epoch(self) -> int:
        return -(-len(self.train) // self.batch_size)

    def described_by(self, settings: Mapping[str, str]) -> Job:
        """Return the same with its origin: digests of the settings, and of the data."""
        rows = f"{zlib.crc32(self.held.tobytes()):08x}"
        held = {"validation": f"{len(self.held)} {rows} {self.held_examples.digest()}"} if len(self.held) else {}
        data = {"inputs and targets": self.examples.digest(), **held}
        return replace(self, origin={**settings, **data})


@dataclass
class Epoch:
    """What an epoch, or the part of it that was trained, came to."""

    epoch: int
    step: int
    score: Score
    held: Mapping[str, float]
    """Metrics of the examples held out."""

    def metrics(self) -> dict[str, Any]:
        held = {f"validation_{name}": value for name, value in self.held.items()}
        return {"epoch": self.epoch, "step": self.step, **self.score.metrics(), **held}


class Diverged(Exception):  # noqa: N818 (what happened, not a bug)
    """A loss or the state is no longer finite after `step`, counted from 0; `state` stood before step `known`.

    A loss that has `grown` is finite still.
    """

    def __init__(self, what: str, step: int, known: int, state: Mapping[str, Array], grown: bool = False) -> None:
        super().__init__(f"{what} is {f'more than {GROWN:g} times that of the first' if grown else 'not finite'}")
        self.grown = grown
        self.step, self.known, self.state = step, known, state


class Fit:
    """A training in progress."""

    def __init__(self, job: Job, state: dict[str, Array], step: int = 0) -> None:
        self.job, self.step = job, step
        self.best, self.stopped_early = Best(), False
        self.first: float | None = None
        """The loss of the first step."""
        make = EXECUTORS[job.engine]
        self.executor = make(job.program, state, job.dtype, loss_step(job.program).operands)
        self.held_program = held_program(job) if len(job.held) else None
        small = sum(value.nbytes for value in state.values()) <= LARGE
        size = min(job.batch_size, len(job.train))
        batches = max(1, GATHERED // size) if small else 1
        self.meter = Meter(job.program, make, job.dtype, size, batches, job.right)
        self.looks_first = self.meter.batches == 1
        self.known = (step, self.state) if self.looks_first else (step, copied(self.state))

    @property
    def state(self) -> Mapping[str, Array]:
        """The tensors that change, by the names they are given under."""
        return self.executor.state

    def run(self, going_on: Callable[[Fit], bool], ended: Callable[[Fit, Epoch], None]) -> bool:
        """Train to the end, or until `going_on`, asked now and then between two steps, says no: False then."""
        with np.errstate(all="ignore"):
            return self.go(going_on, ended)

    def go(self, going_on: Callable[[Fit], bool], ended: Callable[[Fit, Epoch], None]) -> bool:
        """Run as `run` does, with numpy's warnings as they are."""
        job = self.job
        while self.step < job.total and not self.stopped_early:
            if not going_on(self):
                return False
            first = self.step % job.steps_per_epoch
            order = self.order(self.step // job.steps_per_epoch)
            for k in range(first, min(job.steps_per_epoch, first + job.total - self.step)):
                if self.meter.full or self.looks_first:
                    self.flush()
                    if not going_on(self):
                        return False
                self.take_step(order[k * job.batch_size : (k + 1) * job.batch_size])
            self.settle()
            ended(self, self.end_of_epoch())
        return True

    def order(self, epoch: int) -> Array:
        """Return the rows of an epoch in the order they are taken: a function of seed and epoch alone."""
        if not self.job.shuffle:
            return self.job.train
        return np.random.default_rng((self.job.network.seed, epoch)).permutation(self.job.train)

    def take_step(self, rows: Array) -> None:
        count = len(rows)
        inputs = self.executor.inputs(count)
        X, D = self.job.program.batch
        self.job.examples.fill(rows, inputs[X], inputs[D])
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
        if mean > GROWN * self.first > 0:
            raise Diverged(f"the loss by step {self.step + self.looks_first}", self.step, known, state, grown=True)
        if not self.looks_first:
            self.check_state()
            self.known = (self.step, copied(self.state))

    def settle(self) -> None:
        """Look at all that was trained: what is kept is finite. Raises Diverged."""
        self.flush()
        if self.looks_first:
            self.check_state()

    def check_state(self) -> None:
        """Raise Diverged if the last update left numbers that are not finite."""
        bad = next((name for name, value in self.state.items() if not np.isfinite(value).all()), None)
        if bad:
            known, state = (self.step, self.state) if self.looks_first else self.known
            raise Diverged(f"{bad} after step {self.step}", self.step - 1, known, state)

    def end_of_epoch(self) -> Epoch:
        """Score the examples held out, note the best state, begin to count anew."""
        job, held = self.job, dict[str, float]()
        epoch = -(-self.step // job.steps_per_epoch)
        if self.held_program:
            state = State(of_state(job.program, self.state))
            held = self.measured(state)
            if not np.isfinite(held["loss"]):
                raise Diverged(f"the validation loss of epoch {epoch}", self.step - 1, self.step, self.state)
            if job.patience:
                self.stopped_early = self.best.look(job.patience, held[job.patience.metric], epoch, self.state)
        score, self.meter.score = self.meter.score, Score()
        return Epoch(epoch, self.step, score, held)

    def measured(self, state: State) -> dict[str, float]:
        """Return the metrics of the examples held out: loss, accuracy, and that by which the training may stop."""
        assert self.held_program
        job, metric = self.job, self.job.patience.metric if self.job.patience else "loss"
        costly = metric not in ("loss", "accuracy")
        score, Y, D = answers(self.held_program, state, job.held_examples, job.held, job.right, kept=costly)
        more = measure(job.kind, Y, D) if costly else {}
        if costly and metric not in more:
            message = f"{metric} is not defined of the examples held out: their targets are all the same"
            raise InputError(Problem(Place("validation"), "", message))
        return score.metrics() | ({metric: more[metric]} if costly else {})

    def weights(self) -> dict[str, Array]:
        """Return what was learned, to be kept: as the config stores it."""
        return self.job.dialect.turn(of_state(self.job.program, self.result()))

    def result(self) -> Mapping[str, Array]:
        """Return the state to use: the best one where there is patience, else the last."""
        return self.best.state or self.state


def held_program(job: Job) -> Program:
    """Return the forward pass in evaluation mode."""
    return compile_network(replace(job.network, mode="eval"), "forward").program
