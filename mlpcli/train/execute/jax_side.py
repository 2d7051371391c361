"""Trainings side by side: programs of one form that differ in numbers, in one call of a compiled function."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from ...nn.op import Array
from ...values.graph import Node
from ..engines import Diverged
from .jax import APART, JaxEngine, Sent, bounded
from .jax_blocks import LIMITS, OTHER, Blocks, Tensors, block_of, compiled
from .jax_calls import Slot
from .jax_device import Alone
from .recording import Recording, record_step

if TYPE_CHECKING:
    from ..fit import Fit, Job

Walk = Generator[tuple[Array, int], None, bool]
"""A training that yields the order of its epoch, and the step up to which it may go on."""


def form(job: Job) -> Any:
    """Return what trainings side by side must have in common: all of it but data, seeds and the numbers in formulas."""
    whole, rest = divmod(len(job.train), job.batch_size)
    kept = [step.name for step in job.program.steps if step.section == "loss"]
    sizes = ([job.batch_size] if whole else []) + ([rest] if rest else [])
    recordings = tuple(form_of(record_step(job.program, kept, rows, job.dtype)) for rows in sizes)
    length = (job.batch_size, len(job.train), job.total, job.examples.widths)
    return recordings, length, job.kind, str(job.dtype), job.machine, job.precision


def form_of(recording: Recording) -> Any:
    """Return the calls of a step without the numbers in them."""
    places: dict[Node, int] = {}

    def place(operand: Node | float) -> Any:
        if not isinstance(operand, Node):
            return "number"
        return places.get(operand, (operand.name, operand.shape, str(operand.dtype)))

    calls = []
    for node in recording.calls:
        calls.append((str(node.function), tuple(map(place, node.inputs)), node.shape, str(node.dtype), node.options))
        places[node] = len(places)
    ends = ((name, place(node)) for name, node in {**recording.updates, **recording.kept}.items())
    return tuple(calls), tuple(ends)


def slots(recordings: Sequence[Recording]) -> dict[Slot, list[float]]:
    """Return the operands of the first of several recordings of one form that are not the same number in all."""
    found = {}
    for i, node in enumerate(recordings[0].calls):
        for k, operand in enumerate(node.inputs):
            numbers = [recording.calls[i].inputs[k] for recording in recordings]
            if not isinstance(operand, Node) and len(set(numbers)) > 1:
                found[node, k] = [float(number) for number in numbers]  # type: ignore[arg-type]
    return found


class Beside(JaxEngine):
    """One of several trainings: its state is a part of theirs, until it goes on alone."""

    side: Side | None = None
    alone: Tensors

    @property
    def arrays(self) -> Any:
        return self.alone if self.side is None else self.place.send(self.state)

    @arrays.setter
    def arrays(self, value: Tensors) -> None:
        self.alone, self.side = value, None

    @property
    def state(self) -> Mapping[str, Array]:
        return super().state if self.side is None else self.side.state(self)

    def finite(self) -> bool:
        if self.side is None:
            return super().finite()
        return all(np.isfinite(value).all() for value in self.state.values())

    def blocks(self, rows: int) -> Blocks:
        if rows not in self.kinds and self.side is not None:
            self.kinds[rows] = Blocks(self.job, rows, self.place, bool(self.data), len(self.side.engines))
        return super().blocks(rows)

    def settle(self) -> None:
        if self.side is not None:
            self.side.settle()
            self.side.tell(self)
        super().settle()


class Side:
    """Takes the steps of several trainings at once, all in the same place of an epoch."""

    def __init__(self, fits: Sequence[Fit]) -> None:
        self.engines = [beside(fit) for fit in fits]
        self.places = {engine: k for k, engine in enumerate(self.engines)}
        first = self.engines[0]
        self.step = first.step
        self.data = first.data if one_set(self.engines) else {}
        self.functions: dict[int, Any] = {}
        self.waiting: Sent | None = None
        self.seen, self.here = -1, dict[str, Array]()
        """After which step the state was copied here, and what it was."""
        self.bad: dict[Beside, Diverged] = {}
        """What has diverged and was not told yet."""
        self.arrays = {name: np.stack([e.arrays[name] for e in self.engines]) for name in first.arrays}
        for fit, engine in zip(fits, self.engines, strict=True):
            engine.data, engine.side, fit.engine = self.data, self, engine

    def state(self, engine: Beside) -> dict[str, Array]:
        """Return the state of one training."""
        if self.seen != self.step:
            self.seen, self.here = self.step, {name: np.asarray(value) for name, value in self.arrays.items()}
        k = self.places[engine]
        return {name: value[k].copy() for name, value in self.here.items()}

    def run(self, walks: Mapping[Beside, Walk], over: Callable[[Beside, bool, Diverged | None], None]) -> None:
        """Train all to their ends; `over` is told of each whether it came to its end, or how it diverged."""
        waiting = dict(walks)
        while waiting:
            orders, stop = dict[Beside, Array](), self.step
            for engine, walk in list(waiting.items()):
                try:
                    with np.errstate(all="ignore"):
                        self.tell(engine)
                        orders[engine], stop = next(walk)
                except StopIteration as end:
                    engine.arrays = engine.arrays
                    over(engine, bool(end.value), None)
                    del waiting[engine]
                except Diverged as error:
                    over(engine, False, error)
                    del waiting[engine]
            if orders:
                self.advance(orders, stop)

    def tell(self, engine: Beside) -> None:
        """Raise Diverged if it has."""
        if engine in self.bad:
            raise self.bad.pop(engine)

    def advance(self, orders: Mapping[Beside, Array], stop: int) -> None:
        """Take steps in epochs with these orders."""
        with bounded(None):
            before, self.waiting = self.waiting, self.send(orders, stop)
            self.look(before)
        for engine in orders:
            if monotonic() - engine.copied > APART:
                self.watched(engine, engine.settle)

    def send(self, orders: Mapping[Beside, Array], stop: int) -> Sent:
        """Begin with the next block of steps; one whose training is over takes those of another, for nothing."""
        other, step = next(iter(orders.values())), self.step
        parts = [engine.next(step, orders.get(engine, other), stop) for engine in self.engines]
        blocks, count = [part[0] for part in parts], parts[0][3]
        given = {name: np.stack([part[1][name] for part in parts]) for name in parts[0][1]}
        rows = None if parts[0][2] is None else np.stack([np.asarray(part[2]) for part in parts])
        self.here = {}  # what a step writes over may be shown there
        self.arrays, sums = self.function(blocks)(self.arrays, self.data, rows, given, np.int32(count))
        self.step += count
        for engine in orders:
            engine.step = self.step
        return Sent(step, count, blocks[0].rows, sums)

    def function(self, blocks: Sequence[Blocks]) -> Any:
        """Return the function of blocks of one size, a part of every argument per training."""
        rows = blocks[0].rows
        if rows not in self.functions:
            found = slots([block.recording for block in blocks]) | slots([block.loss for block in blocks])
            numbers = [np.array(values, type_of(node)) for (node, _), values in found.items()]
            function = jax.vmap(block_of(blocks[0], tuple(found)), in_axes=(0, None, 0, 0, None))
            self.functions[rows] = partial(compiled(function, blocks[0].place), numbers=numbers)
        return self.functions[rows]

    def settle(self) -> None:
        """Look at all that was sent."""
        before, self.waiting = self.waiting, None
        self.look(before)

    def look(self, sent: Sent | None) -> None:
        """Wait for a block and count what came of it."""
        if sent is None:
            return
        losses, right = (np.asarray(value) for value in sent.sums)
        for k, engine in enumerate(self.engines):
            if engine.side is self:
                self.watched(engine, partial(engine.look, replace(sent, sums=(losses[k], right[k]))))

    def watched(self, engine: Beside, call: Callable[[], None]) -> None:
        """Keep how a training diverged until it is asked for."""
        try:
            call()
        except Diverged as error:
            self.bad[engine] = error


def beside(fit: Fit) -> Beside:
    """Return the engine of a training as one that goes on with others."""
    engine = Beside(fit.job, dict(fit.engine.state), fit.engine.step)
    engine.score, engine.first = fit.engine.score, fit.engine.first
    return engine


def one_set(engines: Sequence[Beside]) -> bool:
    """Return whether all train on the same examples."""
    return len({engine.job.examples.digest() for engine in engines}) == 1


def type_of(node: Node) -> Any:
    """Return the type of a number among the operands of a call: that of the other operands."""
    return next((operand.dtype for operand in node.operands), np.dtype(np.float64))


def most(fit: Fit) -> int:
    """Return how many trainings like this one there is room for."""
    place = Alone(fit.job.device)
    size = 4 * sum(value.nbytes for value in fit.state.values()) + LIMITS.get(place.platform, OTHER).size
    return int(max(1, place.room // size))
