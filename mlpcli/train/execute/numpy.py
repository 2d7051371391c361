"""A plan bound to memory: one training step is a list of calls that allocate nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from ...nn.op import Array
from ...nn.program import Program
from ...values.graph import Node, Shape
from ...values.special import FLOATS
from .blas import accumulation
from .plan import make_plan

Call = Callable[[], Any]


class Memory:
    """Scratch memory and constants, which executors for batches of different sizes share."""

    def __init__(self, dtype: Any) -> None:
        self.dtype = np.dtype(dtype)
        self.scratch = np.empty(0, np.uint8)
        self.pools: dict[str, Array] = {}

    def reserve(self, size: int) -> None:
        """Make the scratch memory at least so large, and aligned."""
        if len(self.scratch) < size:
            raw = np.empty(size + 64, np.uint8)
            start = -raw.ctypes.data % 64
            self.scratch = raw[start : start + size]

    def part(self, start: int, node: Node) -> Array:
        return self.scratch[start : start + node.nbytes].view(node.dtype).reshape(node.shape)

    def filled(self, name: str, shape: Shape) -> Array:
        """An array of 'ones' or 'zeros', part of one that all share."""
        size = int(np.prod(shape))
        if name not in self.pools or self.pools[name].size < size:
            self.pools[name] = getattr(np, name)(size, self.dtype)
        return self.pools[name][:size].reshape(shape)


class Executor:
    """Takes training steps on batches of one size.

    `given` holds the arrays that steps read: the batch, which the caller fills, and what training changes, in place.
    """

    def __init__(self, program: Program, given: Mapping[str, Array], memory: Memory, kept: Sequence[str] = ()) -> None:
        plan = make_plan(program, kept, memory.dtype)
        memory.reserve(plan.size)
        self.plan, self.given, self.memory = plan, given, memory
        self.arrays: dict[Node, Array] = {}
        calls = [self.bound(node) for node in plan.calls]
        self.first = [call for group in calls[: plan.forward] for call in group]
        self.second = [call for group in calls[plan.forward :] for call in group]
        self.kept = {name: self.array(node) for name, node in plan.kept.items()}

    def forward(self) -> None:
        """Everything before the backward pass."""
        for call in self.first:
            call()

    def backward(self) -> None:
        """The backward pass and the update."""
        for call in self.second:
            call()

    def bound(self, node: Node) -> list[Call]:
        """The calls that compute a node, their operands and results in place."""
        if node.function is np.transpose:
            return []
        if node in self.plan.accumulates:
            return self.accumulated(node, self.plan.accumulates[node])
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
        """A product added to what the node overwrites, or taken off."""
        factors = [self.array(operand) for operand in product.operands]
        call = accumulation(self.array(node), factors[0], factors[1], 1.0 if node.function is np.add else -1.0)
        assert call is not None, "planned only where the BLAS has it, on matrices that lie in one piece"
        return [call]

    def array(self, node: Node) -> Array:
        """Where the value of a node lies."""
        if node not in self.arrays:
            self.arrays[node] = self.place(node)
        return self.arrays[node]

    def place(self, node: Node) -> Array:
        if node.function is np.transpose:
            return self.array(node.operands[0]).T
        if node in self.plan.overwrites:
            return self.given[self.plan.overwrites[node]]
        if node in self.plan.slots:
            return self.memory.part(self.plan.slots[node], node)
        if node.function is not None:
            return np.empty(node.shape, node.dtype)
        return self.given[node.name] if node.name in self.given else self.memory.filled(node.name, node.shape)
