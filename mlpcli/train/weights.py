"""What a training has learned, by our names or by PyTorch's."""

from __future__ import annotations

from collections.abc import Mapping

from ..nn.layers.linear import Linear
from ..nn.network import Network
from ..nn.op import Array
from ..nn.program import Program
from ..nn.saved import torch_key


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
