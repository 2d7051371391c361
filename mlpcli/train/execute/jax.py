"""Training steps by JAX: many of them in one call of a compiled function, on a CPU or a GPU.

What numpy's executor records is compiled by XLA, in a loop whose number of rounds is given: so there is one function
per size of a batch. On a device with room for all examples these are sent there once; else each block of batches is,
filled while the one before is computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from ...nn.op import Array
from ..engines import GROWN, LEAST, Diverged
from ..score import Score
from .jax_blocks import Blocks, Tensors
from .jax_device import Alone

if TYPE_CHECKING:
    from ..fit import Job
    from ..hosts import Hosts

APART = 5.0
"""Seconds at least between two copies of the state, which are there to look back from."""


@dataclass(frozen=True)
class Sent:
    """A block of steps that is being computed."""

    step: int
    """Steps taken before it."""
    count: int
    rows: int
    sums: Any


class JaxEngine:
    """Takes the steps of a job in blocks; what came of one is looked at when the next is under way."""

    def __init__(self, job: Job, state: Mapping[str, Array], step: int) -> None:
        self.job, self.step, self.score = job, step, Score()
        self.first: float | None = None
        self.place = self.found_place()
        self.kinds: dict[int, Blocks] = {}
        self.waiting: Sent | None = None
        self.begin(step, {name: np.array(value) for name, value in state.items()})

    def found_place(self) -> Any:
        """Return where to compute: on a device of this process, or on those of all that train together."""
        if self.job.hosts is None:
            return Alone(self.job.device)
        from .jax_hosts import Together

        rows = min(self.job.batch_size, len(self.job.train))
        return Together(self.job.hosts, self.job.device, self.job.precision, rows)

    def begin(self, step: int, state: Tensors) -> None:
        """Stand before a step, in this state."""
        copies = {name: value.copy() for name, value in state.items()}  # for a step writes over what it is given
        self.step, self.arrays, self.waiting = step, self.place.send(copies), None
        self.known, self.copied = (step, state), monotonic()
        """A number of steps taken, the state that stood then, and when it was copied."""

    @cached_property
    def data(self) -> dict[str, Any]:
        """All examples on the device, if there is room for them."""
        examples = self.job.examples
        size = len(examples) * sum(examples.widths) * self.job.dtype.itemsize
        if size > self.place.room:
            return {}
        arrays = examples.batch(np.arange(len(examples)))
        return dict(self.place.send(dict(zip(self.job.program.batch, arrays, strict=True))))

    @property
    def state(self) -> Mapping[str, Array]:
        return {name: np.array(value) for name, value in self.arrays.items()}

    def advance(self, order: Array, stop: int) -> None:
        with bounded(self.job.hosts):
            before, self.waiting = self.waiting, self.send(order, stop)
            self.look(before)
        if not self.job.hosts and monotonic() - self.copied > APART:
            self.settle()

    def settle(self) -> None:
        with bounded(self.job.hosts):
            before, self.waiting = self.waiting, None
            self.look(before)
            if not self.finite():
                step = self.first_beyond(self.step)
                raise Diverged(f"the state after step {step + 1}", step, *self.state_before(step))
        if self.job.hosts or monotonic() - self.copied > APART:
            self.copy()  # by processes that train together at the same steps, whatever their clocks say

    def copy(self) -> None:
        """Copy the state over the last copy: memory that is new costs far more than what goes there."""
        memory = self.known[1]
        for name, value in self.arrays.items():
            np.copyto(memory[name], value)
        self.known, self.copied = (self.step, memory), monotonic()

    def send(self, order: Array, stop: int) -> Sent:
        """Begin with the next block of steps, at most up to `stop`: a part of an epoch that always begins alike."""
        step = self.step
        blocks, given, numbers, count = self.next(step, order, stop)
        self.arrays, sums = blocks.function(self.arrays, self.data, numbers, given, np.int32(count))
        self.step += count
        return Sent(step, count, blocks.rows, sums)

    def next(self, step: int, order: Array, stop: int) -> tuple[Blocks, Tensors, Array | None, int]:
        """Return the block of steps from `step` on: its kind, what is sent, row numbers, and how many steps it has."""
        job = self.job
        first, whole = step % job.steps_per_epoch, len(order) // job.batch_size
        rows = job.batch_size if first < whole else len(order) % job.batch_size
        blocks = self.blocks(rows)
        end = min(whole, (first // blocks.capacity + 1) * blocks.capacity) if first < whole else first + 1
        count = min(end - first, stop - step)
        given, numbers = blocks.filled(step, order[first * job.batch_size : first * job.batch_size + count * rows])
        return blocks, given, numbers, count

    def blocks(self, rows: int) -> Blocks:
        """Return the blocks of batches of some number of rows."""
        if rows not in self.kinds:
            self.kinds[rows] = Blocks(self.job, rows, self.place, bool(self.data))
        return self.kinds[rows]

    def look(self, sent: Sent | None) -> None:
        """Wait for a block and count what came of it. Raises Diverged if a loss is not finite."""
        if sent is None:
            return
        losses, right = (np.asarray(value)[: sent.count] for value in sent.sums)
        if not np.isfinite(losses).all():
            bad = sent.step + int(np.isfinite(losses).argmin())
            raise Diverged(f"the loss of step {bad + 1}", bad, *self.state_before(bad))
        means = losses / sent.rows
        if self.first is None:
            self.first = float(means[0])
        if means.max() > GROWN * max(self.first, LEAST):
            bad = sent.step + int(means.argmax())
            raise Diverged(f"the loss by step {bad + 1}", bad, *self.known, grown=True)
        self.score.examples += sent.count * sent.rows
        self.score.loss += float(losses.sum())
        if self.job.right:
            self.score.right = (self.score.right or 0) + int(right.sum())

    def state_before(self, step: int) -> tuple[int, Mapping[str, Array]]:
        """Return a step and the state before it, by taking the steps from the last one known on once more."""
        self.begin(*self.known)
        while self.step < step:
            self.repeat(step)
        return step, self.state

    def first_beyond(self, stop: int) -> int:
        """Return the first step, from the last state known on, after which a number is not finite, `stop` at last."""
        self.begin(*self.known)
        while self.step < stop and self.finite():
            self.repeat(self.step + 1)
        return self.step - 1

    def finite(self) -> bool:
        return bool(finite({name: value.addressable_data(0) for name, value in self.arrays.items()}))

    def repeat(self, stop: int) -> None:
        """Take steps once more, at most up to `stop`, and wait: what was sent of them may be read in place."""
        epoch = self.step // self.job.steps_per_epoch
        self.send(self.job.order(epoch), min(stop, (epoch + 1) * self.job.steps_per_epoch))
        jax.block_until_ready(self.arrays)


def all_finite(state: Tensors) -> Any:
    """Return whether every number is finite; by the largest size, which is more than twice as fast as isfinite."""
    return jnp.array([jnp.abs(value).max() < jnp.inf for value in state.values()]).all()


finite = jax.jit(all_finite)


@contextmanager
def bounded(hosts: Hosts | None) -> Iterator[None]:
    """Turn what jax says of too little memory into what Python says, and tell of a process that was lost."""
    try:
        if hosts is None:
            yield
        else:
            from .jax_hosts import lost

            with lost(hosts):
                yield
    except jax.errors.JaxRuntimeError as error:
        if "RESOURCE_EXHAUSTED" in str(error):
            raise MemoryError from None
        raise
