"""Blocks of batches of one size: what is sent to a device, and the compiled function that takes their steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ...nn.op import Array
from ...values.shapes import numeric
from ..score import loss_alone, loss_step
from .jax_calls import Slot, evaluate
from .jax_device import compiler_options
from .recording import Recording, record_step

if TYPE_CHECKING:
    from ..fit import Job

LONGEST = 4096
"""Steps of a block at most."""
ALIGNMENT = 64
Tensors = Mapping[str, Any]


class Limits(NamedTuple):
    """How long a block may be on a kind of device, and how its steps are compiled."""

    size: int
    """Bytes of it, about."""
    work: float
    """Multiplications, about: a second's, for signals wait for its end; no fewer, for each block asks for memory."""
    unroll: int | None
    """Steps per round of a loop whose number of rounds is compiled in; nothing where it is told in each call."""


LIMITS = {"cpu": Limits(size=2**23, work=5e10, unroll=None)}
"""On a CPU what is filled is in the cache when it is read."""
OTHER = Limits(size=2**26, work=1e13, unroll=4)
"""Any other device waits for its host between rounds, and asks it whether there is one more unless it knows."""


class Blocks:
    """Batches of `rows` rows, up to `capacity` of them in a block; of data that lie on the device, row numbers only.

    Of several trainings side by side each has blocks of its own, which take their part of the room.
    """

    def __init__(self, job: Job, rows: int, place: Any, resident: bool, beside: int = 1) -> None:
        self.job, self.rows, self.place, self.resident = job, rows, place, resident
        self.part = place.part(rows)
        own = len(range(rows)[self.part])
        loss = loss_step(job.program)
        self.recording = record_step(job.program, loss.operands[:1], rows, job.dtype)
        given = [*([] if resident else job.program.batch), *job.program.rules]
        shapes = {name: numeric(job.program.tensors[name].shape, own) for name in given}
        types = {name: job.dtype if shape else np.dtype(np.float64) for name, shape in shapes.items()}
        size = sum(int(np.prod(shapes[name])) * types[name].itemsize for name in given) + resident * rows * 4
        size += sum(node.nbytes for node in self.recording.kept.values())
        whole, rest = divmod(len(job.train), job.batch_size)
        batches = 1 if rows == rest else whole
        limits = LIMITS.get(place.platform, OTHER)
        wanted = min(LONGEST, limits.size / size / beside, limits.work / work(self.recording) / beside, batches)
        self.capacity, self.unroll = max(1, int(wanted)), limits.unroll
        self.loss = record_step(loss_alone(job.program), [loss.name], self.capacity * rows, job.dtype)

        def memory() -> dict[str, Array]:
            return {name: aligned((self.capacity, *shapes[name]), types[name]) for name in given}

        # One is filled while the device may still read the other, in place.
        self.memories: Iterator[dict[str, Array]] = cycle((memory(), memory()))
        self.function = compiled(block_of(self), place)

    def filled(self, step: int, rows: Array) -> tuple[Tensors, Array | None]:
        """Return what the steps from `step` on are given, on batches of these rows, one after the other."""
        given, count = next(self.memories), len(rows) // self.rows
        if not self.resident:
            own = rows.reshape(count, self.rows)[:, self.part].reshape(-1)
            blocks = (given[name][:count] for name in self.job.program.batch)
            self.job.examples.fill(own, *(block.reshape(len(own), *block.shape[2:]) for block in blocks))
        for name, rule in self.job.program.rules.items():
            for i in range(count):
                value = rule(step + i, self.rows)
                given[name][i] = value[self.part] if np.ndim(value) else value
        if not self.resident:
            return self.place.given(given, self.rows), None
        numbers = np.zeros((self.capacity, self.rows), np.int32)
        numbers[:count] = rows.reshape(count, self.rows)
        return given, numbers


def aligned(shape: tuple[int, ...], dtype: Any) -> Array:
    """Return an array, not filled, that lies where jax takes it as it is and a CPU reads it in place."""
    size = int(np.prod(shape)) * int(dtype.itemsize)
    raw = np.empty(size + ALIGNMENT, np.uint8)
    start = -raw.ctypes.data % ALIGNMENT
    return raw[start : start + size].view(dtype).reshape(shape)


def work(recording: Recording) -> int:
    """Count the multiplications of a step's matrix products."""
    products = [node.operands for node in recording.calls if node.function is np.dot]
    return 1 + sum(int(np.prod(A.shape)) * int(np.prod(B.shape[1:])) for A, B in products)


def compiled(block: Callable[..., Any], place: Any) -> Callable[..., Any]:
    """Return the function that takes the steps of a block, which is compiled when it is called first."""
    told = LIMITS.get(place.platform, OTHER).unroll is None
    return jax.jit(  # type: ignore[no-any-return]
        block,
        donate_argnums=0,
        static_argnums=() if told else 4,
        out_shardings=place.outputs,
        compiler_options=compiler_options(place.platform),
    )


def block_of(blocks: Blocks, slots: Sequence[Slot] = ()) -> Callable[..., Any]:
    """Return the function (state, data on the device, row numbers in them, given, steps) → (state, what came of it).

    That is the sum of the losses of each step, and how many of its examples were answered right. Both are computed
    after the steps, of all at once: a step needs neither. Where there are slots, it is called with the numbers that
    stand there too.
    """
    job, recording, capacity, rows = blocks.job, blocks.recording, blocks.capacity, blocks.rows
    loss, (output, target) = loss_step(job.program).name, loss_step(job.program).operands

    def block(
        state: Tensors, data: Tensors, places: Any, given: Tensors, count: Any, numbers: Sequence[Any] = ()
    ) -> tuple[Tensors, Any]:
        known = dict(zip(slots, numbers, strict=True))

        def step(i: Any, carry: Any) -> Any:
            state, outputs = carry
            batch = {name: lax.dynamic_index_in_dim(values, i, keepdims=False) for name, values in given.items()}
            batch |= {name: values[places[i]] for name, values in data.items()}
            values = evaluate(recording, {**state, **batch}, job.precision, known)
            new = {name: values[node] for name, node in recording.updates.items()}
            return {**state, **new}, outputs.at[i].set(values[recording.kept[output]])

        last = recording.kept[output]
        carry = (state, jnp.zeros((capacity, *last.shape), last.dtype))
        loop = partial(lax.fori_loop, np.int32(0), count, step, unroll=blocks.unroll)
        state, outputs = step(0, carry) if capacity == 1 else loop(carry)
        Y, D = outputs, data[target][places] if target in data else given[target]
        Y, D = (values.reshape(capacity * rows, -1) for values in (Y, D))
        losses = evaluate(blocks.loss, {output: Y, target: D}, None, known)[blocks.loss.kept[loss]]
        right = job.right(Y, D) if job.right else jnp.zeros(capacity * rows, bool)
        sums = (losses, jnp.float64), (right, jnp.int32)
        return state, tuple(each.reshape(capacity, rows).sum(axis=1, dtype=dtype) for each, dtype in sums)

    return block
