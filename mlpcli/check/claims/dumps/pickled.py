"""Dumps as .npy, of one array or of a dict of arrays, and as pickles of such dicts. Nothing of a pickle is run."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ....errors import InputError, Place, Problem
from ....files.npy import PickledError, npy_header
from ....files.read import read_bytes
from ....files.streams import ArrayError, load_array
from ....files.unpickle import Array, read_pickle
from ..claimed import Claimed
from .archives import MAX_NUMBERS, TOO_MANY
from .digits import from_array, no_tensor
from .holders import held
from .pages import Steps

MAX_DICTS = 100
"""How many dictionaries may stand in each other."""
EACH = 100
"""What a claim counts for, as numbers, beside its own."""


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


def read_objects(found: Any, path: str) -> Steps[Claimed]:
    """Return the claims of a dict of arrays. Raises ArrayError for what is none, or too large."""
    if isinstance(found, Array) and len(found.objects) == 1:
        found = found.objects[0]
    if not isinstance(found, dict):
        raise ArrayError("it holds no dict of arrays: {'Y1': array, ...}")
    claims, count = list[Claimed](), 0
    for name, value in entries(found, {id(found)}):
        count += EACH + np.size(value)
        if count > MAX_NUMBERS:
            raise ArrayError(TOO_MANY)
        odd = value is None
        place = Place(path)
        claims.append(no_tensor(name, place, "it is no array of numbers") if odd else from_array(name, place, value))
    return {1: claims}


def entries(found: dict[Any, Any], seen: set[int], holder: str = "") -> Iterator[tuple[str, Any]]:
    """Yield names and arrays, also of dicts in it, each once; None for what is no array of numbers."""
    for key, item in found.items():
        if isinstance(item, dict) and id(item) not in seen and len(seen) < MAX_DICTS:
            seen.add(id(item))
            yield from entries(item, seen, str(key)[:200])
            continue
        number = np.float64(item) if isinstance(item, int | float) and abs(item) < 1e300 else None
        yield held(holder, str(key)[:200]), item.value if isinstance(item, Array) else number
