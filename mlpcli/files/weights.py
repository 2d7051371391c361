"""Files of weights: .npz, .safetensors, and checkpoints of PyTorch, of which numbers alone are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..errors import needs
from .checkpoint import Tensor, read_checkpoint
from .npy import few, read_member
from .streams import MAX_BYTES, ArrayError

Array = Any

STATES = ("state_dict", "model_state_dict", "model")
"""What people call the weights in a checkpoint that holds more."""
NEEDS = needs("safetensors", "safetensors")


def read_weights(path: Path) -> dict[str, Array]:
    """Read every array of a file of weights. Raises ArrayError."""
    readers = {".npz": read_archive, ".safetensors": read_safetensors, ".pt": read_torch, ".pth": read_torch}
    if path.suffix.lower() not in readers:
        raise ArrayError(f"{path.name} is none of {few(readers)}")
    try:
        if not path.is_file():
            raise ArrayError(f"no such file: {path}")
        arrays = readers[path.suffix.lower()](path)
    except ArrayError:
        raise
    except OSError as error:
        raise ArrayError(f"{path.name} cannot be read: {error.strerror or error}") from None
    except Exception as error:
        if "bfloat16" in str(error):
            raise ArrayError(f"{path.name} holds bfloat16, which numpy does not know; save it as float32") from None
        # zipfile, zlib, struct and safetensors each have exceptions of their own for a file that is damaged.
        raise ArrayError(f"{path.name} is damaged or of another format: {str(error)[:200]}") from None
    odd = [name for name, value in arrays.items() if value.dtype.kind not in "fiub"]
    if odd:
        raise ArrayError(f"{path.name}: {odd[0]} holds values of type {str(arrays[odd[0]].dtype)[:60]}")
    bad = [name for name, value in arrays.items() if value.dtype.kind == "f" and not np.isfinite(value).all()]
    if bad:
        raise ArrayError(f"{path.name}: {bad[0]} holds numbers that are not finite")
    return arrays


def read_archive(path: Path) -> dict[str, Array]:
    """Read the arrays of an .npz."""
    import zipfile

    with zipfile.ZipFile(path) as archive:
        size = path.stat().st_size
        return {name.removesuffix(".npy"): read_member(archive, name, size) for name in archive.namelist()}


def read_torch(path: Path) -> dict[str, Array]:
    """Read the state_dict in a checkpoint of PyTorch, alone or beside others. Raises ArrayError."""
    found = read_checkpoint(path.read_bytes(), MAX_BYTES)
    inside = [value for key, value in found.items() if key in STATES] if isinstance(found, dict) else []
    state = inside[0] if len(inside) == 1 else found
    tensors = {str(k): v.value for k, v in state.items() if isinstance(v, Tensor)} if isinstance(state, dict) else {}
    if not tensors or (state is found and len(tensors) < len(found)):
        raise ArrayError(f"{path.name} holds no state_dict: save torch.save(model.state_dict(), ...)")
    return tensors


def read_safetensors(path: Path) -> dict[str, Array]:
    return dict(safetensors().load_file(path))


def safetensors() -> Any:
    """Import the package, which is optional. Raises ArrayError."""
    try:
        import safetensors.numpy
    except ImportError:
        raise ArrayError(NEEDS) from None
    return safetensors.numpy
