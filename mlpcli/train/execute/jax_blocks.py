"""Blocks of batches of one size: what is sent to a device, and the compiled function that takes their steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ...nn.op import Array
from ...values.shapes import numeric
from ..score import loss_step
from .jax_calls import Slot, evaluate
from .jax_device import compiler_options
from .recording import Recording, record_step

if TYPE_CHECKING:
    from ..fit import Job

BLOCK = 2**23
"""Bytes of a block, about: what is filled is in the cache when it is read."""
LONGEST = 4096
"""Steps of a block at most."""
WORK = {"cpu": 2e10}
"""Multiplications of a block, about, by the kind of device: less than a second, for signals wait for its end."""
MORE_WORK = 1e13
UNROLLED = 4
"""Steps per round of the loop on a device that waits for its host between rounds: any but a CPU."""
ALIGNMENT = 64
Tensors = Mapping[str, Any]


class Blocks:
    """Batches of `rows` rows, up to `capacity` of them in a block; of data that lie on the device, row numbers only.

    Of several trainings side by side each has blocks of its own, which take their part of the room.
    """

    def __init__(self, job: Job, rows: int, place: Any, resident: bool, beside: int = 1) -> None:
        self.job, self.rows, self.place, self.resident = job, rows, place, resident
        self.part = place.part(rows)
        own = len(range(rows)[self.part])
        loss = loss_step(job.program)
        self.recording = record_step(job.program, [loss.name, *loss.operands], rows, job.dtype)
        given = [*([] if resident else job.program.batch), *job.program.rules]
        shapes = {name: numeric(job.program.tensors[name].shape, own) for name in given}
        types = {name: job.dtype if shape else np.dtype(np.float64) for name, shape in shapes.items()}
        size = sum(int(np.prod(shapes[name])) * types[name].itemsize for name in given) + resident * rows * 4
        whole, rest = divmod(len(job.train), job.batch_size)
        batches = 1 if rows == rest else whole
        enough = WORK.get(place.platform, MORE_WORK) / work(self.recording)
        wanted = min(LONGEST, BLOCK / size / beside, enough / beside, batches)
        self.capacity = int(wanted) // UNROLLED * UNROLLED or max(1, int(wanted))

        def memory() -> dict[str, Array]:
            return {name: aligned((self.capacity, *shapes[name]), types[name]) for name in given}

        # One is filled while the device may still read the other, in place.
        self.memories: Iterator[dict[str, Array]] = cycle((memory(), memory()))
        self.unrolled = 1 if place.platform == "cpu" else UNROLLED
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
    options = compiler_options(place.platform)
    return jax.jit(block, donate_argnums=0, out_shardings=place.outputs, compiler_options=options)  # type: ignore[no-any-return]


def block_of(blocks: Blocks, slots: Sequence[Slot] = ()) -> Callable[..., Any]:
    """Return the function (state, data on the device, row numbers in them, given, steps) → (state, what came of it).

    That is the sum of the losses of each step, and how many examples were answered right. Where there are slots, it is
    called with the numbers that stand there too.
    """
    job, capacity, unrolled, recording = blocks.job, blocks.capacity, blocks.unrolled, blocks.recording
    loss = loss_step(job.program)

    def step(state: Tensors, batch: Tensors, numbers: Sequence[Any]) -> tuple[Tensors, Any, Any]:
        known = dict(zip(slots, numbers, strict=True))
        values = evaluate(recording, {**state, **batch}, job.precision, known)
        new = {name: values[node] for name, node in recording.updates.items()}
        losses, outputs, D = (values[recording.kept[name]] for name in (loss.name, *loss.operands))
        right = job.right(outputs, D).sum(dtype=jnp.int32) if job.right else 0
        return {**state, **new}, losses.sum(dtype=jnp.float64), right

    def block(state: Tensors, data: Tensors, rows: Any, given: Tensors, count: Any, numbers: Sequence[Any] = ()) -> Any:
        def one(i: Any, carry: Any) -> Any:
            state, losses, right = carry
            batch = {name: lax.dynamic_index_in_dim(values, i, keepdims=False) for name, values in given.items()}
            batch |= {name: values[rows[i]] for name, values in data.items()}
            state, loss, more = step(state, batch, numbers)
            return state, losses.at[i].set(loss), right + more

        def several(k: Any, carry: Any) -> Any:
            for i in range(unrolled):
                carry = one(k * unrolled + i, carry)
            return carry

        carry = (state, jnp.zeros(capacity, jnp.float64), jnp.int32(0))
        if capacity == 1:
            carry = one(0, carry)
        else:
            rounds = count // unrolled if unrolled > 1 else jnp.int32(0)
            carry = lax.fori_loop(jnp.int32(0), rounds, several, carry) if unrolled > 1 else carry
            carry = lax.fori_loop(rounds * unrolled, count, one, carry)
        state, losses, right = carry
        return state, (losses, right)

    return block
