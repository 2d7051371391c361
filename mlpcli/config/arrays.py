"""Arrays from files: .npy, .npz and .csv.

Files from outside are hostile: nothing is unpickled, sizes are checked first.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import numpy as np

from ..errors import quoted, suggestion
from ..nn.op import Array
from .scalars import NOT_FINITE, NUMBER

MAX_BYTES = 8 * 2**30
SUSPICIOUS_BYTES = 64 * 2**20
SUSPICIOUS_RATIO = 100


class ArrayError(Exception):
    """The file holds no array that can be used. `about` names the key that is wrong: file or key."""

    def __init__(self, message: str, about: str = "file") -> None:
        super().__init__(message)
        self.about = about


class PickledError(ValueError):
    """The array is one of Python objects."""


def read_array(path: Path, key: str | None = None) -> Array:
    """The array in a file, as float64; `key` names one of several in an .npz. Raises ArrayError."""
    readers = {".npy": read_npy, ".npz": read_npz, ".csv": read_csv}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ArrayError(f"{quoted(str(path.name))} is no name of a {', '.join(readers)} file")
    if key is not None and reader is not read_npz:
        raise ArrayError(f"{path.name} holds one array and needs no key", "key")
    try:
        if not path.exists():
            raise ArrayError(f"no such file: {path}")
        if not path.is_file():
            raise ArrayError(f"not a file: {path}")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            array = reader(path, key)
    except ArrayError:
        raise
    except MemoryError:
        raise ArrayError(f"{path.name} does not fit into memory") from None
    except OSError as error:
        raise ArrayError(f"{path.name} cannot be read: {error.strerror or error}") from None
    except Exception as error:
        # zipfile, zlib, struct, tokenize and numpy each have exceptions of their own for a file that is damaged.
        raise ArrayError(f"{path.name} is damaged or of another format: {first_line(error)}") from None
    return finite(array, path.name)


def finite(array: Array, name: str) -> Array:
    """The array as float64, if it is one of real and finite numbers."""
    if array.dtype.kind not in "fiub":
        raise ArrayError(f"{name} holds values of type {str(array.dtype)[:60]} and not real numbers")
    if array.ndim > 2:
        raise ArrayError(f"{name} has {array.ndim} dimensions; rows of numbers have two")
    with np.errstate(all="ignore"):
        numbers = array.astype(np.float64)
    if not np.isfinite(numbers).all():
        index = np.unravel_index(int(np.isfinite(numbers).argmin()), numbers.shape)
        raise ArrayError(f"{name} holds {numbers[index]:g}{position(index)}; every number must be finite")
    return numbers


def position(index: tuple[Any, ...]) -> str:
    """An index as people count."""
    words = ("row", "column") if len(index) == 2 else ("position",)
    return "".join(f", {word} {i + 1}" for word, i in zip(words, index, strict=False)).replace(",", " in", 1)


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
        return read_member(archive, members[key], path.stat().st_size)


def read_member(archive: zipfile.ZipFile, member: str, size: int) -> Array:
    """One array of an archive of so many bytes."""
    info = archive.getinfo(member)
    packed = min(info.compress_size, size)  # what an archive says of itself may be a lie
    if info.file_size > max(SUSPICIOUS_BYTES, SUSPICIOUS_RATIO * packed):
        raise ValueError(f"{packed:,} bytes that claim to unpack to {info.file_size:,}")
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
        raise PickledError("it holds pickled objects, which are never loaded")
    count = 1
    for length in shape:
        if length < 0:
            raise ValueError(f"a header with the negative length {length}")
        count *= length
    if count * dtype.itemsize > min(size, MAX_BYTES):
        raise ValueError(f"a header that promises {count * dtype.itemsize} bytes in a file of {size}")
    data = np.frombuffer(stream.read(count * dtype.itemsize), dtype=dtype)
    return data.reshape(shape, order="F" if fortran else "C")


def read_csv(path: Path, _: str | None) -> Array:
    with path.open(encoding="utf-8-sig") as stream:
        try:
            array = np.loadtxt(stream, delimiter=",", ndmin=2)
        except UnicodeDecodeError:
            raise ArrayError(f"{path.name} is not UTF-8 text") from None
        except ValueError:
            stream.seek(0)
            raise ArrayError(f"{path.name}{first_odd_line(stream)}") from None
    if not array.size:
        raise ArrayError(f"{path.name} holds no numbers")
    return array


def first_odd_line(lines: Iterable[str]) -> str:
    """Where a .csv stops being rows of numbers, and why."""
    width = 0
    for number, line in enumerate(lines, 1):
        cells = line.split("#")[0].strip().split(",")
        if cells == [""]:
            continue
        for column, cell in enumerate(cells, 1):
            if not (NUMBER.fullmatch(cell.strip()) or NOT_FINITE.fullmatch(cell.strip())):
                return f", line {number}, column {column}: {quoted(cell.strip())} is not a number"
        if width and len(cells) != width:
            return f", line {number}: {len(cells)} numbers where the lines before it have {width}"
        width = len(cells)
    return " is not a table of numbers"


def few(names: Any) -> str:
    shown = list(names)[:8]
    return ", ".join(shown) + (", …" if len(names) > len(shown) else "")


def first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
