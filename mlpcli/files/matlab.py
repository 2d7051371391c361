"""MAT-files of MATLAB and Octave, versions 5 to 7. Not by scipy, whose reader crashes Python on files that are damaged.

An element is a type, a number of bytes, and those. A matrix is one whose parts are elements: flags, the lengths of its
axes, its name, and numbers or further matrices. See "MAT-File Format" by MathWorks.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

from .streams import ArrayError

NEWER = "MATLAB's version 7.3, which is HDF5; save it with -v7: save('dump.mat', '-v7', ...)"
OTHER = "damaged, or no MAT-file of the versions 5 to 7; save it with -v7: save('dump.mat', '-v7', ...)"
HEADER = 128
TYPES = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
"""How numbers may be written: those of a double too, where they are small and whole."""
MATRIX, COMPRESSED = 14, 15
CELL, STRUCT, TEXT, SPARSE, SINGLE, LAST_NUMBERS = 1, 2, 4, 5, 7, 15
"""Kinds of matrices: from 6 to 15 they are of numbers."""
LOGICAL, COMPLEX = 0x200, 0x800
MAX_DEPTH = 32
MAX_PARTS = 1_000_000
Part = tuple[int, memoryview]


def read_matrices(data: bytes, most: int) -> dict[str, Any]:
    """Return what is in a MAT-file by name: arrays, dictionaries for structs, lists for cells, None for anything else.

    Raises ArrayError, also for what takes more than `most` bytes.
    """
    if data.startswith((b"\x89HDF", b"MATLAB 7.3")):
        raise ArrayError(NEWER)
    if not data.startswith(b"MATLAB 5.0") or data[126:128] not in (b"IM", b"MI"):
        raise ArrayError(OTHER)
    try:
        return Reader("<" if data[126:128] == b"IM" else ">", most).variables(memoryview(data)[HEADER:])
    except ArrayError:
        raise
    except Exception as error:
        # What is damaged has too few parts, or parts of the wrong type or size.
        raise ArrayError(f"damaged: {type(error).__name__} in a MAT-file") from None


class Reader:
    """Reads elements, as many as there is room for."""

    def __init__(self, order: Literal["<", ">"], most: int) -> None:
        self.order, self.most = order, most
        self.room, self.count = most, 0

    def variables(self, data: memoryview) -> dict[str, Any]:
        found = {}
        for kind, body in self.elements(data, 1):
            self.take(0 if kind == COMPRESSED else len(body))
            for inner, part in self.elements(self.unpacked(body), 8) if kind == COMPRESSED else [(kind, body)]:
                if inner == MATRIX:
                    name, value = self.matrix(part, 0)
                    found[name] = value
        return found

    def take(self, size: int) -> None:
        self.room -= size
        if self.room < 0:
            raise ArrayError(f"it unpacks to more than {self.most >> 20} MB")

    def unpacked(self, data: memoryview) -> memoryview:
        found = zlib.decompressobj().decompress(data, self.room + 1)
        self.take(len(found))
        return memoryview(found)

    def elements(self, data: memoryview, padded: int) -> Iterator[Part]:
        """Yield the type and the bytes of every element."""
        start = 0
        while len(data) - start >= 8:
            self.count += 1
            if self.count > MAX_PARTS:
                raise ArrayError(f"more than {MAX_PARTS:,} parts")
            kind, size = struct.unpack_from(f"{self.order}II", data, start)
            if kind >> 16:  # a small one: type and size in four bytes, and up to four more
                yield kind & 0xFFFF, data[start + 4 : start + 4 + min(kind >> 16, 4)]
                start += 8
                continue
            if size > len(data) - start - 8:
                raise ArrayError("damaged: a matrix that is larger than what holds it")
            yield kind, data[start + 8 : start + 8 + size]
            start += 8 + -(-size // padded) * padded

    def matrix(self, data: memoryview, depth: int) -> tuple[str, Any]:
        """Return the name and the value of a matrix."""
        if depth > MAX_DEPTH:
            raise ArrayError(f"nested deeper than {MAX_DEPTH} levels")
        if not data:
            return "", np.zeros((0, 0))
        (_, head), lengths, (_, name), *parts = self.elements(data, 8)
        flags = struct.unpack_from(f"{self.order}I", head)[0]
        kind, shape = flags & 0xFF, tuple(self.numbers(lengths).tolist())
        text = bytes(name).decode("latin-1")
        if min(shape, default=0) < 0:
            raise ArrayError("damaged: a dimension below 0")
        if kind == CELL and len(parts) != math.prod(shape):
            raise ArrayError("damaged: another number of cells than it says")
        if kind == CELL:
            return text, [self.matrix(part, depth + 1)[1] for _, part in parts]
        if kind == STRUCT:
            return text, self.structs(parts, depth)
        if kind == TEXT:
            return text, np.array("")
        if kind == SPARSE:
            return text, self.sparse(parts, shape)
        if not SPARSE < kind <= LAST_NUMBERS:
            return text, None  # a function, or an object of a class
        value = self.numbers(parts[0])
        if kind == SINGLE and value.dtype.kind == "f":
            value = value.astype(np.float32)
        if flags & COMPLEX:
            value = value + 1j * self.numbers(parts[1])
        return text, (value.astype(bool) if flags & LOGICAL else value).reshape(shape, order="F")

    def numbers(self, part: Part) -> Any:
        return np.frombuffer(part[1], np.dtype(TYPES[part[0]]).newbyteorder(self.order))

    def structs(self, parts: list[Part], depth: int) -> Any:
        """Return a dictionary, or a list of them: the fields of the first struct, then those of the next."""
        (_, length), (_, names), *values = parts
        width = struct.unpack_from(f"{self.order}i", length)[0]
        text = bytes(names).decode("latin-1")
        fields = [text[i : i + width].partition("\0")[0] for i in range(0, len(text), width)]
        found = [self.matrix(part, depth + 1)[1] for _, part in values]
        items = [dict(zip(fields, found[i:], strict=False)) for i in range(0, len(found), len(fields) or 1)]
        return items[0] if len(items) == 1 else items

    def sparse(self, parts: list[Part], shape: tuple[int, ...]) -> Any:
        """Return a sparse matrix whole: rows of the numbers, where each column starts in them, and the numbers."""
        self.take(8 * math.prod(shape))
        rows, starts, values = map(self.numbers, parts[:3])
        columns = np.repeat(np.arange(shape[1]), np.diff(starts))
        found = np.zeros(shape)
        if min(rows, default=0) < 0:
            raise ArrayError("damaged: a row below 0")
        found[rows[: len(columns)], columns] = values[: len(columns)]
        return found
