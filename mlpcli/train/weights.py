"""The weights of a network in files: .npz and .safetensors, under our names or PyTorch's."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ..config.arrays import ArrayError, read_member
from ..errors import InputError, Place, Problem, suggestion
from ..nn.layers.linear import Linear
from ..nn.network import Network
from ..nn.op import Array
from ..nn.program import Program

Naming = Literal["mlp", "torch"]
TORCH_FIELDS = {"W": "weight", "gamma": "weight", "B": "bias", "beta": "bias"}
EXTRA = "needs the package safetensors, the extra `safetensors`: pip install safetensors"


def encoded(path: Path, weights: Mapping[str, Array]) -> bytes:
    """The contents of a file of weights, by its suffix. Raises InputError."""
    if path.suffix == ".safetensors":
        data: bytes = safetensors(path).save({name: np.ascontiguousarray(value) for name, value in weights.items()})
        return data
    if path.suffix != ".npz":
        raise InputError(Problem(Place(str(path)), "", "weights go into a .npz or a .safetensors file"))
    stream = io.BytesIO()
    np.savez(stream, **weights)
    return stream.getvalue()


def read_weights(path: Path) -> dict[str, Array]:
    """Every array of a file of weights. Raises InputError."""
    try:
        if path.suffix == ".safetensors":
            return dict(safetensors(path).load(path.read_bytes()))
        if path.suffix != ".npz":
            raise ArrayError("weights come from a .npz or a .safetensors file; a .pt file can run code and is not read")
        with zipfile.ZipFile(path) as archive:
            size = path.stat().st_size
            return {name.removesuffix(".npy"): read_member(archive, name, size) for name in archive.namelist()}
    except FileNotFoundError:
        message = "no such file"
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
    except InputError:
        raise
    except ArrayError as error:
        message = str(error)
    except Exception as error:
        # zipfile, struct and safetensors each have exceptions of their own for a file that is damaged.
        message = f"is damaged or of another format: {str(error)[:200]}"
    raise InputError(Problem(Place(str(path)), "", message))


def safetensors(path: Path) -> Any:
    try:
        import safetensors.numpy
    except ImportError:
        raise InputError(Problem(Place(str(path)), "", EXTRA)) from None
    return safetensors.numpy


def of_state(program: Program, state: Mapping[str, Array]) -> dict[str, Array]:
    """The weights in a training's state, running statistics by the names that they have in evaluation."""
    renamed = {old: new for new, old in program.carry.items() if old not in program.parameters}
    return {renamed.get(name, name): state[name] for name in program.fields}


def to_torch(program: Program, network: Network, weights: Mapping[str, Array]) -> dict[str, Array]:
    """The weights as nn.Sequential of the same layers has them: 0.weight, (out, in)."""
    found = {}
    for name, (index, field) in program.fields.items():
        value = weights[name]
        if field != "W":
            value = value.reshape(-1)
        elif layout(network, index) == "in_out":
            value = value.T
        found[f"{index}.{TORCH_FIELDS.get(field, field)}"] = value
    return found


def to_ours(path: Path, program: Program, network: Network, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """The network's weights by our names, from arrays by our names or PyTorch's. Raises InputError."""
    if any(name in program.fields for name in arrays):
        missing = [name for name in program.fields if name not in arrays]
        if missing:
            hint = suggestion(missing[0], arrays)
            raise InputError(Problem(Place(str(path)), "", f"has no {', '.join(missing[:5])}{hint}"))
        return {name: arrays[name] for name in program.fields}
    plain = {match[1]: name for name in arrays if (match := re.search(r"(?:^|\.)(\d+\.\w+)$", name))}
    found = {}
    for name, (index, field) in program.fields.items():
        key = plain.get(f"{index}.{TORCH_FIELDS.get(field, field)}")
        if key is None:
            known = ", ".join(list(arrays)[:8]) or "nothing"
            message = f"has neither {name} nor {index}.{TORCH_FIELDS.get(field, field)}; it holds {known}"
            raise InputError(Problem(Place(str(path)), "", message))
        value = arrays[key]
        found[name] = value.T if field == "W" and layout(network, index) == "in_out" else value
    return found


def layout(network: Network, index: int) -> str:
    layer = network.layers[index]
    return (layer.layout if isinstance(layer, Linear) else None) or network.conventions.layout
