"""What a training has learned, by our names or by PyTorch's."""

from __future__ import annotations

from collections.abc import Mapping

from ..config.experiment import Experiment
from ..nn.op import Array
from ..nn.program import Program
from ..nn.saved import torch_key
from ..output.onnx.model import Around


def of_state(program: Program, state: Mapping[str, Array]) -> dict[str, Array]:
    """Return the weights in a training's state, running statistics by the names that they have in evaluation."""
    renamed = {old: new for old, new in program.successors.items() if old not in program.parameters}
    return {renamed.get(name, name): state[name] for name in program.fields}


def to_torch(program: Program, weights: Mapping[str, Array]) -> dict[str, Array]:
    """Return the weights as nn.Sequential of the same layers has them: 0.weight, (out, in)."""
    found = {}
    for name, (index, field) in program.fields.items():
        found[torch_key(index, field)] = weights[name].T if field == "W" else weights[name].reshape(-1)
    return found


def around(experiment: Experiment) -> Around:
    """Return what is done to inputs and outputs outside of the program."""
    encoding = experiment.encoding
    divide = getattr(experiment.inputs, "divide", None)
    if encoding is None:
        return Around(divide)
    columns = [name for feature in encoding.features for name in feature.inputs]
    outputs = encoding.outputs if encoding.numeric else None
    return Around(divide, encoding.inputs, outputs, columns, encoding.output_names)
