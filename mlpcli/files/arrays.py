"""Arrays from files, as they are stored: .npy, .npz, .csv and IDX."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import quoted
from .idx import IDX_NAME, read_idx
from .npy import read_npy, read_npz
from .streams import ArrayError
from .tables import read_csv, read_header

Reader = Callable[[Path, "str | None"], "np.ndarray[Any, Any]"]
TEXTS = (".csv", ".tsv", ".txt", ".data")
BINARY: dict[str, Reader] = {".npy": read_npy, ".npz": read_npz}
READERS: dict[str, Reader] = BINARY | dict.fromkeys((*TEXTS, *(f"{suffix}.gz" for suffix in TEXTS)), read_csv)


def read_array(path: Path, key: str | None = None, columns: Sequence[int] | None = None) -> np.ndarray[Any, Any]:
    """Read the array of real numbers in a file, in its own type; `key` names one of several in an .npz, and a text may
    be read in part: some of its columns, counted from 0.

    From an .npy or an IDX file that is not packed it is an np.memmap. Raises ArrayError.
    """
    reader = reader_of(path.name)
    if reader is None:
        known = f"{', '.join((*BINARY, *TEXTS))} or IDX file, such as train-images-idx3-ubyte.gz"
        raise ArrayError(f"{quoted(path.name)} is no name of a {known}")
    if key is not None and reader is not read_npz:
        raise ArrayError(f"{path.name} holds one array and needs no key", "key")
    try:
        if not path.exists():
            raise ArrayError(f"no such file: {path}")
        if not path.is_file():
            raise ArrayError(f"not a file: {path}")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            array = reader(path, key) if columns is None else read_csv(path, key, columns)
    except ArrayError:
        raise
    except MemoryError:
        raise ArrayError(f"{path.name} does not fit into memory") from None
    except OSError as error:
        raise ArrayError(f"{path.name} cannot be read: {error.strerror or error}") from None
    except Exception as error:
        # zipfile, zlib, struct, tokenize and numpy each have exceptions of their own for a file that is damaged.
        raise ArrayError(f"{path.name} is damaged or of another format: {first_line(error)}") from None
    if array.dtype.kind not in "fiub":
        raise ArrayError(f"{path.name} holds values of type {str(array.dtype)[:60]} and not real numbers")
    return array


def columns_of(path: Path) -> tuple[tuple[str, ...], int]:
    """Return the names of a text's columns, if it has a header, and how many there are; 0 where it is no text."""
    try:
        return read_header(path) if reader_of(path.name) is read_csv else ((), 0)
    except OSError:
        return (), 0


def reader_of(name: str) -> Reader | None:
    """Return the reader of files with such a name."""
    name = name.lower()
    if IDX_NAME.fullmatch(name.removesuffix(".gz")):
        return read_idx
    return next((reader for suffix, reader in READERS.items() if name.endswith(suffix)), None)


def first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
