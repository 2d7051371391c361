"""numpy's own files, .npy and .npz. Nothing is unpickled, sizes are checked first."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from ..errors import suggestion
from .streams import ArrayError, ArrayHeader, load_array, map_array, max_unpacked

if TYPE_CHECKING:
    import zipfile


class PickledError(ValueError):
    """The array is one of Python objects."""


def read_npy(path: Path, _: str | None) -> np.ndarray[Any, Any]:
    with path.open("rb") as stream:
        return map_array(stream, npy_header(stream))


def read_npz(path: Path, key: str | None) -> np.ndarray[Any, Any]:
    import zipfile  # takes time that most configs save

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


def read_member(archive: zipfile.ZipFile, member: str, size: int) -> np.ndarray[Any, Any]:
    """Read one array of an archive; `size` is the archive's size in bytes."""
    info = archive.getinfo(member)
    packed = min(info.compress_size, size)  # what an archive says of itself may be a lie
    if info.file_size > max_unpacked(packed):
        raise ValueError(f"{packed:,} bytes that claim to unpack to {info.file_size:,}")
    with archive.open(info) as stream:
        return load_array(stream, npy_header(stream), info.file_size)


def npy_header(stream: IO[bytes]) -> ArrayHeader:
    """Read what the header says; the stream is left behind it."""
    version = np.lib.format.read_magic(stream)
    readers: dict[Any, Any] = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    if version not in readers:
        raise ValueError(f"version {version[0]}.{version[1]} of numpy's format is not read")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            shape, fortran, dtype = readers[version](stream)
    except ValueError:
        raise
    except Exception as error:  # numpy parses what stands there as Python, which has errors of its own
        raise ValueError(f"a header that is damaged: {str(error)[:200]}") from None
    if dtype.hasobject:
        raise PickledError("it holds pickled objects, which are never loaded")
    return ArrayHeader(shape, dtype, "F" if fortran else "C")


def few(names: Any) -> str:
    shown = list(names)[:8]
    return ", ".join(shown) + (", …" if len(names) > len(shown) else "")
