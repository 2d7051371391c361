"""Dumps as .safetensors: a claim per tensor."""

from __future__ import annotations

from ....errors import InputError, Place, Problem
from ....files.read import read_bytes
from ....files.safetensors import read_tensors
from ....files.streams import ArrayError
from ..claimed import Claimed
from .objects import read_objects
from .pages import Steps


def read_safe(path: str, max_bytes: int) -> Steps[Claimed]:
    """Read the tensors of a file. Raises InputError."""
    try:
        return read_objects(read_tensors(read_bytes(path, path, max_bytes)), path)
    except ArrayError as error:
        raise InputError(Problem(Place(path), "", str(error))) from None
