"""A number type that writes down as nodes of ONNX what is computed with it, in float32."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...values.shapes import Shaped
from ...values.special import cdf_ufunc
from ...values.value import PrimitiveError

OPERATORS = {
    np.add: "Add",
    np.subtract: "Sub",
    np.multiply: "Mul",
    np.divide: "Div",
    np.negative: "Neg",
    np.absolute: "Abs",
    np.maximum: "Max",
    np.minimum: "Min",
    np.sqrt: "Sqrt",
    np.exp: "Exp",
    np.log: "Log",
    np.tanh: "Tanh",
    np.matmul: "MatMul",
    np.greater: "Greater",
    np.greater_equal: "GreaterOrEqual",
    np.less: "Less",
    np.less_equal: "LessOrEqual",
    np.equal: "Equal",
}
"""Functions of arrays → the operator of ONNX that is the same."""

ML, FLOAT, DOUBLE = "ai.onnx.ml", 1, 11
"""The domain of operators on labels, the number of the type that all else is computed in, and that of float64."""


@dataclass(frozen=True)
class Node:
    """`output = operator(inputs; attributes)`."""

    operator: str
    inputs: tuple[str, ...]
    output: str
    attributes: dict[str, Any] = field(default_factory=dict)


class Graph:
    """Nodes in order, and the numbers that they are given; nothing else is called as the inputs are."""

    def __init__(self, inputs: Collection[str]) -> None:
        self.taken = frozenset(inputs)
        self.inputs: dict[str, Traced] = {}
        self.texts: set[str] = set()
        """Inputs that are texts."""
        self.nodes: list[Node] = []
        self.constants: dict[str, Any] = {}

    def given(self, name: str, shape: tuple[int, ...], text: bool = False) -> Traced:
        self.inputs[name] = Traced(self, name, shape)
        self.texts |= {name} if text else set()
        return self.inputs[name]

    def unused(self, name: str) -> str:
        """Return a name that no input has."""
        while name in self.taken:
            name += "_"
        return name

    def cast(self, value: Traced, type_: int) -> Traced:
        return self.apply("Cast", value.shape, value, to=type_)

    def constant(self, value: Any, name: str = "", dtype: Any = np.float32) -> Traced:
        """Return numbers as a tensor of the graph; a number that is there already is used again."""
        array = np.asarray(value, dtype)
        own = self.unused(name or (f"c_{array.item():.9g}" if array.ndim == 0 else f"c{len(self.constants)}"))
        self.constants[own] = array
        return Traced(self, own, array.shape)

    def apply(self, operator: str, shape: tuple[int, ...], *operands: Any, **attributes: Any) -> Traced:
        """Append a node."""
        tensors = [x if isinstance(x, Traced) else self.constant(x) for x in operands]
        name = self.unused(f"t{len(self.nodes)}")
        self.nodes.append(Node(operator, tuple(x.name for x in tensors), name, attributes))
        return Traced(self, name, shape)

    def integers(self, *numbers: int) -> Traced:
        """Return whole numbers, such as those of axes, as a tensor of the graph."""
        name = self.unused("i_" + "_".join(map(str, numbers)))
        self.constants[name] = np.array(numbers, np.int64)
        return Traced(self, name, (len(numbers),))


class Traced(Shaped):
    """An array that knows its name in a graph, and its shape."""

    def __init__(self, graph: Graph, name: str, shape: tuple[int, ...]) -> None:
        super().__init__(shape)
        self.graph, self.name = graph, name

    def __len__(self) -> int:
        raise PrimitiveError("a model of ONNX takes any number of rows: none of its steps can ask for it")

    def apply(self, function: Any, *operands: Any) -> Traced:
        shape = super().apply(function, *operands).shape
        if function is np.expm1:
            return self.graph.apply("Sub", shape, self.graph.apply("Exp", shape, *operands), 1)
        if function is np.log1p:
            return self.graph.apply("Log", shape, operands[0] + 1)
        if function is cdf_ufunc:
            erf = self.graph.apply("Erf", shape, operands[0] * math.sqrt(0.5))
            return self.graph.apply("Mul", shape, erf + 1, 0.5)
        if function is np.not_equal:
            return self.graph.apply("Not", shape, self.apply(np.equal, *operands))
        if function not in OPERATORS:
            raise PrimitiveError(f"no operator of ONNX is known for np.{function.__name__}")
        return self.graph.apply(OPERATORS[function], shape, *operands)

    def choose(self, condition: Any, chosen: Any, other: Any) -> Traced:
        shape = super().choose(condition, chosen, other).shape
        return self.graph.apply("Where", shape, condition, chosen, other)

    def reduce(self, function: Any, axis: int | None, keepdims: bool) -> Traced:
        shape = super().reduce(function, axis, keepdims).shape
        axes = list(range(len(self.shape))) if axis is None else [axis]
        if function is np.add:
            return self.graph.apply("ReduceSum", shape, self, self.graph.integers(*axes), keepdims=int(keepdims))
        return self.graph.apply("ReduceMax", shape, self, axes=axes, keepdims=int(keepdims))

    @property
    def T(self) -> Traced:
        return self.graph.apply("Transpose", self.shape[::-1], self)

    def stack(self, upper: Any, lower: Any) -> Traced:
        return self.graph.apply("Concat", super().stack(upper, lower).shape, upper, lower, axis=0)

    def __getitem__(self, rows: Any) -> Traced:
        raise PrimitiveError("a model of ONNX takes any number of rows: none of its steps can take some of them")
