"""Arrays from files: .npy, .npz and .csv.

Files from outside are hostile: nothing is unpickled, sizes are checked first.
"""

from __future__ import annotations

import warnings
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

import numpy as np

from ..errors import suggestion
from ..nn.op import Array

MAX_BYTES = 8 * 2**30
SUSPICIOUS_BYTES = 64 * 2**20
SUSPICIOUS_RATIO = 100

# What zipfile, zlib and numpy raise on files that are not what their names say.
DAMAGED = (ValueError, TypeError, LookupError, EOFError, RuntimeError, SyntaxError, zipfile.BadZipFile, zlib.error)


class ArrayError(Exception):
    """The file holds no array that can be used. `about` names the key that is wrong: file or key."""

    def __init__(self, message: str, about: str = "file") -> None:
        super().__init__(message)
        self.about = about


def read_array(path: Path, key: str | None = None) -> Array:
    """The array in a file, as float64; `key` names one of several in an .npz. Raises ArrayError."""
    readers = {".npy": read_npy, ".npz": read_npz, ".csv": read_csv}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ArrayError(f"{path.name}: arrays are read from {', '.join(readers)} files")
    if key is not None and reader is not read_npz:
        raise ArrayError(f"{path.name} holds one array and needs no key", "key")
    if not path.exists():
        raise ArrayError(f"no such file: {path}")
    if not path.is_file():
        raise ArrayError(f"not a file: {path}")
    try:
        array = reader(path, key)
    except (OSError, MemoryError) as error:
        raise ArrayError(f"{path.name} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    except DAMAGED as error:
        raise ArrayError(f"{path.name} is damaged or of another format: {first_line(error)}") from None
    if array.dtype.kind not in "fiub":
        raise ArrayError(f"{path.name} holds {array.dtype} and not real numbers")
    if array.ndim > 2:
        raise ArrayError(f"{path.name} has {array.ndim} dimensions; rows of numbers have two")
    return array.astype(np.float64)


def read_npy(path: Path, _: str | None) -> Array:
    with path.open("rb") as stream:
        return read_stream(stream, path.stat().st_size)


def read_npz(path: Path, key: str | None) -> Array:
    with zipfile.ZipFile(path) as archive:
        members = {name.removesuffix(".npy"): name for name in archive.namelist()}
        if key is None and len(members) == 1:
            key = next(iter(members))
        if key is None:
            raise ArrayError(f"{path.name} holds {len(members)} arrays ({few(members)}): name one with key", "key")
        if key not in members:
            message = f"{path.name} has no array {key!r}{suggestion(key, members)}; it holds {few(members)}"
            raise ArrayError(message, "key")
        info = archive.getinfo(members[key])
        if info.file_size > max(SUSPICIOUS_BYTES, SUSPICIOUS_RATIO * info.compress_size):
            raise ValueError(f"{info.compress_size} bytes that claim to unpack to {info.file_size}")
        with archive.open(info) as stream:
            return read_stream(stream, info.file_size)


def read_stream(stream: IO[bytes], size: int) -> Array:
    """One array in numpy's own format, its header checked against the bytes that are there."""
    version = np.lib.format.read_magic(stream)
    readers: dict[Any, Any] = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    if version not in readers:
        raise ValueError(f"version {version[0]}.{version[1]} of numpy's format is not read")
    shape, fortran, dtype = readers[version](stream)
    if dtype.hasobject:
        raise ValueError("it holds pickled objects, which are never loaded")
    count = 1
    for length in shape:
        count *= max(length, 0)
    if count * dtype.itemsize > min(size, MAX_BYTES):
        raise ValueError(f"a header that promises {count * dtype.itemsize} bytes in a file of {size}")
    data = np.frombuffer(stream.read(count * dtype.itemsize), dtype=dtype)
    return data.reshape(shape, order="F" if fortran else "C")


def read_csv(path: Path, _: str | None) -> Array:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return np.loadtxt(path, delimiter=",", ndmin=2, encoding="utf-8")
        except UserWarning:
            raise ValueError("it is empty") from None


def few(names: Any) -> str:
    shown = list(names)[:8]
    return ", ".join(shown) + (", …" if len(names) > len(shown) else "")


def first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
