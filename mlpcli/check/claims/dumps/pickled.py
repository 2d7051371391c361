"""Dumps as .npy, of one array or of a dict of arrays, and as pickles of such dicts. Nothing of a pickle is run."""

from __future__ import annotations

import io
from pathlib import Path

from ....errors import InputError, Place, Problem
from ....files.npy import PickledError, npy_header
from ....files.read import read_bytes
from ....files.streams import ArrayError, load_array
from ....files.unpickle import read_pickle
from ..claimed import Claimed
from .digits import from_array
from .objects import read_objects
from .pages import Steps


def read_npy(path: str, max_bytes: int) -> Steps[Claimed]:
    """Read a claim of the file's name, or one per entry of a dict. Raises InputError."""
    stream = io.BytesIO(read_bytes(path, path, max_bytes))
    try:
        try:
            header = npy_header(stream)
        except PickledError:
            return read_objects(read_pickle(stream.read()), path)
        array = load_array(stream, header, len(stream.getbuffer()))
        return {1: [from_array(Path(path).stem, Place(path), array)]}
    except (ArrayError, ValueError) as error:
        raise InputError(Problem(Place(path), "", str(error).split("\n")[0])) from None


def read_pickled(path: str, max_bytes: int) -> Steps[Claimed]:
    """Read a claim per entry of a pickled dict. Raises InputError."""
    try:
        return read_objects(read_pickle(read_bytes(path, path, max_bytes)), path)
    except ArrayError as error:
        raise InputError(Problem(Place(path), "", str(error))) from None
