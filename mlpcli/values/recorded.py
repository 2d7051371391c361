"""Running a program on arrays that write down what is done to them, in place of doing it.

So the executor knows every op as the numpy calls it makes, and none by its name. Calls are written down as a person
tuning the loop would make them: column sums as products with ones, a mask multiplied in place of a choice, scalar
factors gathered and applied where the array is small.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .graph import Graph, Node, Shape
from .scale import Scale
from .value import Value

Operand = Any
"""A Recorded, or a number."""


class Recorded(Value):
    """`scale` times the value of a node; an op takes it for an array."""

    def __init__(self, recorder: Recorder, node: Node, scale: Scale = Scale()) -> None:  # noqa: B008 (immutable)
        self.recorder, self.node, self.scale = recorder, node, scale

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return self.node.shape

    @property
    def T(self) -> Recorded:
        return Recorded(self.recorder, self.recorder.graph.transposed(self.node), self.scale)

    def apply(self, function: Any, *operands: Operand) -> Recorded:
        return self.recorder.apply(function, *operands)

    def choose(self, condition: Any, chosen: Operand, other: Operand) -> Recorded:
        return self.recorder.choice(condition, chosen, other)

    def reduce(self, function: Any, axis: int | None, keepdims: bool) -> Recorded:
        recorder, axis = self.recorder, None if axis is None else axis % len(self.shape)
        if function is np.add:
            return recorder.sum(self, axis, keepdims)
        return Recorded(recorder, recorder.graph.reduced(np.maximum.reduce, recorder.plain(self), axis, keepdims))


class Recorder:
    """Writes down calls in a graph. `applied` notes each scalar factor that had to be multiplied into an array."""

    def __init__(self, dtype: Any) -> None:
        self.graph = Graph(np.dtype(dtype))
        self.applied: list[tuple[int, Scale]] = []
        self.rules: dict[Any, Callable[..., Recorded]] = {
            np.multiply: self.multiply,
            np.divide: self.divide,
            np.negative: lambda A: self.multiply(A, -1),
            np.add: lambda A, B: self.add(A, B, 1),
            np.subtract: lambda A, B: self.add(A, B, -1),
            np.matmul: self.matmul,
            np.maximum: self.maximum,
        }

    def given(self, name: str, shape: Shape) -> Recorded:
        return Recorded(self, self.graph.given(name, shape))

    def filled(self, name: str, shape: Shape) -> Node:
        """Return an array of 'ones' or 'zeros'."""
        return self.graph.given(name, shape)

    def apply(self, ufunc: np.ufunc, *inputs: Operand) -> Recorded:
        """Apply a ufunc, by its rule if it has one."""
        rule = self.rules.get(ufunc)
        if rule:
            return rule(*inputs)
        return Recorded(self, self.graph.call(ufunc, *map(self.plain, inputs)))

    def plain(self, A: Operand) -> Any:
        """Return the operand with its scale multiplied in: a node, or the number that it is."""
        if not isinstance(A, Recorded):
            return float(A)
        if not A.scale:
            return A.node
        small = smaller(A.node)
        if small is not None:  # the factor of a product belongs to the operand where it costs least
            large = next(operand for operand in A.node.inputs if operand is not small)
            return self.graph.call(np.multiply, large, self.plain(Recorded(self, small, A.scale)))
        if A.shape:
            self.applied.append((int(np.prod(A.shape)), A.scale))
        factor: Any = A.scale.number()
        for scalar, exponent in A.scale.others():
            function = np.multiply if exponent > 0 else np.divide
            for _ in range(abs(exponent)):
                factor = self.graph.call(function, factor, scalar) if isinstance(scalar, Node) else factor
        return self.graph.call(np.multiply, A.node, factor)

    def multiply(self, A: Operand, B: Operand) -> Recorded:
        """Multiply; scalars go into the scale."""
        if not isinstance(A, Recorded) or (A.shape == () and isinstance(B, Recorded) and B.shape):
            A, B = B, A
        if not isinstance(B, Recorded):
            if B == 0:
                return Recorded(self, self.graph.call(np.multiply, self.plain(A), 0.0))
            return Recorded(self, A.node, A.scale * Scale.of(B))
        if B.shape == () and A.shape:
            return Recorded(self, A.node, A.scale * B.scale * Scale.of(B.node))
        return Recorded(self, self.graph.call(np.multiply, A.node, B.node), A.scale * B.scale)

    def divide(self, A: Operand, B: Operand) -> Recorded:
        if not isinstance(B, Recorded):
            return Recorded(self, A.node, A.scale / Scale.of(B))
        if not isinstance(A, Recorded):
            return Recorded(self, self.graph.call(np.divide, float(A), B.node), Scale() / B.scale)
        if B.shape == () and A.shape:
            return Recorded(self, A.node, A.scale / B.scale / Scale.of(B.node))
        return Recorded(self, self.graph.call(np.divide, A.node, B.node), A.scale / B.scale)

    def add(self, A: Operand, B: Operand, sign: int) -> Recorded:
        """Return A + B or A − B, with common factors outside, or those of the operand that is costlier to multiply."""
        if not (isinstance(A, Recorded) and isinstance(B, Recorded)):
            function = np.add if sign == 1 else np.subtract
            return Recorded(self, self.graph.call(function, self.plain(A), self.plain(B)))
        costs = cost(A.node) - cost(B.node)
        common = A.scale.common(B.scale) if costs == 0 else (A if costs > 0 else B).scale
        left, right = A.scale / common, B.scale / common
        if right.power(-1):
            sign, right = -sign, right * Scale.of(-1)
        operands = self.plain(Recorded(self, A.node, left)), self.plain(Recorded(self, B.node, right))
        return Recorded(self, self.graph.call(np.add if sign == 1 else np.subtract, *operands), common)

    def matmul(self, A: Recorded, B: Recorded) -> Recorded:
        return Recorded(self, self.graph.dot(A.node, B.node), A.scale * B.scale)

    def maximum(self, A: Recorded, B: Operand) -> Recorded:
        """Return the larger of two; a scalar is written as an array, which is twice as fast."""
        operand = self.filled("zeros", A.shape) if not isinstance(B, Recorded) and B == 0 else self.plain(B)
        return Recorded(self, self.graph.call(np.maximum, self.plain(A), operand))

    def choice(self, condition: Recorded, A: Operand, B: Operand) -> Recorded:
        """Record np.where; where the other value is 0, a product with the mask."""
        if isinstance(A, Recorded) and not isinstance(B, Recorded) and B == 0:
            return Recorded(self, self.graph.call(np.multiply, A.node, self.mask(condition.node)), A.scale)
        if isinstance(B, Recorded) and not isinstance(A, Recorded) and A == 0:
            other = self.graph.call(np.logical_not, condition.node)
            return Recorded(self, self.graph.call(np.multiply, B.node, other), B.scale)
        return Recorded(self, self.graph.call(np.where, condition.node, self.plain(A), self.plain(B)))

    def mask(self, condition: Node) -> Node:
        """Write [Z > 0] as [max(0, Z) > 0] where the maximum is there anyway: nobody needs Z then."""
        if condition.function is np.greater and condition.inputs[1] == 0.0:
            Z = condition.operands[0]
            for node in self.graph.nodes:
                if node.function is np.maximum and node.operands[0] is Z and node.operands[1].name == "zeros":
                    return self.graph.call(np.greater, node, 0.0)
        return condition

    def sum(self, A: Recorded, axis: int | None, keepdims: bool) -> Recorded:
        """Sum over rows or columns by a product with ones."""
        if axis == 0 and keepdims:
            return Recorded(self, self.graph.dot(self.filled("ones", (1, A.shape[0])), A.node), A.scale)
        if axis == 1 and keepdims:
            return Recorded(self, self.graph.dot(A.node, self.filled("ones", (A.shape[1], 1))), A.scale)
        if axis == 1:
            return Recorded(self, self.graph.dot(A.node, self.filled("ones", (A.shape[1],))), A.scale)
        return Recorded(self, self.graph.reduced(np.add.reduce, A.node, axis, keepdims), A.scale)


def smaller(node: Node) -> Node | None:
    """Return the operand of a product that is smaller than the product: a row that scales columns."""
    if node.function is np.multiply and node.shape:
        return next((operand for operand in node.operands if operand.shape and operand.shape != node.shape), None)
    return None


def cost(node: Node) -> int:
    """Return how many cells a factor must be multiplied into."""
    return int(np.prod((smaller(node) or node).shape))
