"""What a training has learned, by our names or by PyTorch's."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..config.experiment import Experiment
from ..nn.op import Array
from ..nn.program import Program
from ..nn.rows import Scaling
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


KERAS = {"W": "kernel", "B": "bias", "running_mean": "moving_mean", "running_var": "moving_variance"}


def to_keras(program: Program, weights: Mapping[str, Array]) -> dict[str, Array]:
    """Return the weights as Keras has them: layer0/kernel, (in, out)."""
    fields = {name: (index, KERAS.get(field, field)) for name, (index, field) in program.fields.items()}
    return {f"layer{i}/{kind}": flat(weights[name], kind == "kernel") for name, (i, kind) in fields.items()}


def to_sklearn(program: Program, weights: Mapping[str, Array]) -> dict[str, Array]:
    """Return the weights as scikit-learn's MLPs have them: coefs_0, (in, out), and intercepts_0. Raises ValueError."""
    kinds = {"W": "coefs", "B": "intercepts"}
    order = list(dict.fromkeys(index for index, _ in program.fields.values()))
    if not {field for _, field in program.fields.values()} <= kinds.keys():
        raise ValueError("scikit-learn has no layers but linear ones and activations")
    return {
        f"{kinds[field]}_{order.index(index)}": flat(weights[name], field == "W")
        for name, (index, field) in program.fields.items()
    }


def flat(value: Array, matrix: bool) -> Array:
    return value if matrix else value.reshape(-1)


NAMES = {"torch": to_torch, "keras": to_keras, "sklearn": to_sklearn}
"""Whose names and layouts weights are written in."""


def around(experiment: Experiment) -> Around:
    """Return what is done to inputs and outputs outside of the program."""
    experiment = experiment.fitted()
    encoding = experiment.encoding
    divide = getattr(experiment.inputs, "divide", None)
    if encoding is None:
        nothing, unit = np.zeros(1), np.full(1, experiment.unit)
        return Around(divide, outputs=None if experiment.unit == 1 else Scaling(nothing, unit, nothing))
    outputs, gaps = encoding.outputs if encoding.numeric else None, encoding.missing in ("mean", "level")
    return Around(divide, encoding.inputs, outputs, encoding.features, gaps, encoding.output_names)
