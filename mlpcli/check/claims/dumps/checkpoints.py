"""Dumps as PyTorch saves them: .pt and .pth of a dictionary of tensors, or of one tensor. Nothing is run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ....errors import InputError, Place, Problem
from ....files.checkpoint import Tensor, read_checkpoint
from ....files.read import read_bytes
from ....files.streams import ArrayError
from ..claimed import Claimed
from .objects import MAX_NUMBERS, read_objects
from .pages import Steps


def read_torch(path: str, max_bytes: int) -> Steps[Claimed]:
    """Read a claim per tensor; one that is alone has the name of the file. Raises InputError."""
    data = read_bytes(path, path, max_bytes)
    try:
        return read_objects(with_name(read_checkpoint(data, 8 * MAX_NUMBERS), Path(path).stem), path)
    except ArrayError as error:
        raise InputError(Problem(Place(path), "", str(error))) from None


def with_name(found: Any, name: str) -> Any:
    """Return what was saved as a dictionary without optimizers; tensors that have no name get that of the file."""
    if isinstance(found, dict):
        return {key: value for key, value in found.items() if not is_optimizer(value)}
    tensors = isinstance(found, list | tuple) and found and all(isinstance(item, Tensor) for item in found)
    return {name: found} if tensors or isinstance(found, Tensor) else found


def is_optimizer(found: Any) -> bool:
    """Return whether it is what an optimizer keeps: it numbers parameters, and has settings beside."""
    return isinstance(found, dict) and found.keys() == {"state", "param_groups"}
