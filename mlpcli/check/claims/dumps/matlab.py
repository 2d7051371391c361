"""Dumps as MAT-files: a claim per matrix; fields of structs and cells are named as those of dictionaries and lists."""

from __future__ import annotations

from ....errors import InputError, Place, Problem
from ....files.matlab import read_matrices
from ....files.read import read_bytes
from ....files.streams import ArrayError
from ..claimed import Claimed
from .objects import MAX_NUMBERS, read_objects
from .pages import Steps


def read_mat(path: str, max_bytes: int) -> Steps[Claimed]:
    """Read the matrices of a file. Raises InputError."""
    data = read_bytes(path, path, max_bytes)
    try:
        return read_objects(read_matrices(data, 8 * MAX_NUMBERS), path)
    except ArrayError as error:
        raise InputError(Problem(Place(path), "", str(error))) from None
