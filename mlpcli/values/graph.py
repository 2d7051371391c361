"""The numpy calls that a program comes down to, each made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Shape = tuple[int, ...]


@dataclass(eq=False)
class Node:
    """The value of one numpy call, or one that is known before: a given tensor, an array of ones or zeros."""

    function: Callable[..., Any] | None
    inputs: tuple[Node | float, ...]
    shape: Shape
    dtype: Any
    options: tuple[tuple[str, Any], ...] = ()
    name: str = ""
    """The name of a given tensor, or 'ones' or 'zeros' for an array of them."""

    @property
    def nbytes(self) -> int:
        return int(np.prod(self.shape)) * int(np.dtype(self.dtype).itemsize)

    @property
    def operands(self) -> list[Node]:
        return [operand for operand in self.inputs if isinstance(operand, Node)]


@dataclass
class Graph:
    """Nodes in the order in which they were asked for; the same call on the same operands is one node."""

    dtype: Any
    nodes: list[Node] = field(default_factory=list)
    known: dict[Any, Node] = field(default_factory=dict)

    def given(self, name: str, shape: Shape) -> Node:
        """Declare a tensor known beforehand; scalars count steps and are kept in double precision."""
        dtype = self.dtype if shape else np.float64
        return self.once(Node(None, (), shape, dtype, name=name))

    def call(self, function: Callable[..., Any] | None, *inputs: Node | float) -> Node:
        """Call a numpy function on nodes and numbers, cell by cell; returns the node of the result."""
        operands = [operand for operand in inputs if isinstance(operand, Node)]
        shape = np.broadcast_shapes(*(operand.shape for operand in operands))
        dtype = self.dtype if shape else np.float64
        if function in COMPARISONS:
            dtype = np.bool_
        if shape:
            inputs = tuple(self.narrow(o) if isinstance(o, Node) and not o.shape else o for o in inputs)
        return self.once(Node(function, inputs, shape, dtype))

    def narrow(self, scalar: Node) -> Node:
        """Bring a scalar to the arrays' precision, or numpy would compute in the scalar's."""
        return self.once(Node(np.positive, (scalar,), (), self.dtype))

    def dot(self, A: Node, B: Node) -> Node:
        return self.once(Node(np.dot, (A, B), (A.shape[0], *B.shape[1:]), self.dtype))

    def transposed(self, A: Node) -> Node:
        return (
            A.operands[0] if A.function is np.transpose else self.once(Node(np.transpose, (A,), A.shape[::-1], A.dtype))
        )

    def reduced(self, function: Callable[..., Any], A: Node, axis: int | None, keepdims: bool) -> Node:
        """Return a reduction such as np.maximum.reduce along an axis."""
        lengths = enumerate(A.shape)
        shape = tuple(1 if axis in (i, None) else n for i, n in lengths if keepdims or axis not in (i, None))
        return self.once(Node(function, (A,), shape, self.dtype, (("axis", axis), ("keepdims", keepdims))))

    def once(self, node: Node) -> Node:
        """Return this node, or the one like it that is there already."""
        key = (node.name, node.function, tuple(map(identity, node.inputs)), node.shape, node.options)
        if key not in self.known:
            self.known[key] = node
            self.nodes.append(node)
        return self.known[key]


COMPARISONS = (np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal, np.logical_not)


def identity(operand: Node | float) -> Any:
    """Return what tells operands apart: 1.0 and 1 are one, nodes are equal only to themselves."""
    return id(operand) if isinstance(operand, Node) else ("number", float(operand))
