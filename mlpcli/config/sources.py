"""`{file: train.csv, columns: "1:", divide: 255}` → the rows that a config means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import quoted
from ..files.arrays import columns_of, read_array
from ..files.streams import ArrayError
from ..nn.op import Array
from ..nn.options import Positive
from ..nn.rows import Rows
from ..tables.choose import choose

Columns = slice | list[int]
LOOKED_AT = 2**26
"""Bytes of a mapped file that are read to see whether its numbers are finite."""
COLUMNS = re.compile(r"(-?\d{1,9})|(-?\d{1,9})?:(-?\d{1,9})?", re.ASCII)


@dataclass(frozen=True)
class ArraySource:
    """An array in a file next to the config, which of its columns, and what to divide them by."""

    file: str
    """A file, found relative to the config."""
    key: str | None = None
    """Which array of an .npz."""
    columns: tuple[str, ...] | None = None
    """By name or glob where there is a header, by number or range ('1:') as Python counts; one or a list."""
    divide: Positive | None = None
    """What its numbers are divided by, as 255 for pixels."""
    taken_whole: bool = field(default=False, metadata={"internal": True})
    """Whether a file of another width, as wide as the columns are many, is taken whole."""


class Sources:
    """The arrays that one config names: a file that stands there twice is read once."""

    def __init__(self) -> None:
        self.arrays: dict[tuple[Path, str | None], np.ndarray[Any, Any]] = {}

    def examples(self, path: Path, source: ArraySource, column: bool = False) -> Rows:
        """Return rows as they are stored. A large mapped file is not read to see whether its numbers are finite.

        A small one is read, and stays as it was when somebody writes another one in its place.
        """
        array, columns = self.array(path, source, images=True)
        if not isinstance(array, np.memmap) or array.nbytes <= LOOKED_AT:
            array = np.array(array) if isinstance(array, np.memmap) else array
            check_finite(array, path.name, columns)
        if column and array.ndim == 1:  # one number for each example
            array = array.reshape(-1, 1)
        return Rows(array, source.divide)

    def floats(self, path: Path, source: ArraySource, images: bool) -> Array:
        """Read all of it as float64. Images, of more than two dimensions, become rows where they are expected."""
        array, columns = self.array(path, source, images)
        with np.errstate(all="ignore"):
            numbers = Rows(array, source.divide).floats(...)
        check_finite(numbers, path.name, columns)
        return numbers

    def array(self, path: Path, source: ArraySource, images: bool) -> tuple[np.ndarray[Any, Any], Columns]:
        """Return the columns that are meant, and which of the file's they are."""
        array, whole = self.read(path, source)
        if images and not (array.ndim and array.size):
            raise ArrayError(f"{path.name} has the shape {tuple(array.shape)}; rows of numbers are needed")
        if array.ndim > 2:
            if not images:
                raise ArrayError(f"{path.name} has {array.ndim} dimensions; rows of numbers have two")
            array = array.reshape(len(array), int(np.prod(array.shape[1:])))
        if source.columns is None:
            return array, slice(0, None)
        if array.ndim < 2:
            raise ArrayError(f"{path.name} has {array.ndim} dimensions and no columns", "columns")
        names, count = columns_of(path)
        if source.taken_whole and array.shape[1] == len(source.columns) and not set(source.columns) <= set(names):
            return array, slice(0, None)
        columns = selection(source.columns, names, array.shape[1] if whole else count, path.name)
        return (array[:, columns] if whole else array), columns

    def read(self, path: Path, source: ArraySource) -> tuple[np.ndarray[Any, Any], bool]:
        """Return an array of all columns, or only of those that are meant where others hold text."""
        at = path, source.key
        if at in self.arrays:
            return self.arrays[at], True
        try:
            self.arrays[at] = read_array(*at)
        except ArrayError as error:
            names, count = columns_of(path)
            if source.columns is None or error.about != "file" or not count:
                raise
            columns = selection(source.columns, names, count, path.name)
            wanted = range(count)[columns] if isinstance(columns, slice) else columns
            return read_array(path, source.key, list(wanted)), False
        return self.arrays[at], True


def advice(path: str, message: str) -> str:
    """Return what to write where words stand where numbers are read."""
    if "is not a number" not in message and "not real numbers" not in message:
        return ""
    if path.endswith("classes"):
        return "; classes that have names need a table: {file: ..., target: ...}"
    return "; a table: {file: ..., target: ...} reads words, gaps and other dialects" if path.endswith("inputs") else ""


def selection(wanted: Sequence[str], names: Sequence[str], width: int, file: str) -> Columns:
    """Return the columns that names, or numbers and ranges as Python counts them, mean: `age`, `0`, `-1`, `1:`."""
    known = names if len(names) == width else [f"column{k}" for k in range(width)]
    if not names and (odd := next((text for text in wanted if not COLUMNS.fullmatch(text)), None)) is not None:
        raise ArrayError(
            f"{quoted(odd)} is no column such as 0 and no range such as '1:'; {file} names none", "columns"
        )
    found = choose(wanted, known, file, "columns")
    if not found:
        raise ArrayError(f"none of the {width} columns of {file} is named", "columns")
    chosen = sorted(known.index(name) for name in found) if len(wanted) == 1 else [known.index(name) for name in found]
    if chosen == list(range(chosen[0], chosen[-1] + 1)):
        return slice(chosen[0], chosen[-1] + 1)
    return chosen


def check_finite(numbers: np.ndarray[Any, Any], name: str, columns: Columns) -> None:
    """Raise ArrayError if a number is none; these are the file's columns."""
    if numbers.dtype.kind != "f" or (good := np.isfinite(numbers)).all():
        return
    index = np.unravel_index(int(good.argmin()), numbers.shape)
    at: tuple[Any, ...] = index
    if len(index) == 2:
        at = index[0], columns.start + index[1] if isinstance(columns, slice) else columns[index[1]]
    shown = position(at)
    raise ArrayError(f"{name} holds {numbers[index]:g}{shown}; every number must be finite")


def position(index: tuple[Any, ...]) -> str:
    """Write an index as people count."""
    words = ("row", "column") if len(index) == 2 else ("position",)
    return "".join(f", {word} {i + 1}" for word, i in zip(words, index, strict=False)).replace(",", " in", 1)
