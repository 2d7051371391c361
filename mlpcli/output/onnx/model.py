"""A network → the bytes of an ONNX model: the steps of its forward pass, node by node, with the scaling around them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...nn.program import Program
from ...nn.rows import Scaling
from ...nn.run import State, run
from ...values.shapes import ROWS
from .graph import Graph, Traced

OPSET, IR = 17, 8
"""Versions that runtimes since 2022 take."""


@dataclass(frozen=True)
class Around:
    """What is done to inputs and outputs outside of the program, and what they are called."""

    divide: float | None = None
    inputs: Scaling | None = None
    outputs: Scaling | None = None
    columns: Sequence[str] = ()
    answers: Sequence[str] = ()


def write_model(program: Program, state: Mapping[str, Any], around: Around, title: str) -> bytes:
    """Return the model: X (N, inputs) in a person's units → the outputs (N, C), in the targets' units.

    Names of columns and of outputs are in its metadata, as JSON. Raises ImportError where onnx is not installed.
    """
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    graph = Graph()
    width = int(program.tensors[program.input].shape[1])
    X = scaled(graph, graph.given("X", (ROWS, width)), around)
    given = {name: graph.constant(value, name) for name, value in state.items() if name in program.tensors}
    last = [name for name, step in program.by_name.items() if step.section == "forward"][-1]
    found = run(program, State(), {}, lambda number: number, given={**given, program.input: X}, until=last)[last]
    if around.outputs is not None:
        scale, shift = (graph.constant(getattr(around.outputs, k), f"{k}_out") for k in ("scale", "shift"))
        found = found * scale + shift
    Y = graph.apply("Identity", found.shape, found)
    nodes = [helper.make_node(n.operator, n.inputs, [renamed(n.output, Y)], **n.attributes) for n in graph.nodes]
    used = {name for node in graph.nodes for name in node.inputs}
    values = [numpy_helper.from_array(v, name) for name, v in graph.constants.items() if name in used]
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", int(size)])
        for name, size in (("X", width), ("Y", found.shape[1]))
    ]
    made = helper.make_graph(nodes, title or "mlp", ends[:1], ends[1:], values)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="mlp", ir_version=IR)
    named = {"columns": list(around.columns), "answers": list(around.answers)}
    helper.set_model_props(model, {key: json.dumps(names, ensure_ascii=False) for key, names in named.items() if names})
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


def renamed(name: str, last: Traced) -> str:
    return "Y" if name == last.name else name


def scaled(graph: Graph, X: Traced, around: Around) -> Traced:
    """Bring inputs from a person's units to those of the network; a gap, which is nan, is filled."""
    if around.divide is not None:
        X = X / graph.constant(around.divide, "divide")
    if around.inputs is not None:
        gaps = graph.apply("IsNaN", X.shape, X)
        filled = graph.apply("Where", X.shape, gaps, graph.constant(around.inputs.fill, "fill"), X)
        X = (filled - graph.constant(around.inputs.shift, "shift")) / graph.constant(around.inputs.scale, "scale")
    return X
