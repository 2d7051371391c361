"""A training: where it stands, and the steps from there."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..config.patience import Patience
from ..errors import InputError, Place, Problem
from ..nn.dialect import Dialect
from ..nn.network import Network, compile_network
from ..nn.op import Array
from ..nn.program import Program
from ..nn.run import State
from ..tables.encoding import Encoding
from .early import Best
from .engines import ENGINES, Diverged
from .examples import Examples
from .hosts import Hosts
from .kinds import Kind
from .measure import measure
from .score import Count, Score, answers
from .weights import of_state


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
    """Which of ENGINES takes the steps."""
    dialect: Dialect
    """How the config stores its weights."""
    encoding: Encoding | None = None
    """How a table became the examples."""
    machine: str = ""
    """What the steps are taken on, as a person reads it: numpy, jax on 1 gpu."""
    device: str | None = None
    """The kind of device to take them on: cpu or gpu, the engine's choice unless given."""
    precision: str | None = None
    """Of products of float32, where they may be less precise than that: tf32 or bf16."""
    hosts: Hosts | None = None
    """The processes that train together."""
    origin: Mapping[str, str] = field(default_factory=dict)
    """What the numbers depend on: keys of the config and the data → a digest."""

    @property
    def steps_per_epoch(self) -> int:
        return -(-len(self.train) // self.batch_size)

    def order(self, epoch: int) -> Array:
        """Return the rows of an epoch in the order they are taken: a function of seed and epoch alone."""
        if not self.shuffle:
            return self.train
        return np.random.default_rng((self.network.seed, epoch)).permutation(self.train)

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


class Fit:
    """A training in progress."""

    def __init__(self, job: Job, state: dict[str, Array], step: int = 0) -> None:
        self.job = job
        self.best, self.stopped_early = Best(), False
        self.engine = ENGINES[job.engine].make(job, state, step)
        self.held_program = held_program(job) if len(job.held) else None
        self.machines = [(step, job.machine)]
        """Step from which on → what the steps are taken on; a run may move."""

    @property
    def step(self) -> int:
        """The number of steps taken."""
        return self.engine.step

    @property
    def score(self) -> Score:
        """What the epoch begun has come to so far."""
        return self.engine.score

    @property
    def state(self) -> Mapping[str, Array]:
        """The tensors that change, by the names they are given under."""
        return self.engine.state

    def run(self, going_on: Callable[[Fit], bool], ended: Callable[[Fit, Epoch], None]) -> bool:
        """Train to the end, or until `going_on`, asked now and then between two steps, says no: False then."""
        walk = self.walk(going_on, ended)
        with np.errstate(all="ignore"):
            while True:
                try:
                    order, stop = next(walk)
                except StopIteration as end:
                    return bool(end.value)
                self.engine.advance(order, stop)

    def walk(
        self, going_on: Callable[[Fit], bool], ended: Callable[[Fit, Epoch], None]
    ) -> Generator[tuple[Array, int], None, bool]:
        """Run as `run` does, but yield what the engine is to advance by: the order of the epoch, and where to stop."""
        job = self.job
        while self.step < job.total and not self.stopped_early:
            epoch = self.step // job.steps_per_epoch
            order, stop = job.order(epoch), min(job.total, (epoch + 1) * job.steps_per_epoch)
            while self.step < stop:
                if not going_on(self):
                    return False
                yield order, stop
            self.engine.settle()
            ended(self, self.end_of_epoch())
        return True

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
        score, self.engine.score = self.engine.score, Score()
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
    return compile_network(replace(job.network, mode="eval", sample_weights=None), "forward").program
