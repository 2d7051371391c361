"""Training steps by numpy: a layout bound to memory is a list of calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from ...nn.op import Array
from ...nn.program import Program
from ...values.graph import Node, Shape
from ...values.shapes import numeric
from ...values.special import FLOATS
from .blas import accumulation
from .layout import Layout, lay_out
from .recording import record_step

Call = Callable[[], Any]


class Memory:
    """Scratch memory and constants, which executors for batches of different sizes share."""

    def __init__(self, dtype: Any) -> None:
        self.dtype = np.dtype(dtype)
        self.scratch = np.empty(0, np.uint8)
        self.pools: dict[str, Array] = {}

    def reserve(self, size: int) -> None:
        """Make the scratch memory at least this large, and aligned."""
        if len(self.scratch) < size:
            raw = np.empty(size + 64, np.uint8)
            start = -raw.ctypes.data % 64
            self.scratch = raw[start : start + size]

    def part(self, start: int, node: Node) -> Array:
        return self.scratch[start : start + node.nbytes].view(node.dtype).reshape(node.shape)

    def filled(self, name: str, shape: Shape) -> Array:
        """Return an array of 'ones' or 'zeros', part of one that all share."""
        size = int(np.prod(shape))
        if name not in self.pools or self.pools[name].size < size:
            self.pools[name] = getattr(np, name)(size, self.dtype)
        return self.pools[name][:size].reshape(shape)


class NumpyExecutor:
    """Takes training steps by numpy on one machine; the state is changed in place."""

    def __init__(self, program: Program, state: dict[str, Array], dtype: Any, kept: Sequence[str]) -> None:
        self.program, self.state, self.wanted = program, state, kept
        self.memory = Memory(dtype)
        self.known: dict[int, Bound] = {}

    def bound(self, rows: int) -> Bound:
        """Return the calls for batches of some number of rows."""
        if rows not in self.known:
            layout = lay_out(record_step(self.program, self.wanted, rows, self.memory.dtype))
            self.known[rows] = Bound(layout, self.state, self.memory, self.buffers(rows))
        return self.known[rows]

    def buffers(self, rows: int) -> dict[str, Array]:
        """Return what the caller fills before a step."""
        filled = [*self.program.batch, *self.program.rules]
        shapes = {name: numeric(self.program.tensors[name].shape, rows) for name in filled}
        return {name: np.empty(shape, self.memory.dtype if shape else np.float64) for name, shape in shapes.items()}

    def inputs(self, rows: int) -> Mapping[str, Array]:
        return self.bound(rows).inputs

    def forward(self, rows: int) -> Mapping[str, Array]:
        bound = self.bound(rows)
        for call in bound.first:
            call()
        return bound.kept

    def backward(self, rows: int) -> None:
        for call in self.bound(rows).second:
            call()


class Bound:
    """A layout bound to memory: a list of calls that allocate nothing."""

    def __init__(self, layout: Layout, state: Mapping[str, Array], memory: Memory, inputs: dict[str, Array]) -> None:
        memory.reserve(layout.size)
        self.layout, self.memory, self.inputs = layout, memory, inputs
        self.given = {**state, **inputs}
        self.arrays: dict[Node, Array] = {}
        calls = [self.calls_of(node) for node in layout.calls]
        self.first = [call for group in calls[: layout.forward] for call in group]
        self.second = [call for group in calls[layout.forward :] for call in group]
        self.kept = {name: self.array(node) for name, node in layout.kept.items()}

    def calls_of(self, node: Node) -> list[Call]:
        """Return the calls that compute a node, their operands and results in place."""
        if node.function is np.transpose:
            return []
        if node in self.layout.accumulates:
            return self.accumulated(node, self.layout.accumulates[node])
        operands = [self.array(o) if isinstance(o, Node) else o for o in node.inputs]
        out = self.array(node)
        if node.function is np.where:
            condition, chosen, other = operands
            fill = [] if other is out else [partial(np.copyto, out, other)]
            return [*fill, partial(np.copyto, out, chosen, where=condition)]
        assert node.function is not None
        if node.function in FLOATS:
            function = FLOATS[node.function]
            return [lambda: np.copyto(out, function(*operands))]
        return [partial(node.function, *operands, out=out, **dict(node.options))]

    def accumulated(self, node: Node, product: Node) -> list[Call]:
        """Return the calls that add a product to what the node overwrites, or take it off."""
        factors = [self.array(operand) for operand in product.operands]
        call = accumulation(self.array(node), factors[0], factors[1], 1.0 if node.function is np.add else -1.0)
        assert call is not None, "planned only where the BLAS has it, on matrices that lie in one piece"
        return [call]

    def array(self, node: Node) -> Array:
        """Return where the value of a node lies."""
        if node not in self.arrays:
            self.arrays[node] = self.place(node)
        return self.arrays[node]

    def place(self, node: Node) -> Array:
        if node.function is np.transpose:
            return self.array(node.operands[0]).T
        if node in self.layout.overwrites:
            return self.given[self.layout.overwrites[node]]
        if node in self.layout.slots:
            return self.memory.part(self.layout.slots[node], node)
        if node.function is not None:
            return np.empty(node.shape, node.dtype)
        return self.given[node.name] if node.name in self.given else self.memory.filled(node.name, node.shape)
