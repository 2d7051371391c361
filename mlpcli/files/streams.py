"""Files that hold arrays, opened and unpacked. They come from outside: what they say of their size may be a lie."""

from __future__ import annotations

import gzip
import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

MAX_BYTES = 8 * 2**30
SUSPICIOUS_BYTES = 64 * 2**20
SUSPICIOUS_TEXT = 16 * 2**20
SUSPICIOUS_RATIO = 100


class ArrayError(Exception):
    """The file holds no array that can be used. `about` names the key that is wrong: file, key or columns."""

    def __init__(self, message: str, about: str = "file") -> None:
        super().__init__(message)
        self.about = about


def max_unpacked(packed: int, least: int = SUSPICIOUS_BYTES) -> int:
    """Return the largest number of bytes that a packed file of this size may unpack to."""
    return min(MAX_BYTES, max(least, SUSPICIOUS_RATIO * packed))


def open_unpacked(path: Path) -> io.BufferedReader:
    """Open a file, unpacked if it is a .gz by its first bytes: browsers unpack and keep the name."""
    stream = path.open("rb")
    if stream.peek(2)[:2] != b"\x1f\x8b":
        return stream
    return io.BufferedReader(Unpacked(stream, path.name), 2**18)


class Unpacked(io.RawIOBase):
    """The bytes of a .gz, and no more of them than what is read of it so far can honestly hold: text is parsed as it
    is unpacked, which takes far more time and memory than the unpacking.
    """

    def __init__(self, stream: io.BufferedReader, name: str) -> None:
        self.packed = stream
        self.stream = gzip.GzipFile(fileobj=stream)
        self.name = name
        self.limit = max_unpacked(os.fstat(stream.fileno()).st_size)
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self.stream.readinto(buffer)
        self.count += count
        limit = min(self.limit, max_unpacked(self.packed.tell(), SUSPICIOUS_TEXT))
        if self.count > limit:
            raise ArrayError(f"{self.name} unpacks to more than {limit:,} bytes; unpack it first if it should")
        return count

    def close(self) -> None:
        self.packed.close()
        super().close()


@dataclass(frozen=True)
class ArrayHeader:
    """What a header says of the array behind it."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    order: Any = "C"

    def bytes_of(self, size: int) -> int:
        """Return the number of bytes it takes. Raises ValueError if that is more than `size`."""
        count = self.dtype.itemsize
        for length in self.shape:
            if length < 0:
                raise ValueError(f"a header with the negative length {length}")
            count *= length
        if count > size:
            raise ValueError(f"a header that promises {count} bytes in a file of {size}")
        return count


def map_array(stream: io.BufferedReader, header: ArrayHeader) -> np.ndarray[Any, Any]:
    """Map the array that starts here to memory: its pages are read when they are used, and may be dropped again."""
    offset = stream.tell()
    if not header.bytes_of(os.fstat(stream.fileno()).st_size - offset):
        return np.zeros(header.shape, header.dtype)
    return np.memmap(stream, header.dtype, "r", offset, header.shape, header.order)


def load_array(stream: IO[bytes], header: ArrayHeader, size: int) -> np.ndarray[Any, Any]:
    """Read the array that starts here, in a stream of at most `size` bytes."""
    data = np.frombuffer(stream.read(header.bytes_of(min(size, MAX_BYTES))), dtype=header.dtype)
    return data.reshape(header.shape, order=header.order)
