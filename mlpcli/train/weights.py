"""What a training has learned, to be kept: by our names or by PyTorch's."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ..errors import InputError, Place, Problem
from ..files.streams import ArrayError
from ..files.weights import safetensors
from ..nn.layers.linear import Linear
from ..nn.network import Network
from ..nn.op import Array
from ..nn.program import Program
from ..nn.saved import torch_key


def encoded(path: Path, weights: Mapping[str, Array]) -> bytes:
    """The contents of a file of weights, by its suffix. Raises InputError."""
    if path.suffix == ".safetensors":
        try:
            data: bytes = safetensors().save({name: np.ascontiguousarray(value) for name, value in weights.items()})
        except ArrayError as error:
            raise InputError(Problem(Place(str(path)), "", str(error))) from None
        return data
    if path.suffix != ".npz":
        raise InputError(Problem(Place(str(path)), "", "weights go into a .npz or a .safetensors file"))
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **dict(weights))
    return stream.getvalue()


def of_state(program: Program, state: Mapping[str, Array]) -> dict[str, Array]:
    """The weights in a training's state, running statistics by the names that they have in evaluation."""
    renamed = {old: new for new, old in program.carry.items() if old not in program.parameters}
    return {renamed.get(name, name): state[name] for name in program.fields}


def to_torch(program: Program, network: Network, weights: Mapping[str, Array]) -> dict[str, Array]:
    """The weights as nn.Sequential of the same layers has them: 0.weight, (out, in)."""
    found = {}
    for name, (index, field) in program.fields.items():
        layer, value = network.layers[index], weights[name]
        layout = (layer.layout if isinstance(layer, Linear) else None) or network.conventions.layout
        if field != "W":
            value = value.reshape(-1)
        elif layout == "in_out":
            value = value.T
        found[torch_key(index, field)] = value
    return found
