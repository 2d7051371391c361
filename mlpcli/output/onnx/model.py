"""A network → the bytes of an ONNX model: the steps of its forward pass, node by node, with the scaling around them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...nn.program import Program
from ...nn.rows import Scaling
from ...nn.run import State, run
from ...tables.encoding import Feature
from ...values.shapes import ROWS
from .columns import encoded
from .graph import DOUBLE, FLOAT, ML, Graph, Traced

OPSETS, IR = {"": 17, ML: 3}, 8
"""Versions that runtimes since 2022 take."""
SCALING = ("fill", "shift", "scale")


@dataclass(frozen=True)
class Around:
    """What is done to inputs and outputs outside of the program, and what they are called."""

    divide: float | None = None
    inputs: Scaling | None = None
    outputs: Scaling | None = None
    features: Sequence[Feature] = ()
    """The columns of a table."""
    gaps: bool = True
    """Whether there may be gaps; of a row with one the outputs are nan otherwise."""
    answers: Sequence[str] = ()

    @property
    def apart(self) -> bool:
        """Whether each column is an input of its own: some are texts, or their gaps count."""
        return any(feature.kind == "category" or feature.gap for feature in self.features)

    @property
    def columns(self) -> list[str]:
        """Names of the columns that are inputs."""
        return [feature.name for feature in self.features]


def write_model(program: Program, state: Mapping[str, Any], around: Around, title: str) -> bytes:
    """Return the model: X (N, inputs) in a person's units → the outputs Y (N, C), in the targets' units.

    Of a table with texts each column is an input (N, 1) by its name. Names of columns and of outputs are in the
    metadata, as JSON. Raises ImportError where onnx is not installed.
    """
    import onnx
    from onnx import helper, numpy_helper

    graph = Graph(around.columns if around.apart else ("X",))
    found = traced(graph, program, state, around)
    output = graph.unused("Y")
    nodes = [
        helper.make_node(n.operator, n.inputs, [output if n.output == found.name else n.output], **n.attributes)
        for n in graph.nodes
    ]
    used = {name for node in graph.nodes for name in node.inputs}
    values = [numpy_helper.from_array(v, name) for name, v in graph.constants.items() if name in used]
    inputs = [
        helper.make_tensor_value_info(name, kind_of(name in graph.texts), ["N", int(tensor.shape[1])])
        for name, tensor in graph.inputs.items()
    ]
    outputs = [helper.make_tensor_value_info(output, kind_of(text=False), ["N", int(found.shape[1])])]
    made = helper.make_graph(nodes, title or "mlp", inputs, outputs, values)
    domains = {"", *(node.attributes.get("domain", "") for node in graph.nodes)}
    versions = [helper.make_opsetid(domain, OPSETS[domain]) for domain in sorted(domains)]
    model = helper.make_model(made, opset_imports=versions, producer_name="mlp", ir_version=IR)
    named = {"columns": list(around.columns), "answers": list(around.answers)}
    helper.set_model_props(model, {key: json.dumps(names, ensure_ascii=False) for key, names in named.items() if names})
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


def traced(graph: Graph, program: Program, state: Mapping[str, Any], around: Around) -> Traced:
    """Write down the forward pass, from what a person has to what a person reads; returns the outputs."""
    width = int(program.tensors[program.input].shape[1])
    own = encoded(graph, around.features) if around.apart else graph.given("X", (ROWS, width))
    X = scaled(graph, own, around)
    given = {name: graph.constant(value, name) for name, value in state.items() if name in program.tensors}
    last = [name for name, step in program.by_name.items() if step.section == "forward"][-1]
    found = run(program, State(), {}, lambda number: number, given={**given, program.input: X}, until=last)[last]
    if around.outputs is not None:
        found = unscaled(graph, found, around.outputs)
    if not around.gaps:
        found = found + (own * 0).sum(axis=1, keepdims=True)  # nan where one of them is
    return graph.apply("Identity", found.shape, found)


def kind_of(text: bool) -> Any:
    """Return what ONNX calls the type of an input or output."""
    from onnx import TensorProto

    return TensorProto.STRING if text else TensorProto.FLOAT


def scaled(graph: Graph, X: Traced, around: Around) -> Traced:
    """Bring inputs from a person's units to those of the network; a gap, which is nan, is filled.

    In float64, for a number far from 0 that varies little has few digits left in float32 when its mean is taken off.
    """
    if around.divide is None and around.inputs is None:
        return X
    X = graph.cast(X, DOUBLE)
    if around.divide is not None:
        X = X / graph.constant(around.divide, "divide", np.float64)
    if around.inputs is not None:
        fill, shift, scale = (graph.constant(getattr(around.inputs, k), k, np.float64) for k in SCALING)
        gaps = graph.apply("IsNaN", X.shape, X)
        X = (graph.apply("Where", X.shape, gaps, fill, X) - shift) / scale
    return graph.cast(X, FLOAT)


def unscaled(graph: Graph, Y: Traced, outputs: Scaling) -> Traced:
    """Bring outputs to a person's units."""
    scale, shift = (graph.constant(getattr(outputs, k), f"{k}_out", np.float64) for k in ("scale", "shift"))
    return graph.cast(graph.cast(Y, DOUBLE) * scale + shift, FLOAT)
