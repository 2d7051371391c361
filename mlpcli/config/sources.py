"""`{file: train.csv, columns: "1:", divide: 255}` → the rows that a config means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import quoted
from ..files.arrays import read_array
from ..files.streams import ArrayError
from ..nn.op import Array
from ..nn.options import Positive
from ..nn.rows import Rows

COLUMNS = re.compile(r"(-?\d{1,18})|(-?\d{1,18})?:(-?\d{1,18})?", re.ASCII)


@dataclass(frozen=True)
class ArraySource:
    """An array in a file next to the config, which of its columns, and what to divide them by."""

    file: str
    key: str | None = None
    columns: str | None = None
    divide: Positive | None = None


class Sources:
    """The arrays that one config names: a file that stands there twice is read once."""

    def __init__(self) -> None:
        self.arrays: dict[tuple[Path, str | None], np.ndarray[Any, Any]] = {}

    def examples(self, path: Path, source: ArraySource) -> Rows:
        """Return rows as they are stored. A file that is mapped is not read to see whether its numbers are finite."""
        array, columns = self.array(path, source, images=True)
        if not isinstance(array, np.memmap):
            check_finite(array, path.name, columns.start)
        return Rows(np.asarray(array), source.divide)

    def floats(self, path: Path, source: ArraySource, images: bool) -> Array:
        """Read all of it as float64. Images, of more than two dimensions, become rows where they are expected."""
        array, columns = self.array(path, source, images)
        with np.errstate(all="ignore"):
            numbers = Rows(array, source.divide).floats(...)
        check_finite(numbers, path.name, columns.start)
        return numbers

    def array(self, path: Path, source: ArraySource, images: bool) -> tuple[np.ndarray[Any, Any], slice]:
        """Return the columns that are meant, and which of the file's they are."""
        at = path, source.key
        if at not in self.arrays:
            self.arrays[at] = read_array(*at)
        array = self.arrays[at]
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
        columns = selection(source.columns, array.shape[1], path.name)
        return array[:, columns], columns


def selection(text: str, width: int, name: str) -> slice:
    """Return the columns that `0`, `-1`, `1:` or `:-1` means, as Python counts them."""
    found = COLUMNS.fullmatch(text)
    if not found:
        raise ArrayError(f"{quoted(text)} is no column such as 0 and no range such as '1:'", "columns")
    one, start, stop = (None if end is None else int(end) for end in found.groups())
    beyond = [end for end in (start, stop) if end is not None and not -width <= end <= width]
    beyond += [one] if one is not None and not -width <= one < width else []
    if beyond:
        raise ArrayError(f"{name} has {width} columns, the first is 0: there is no {beyond[0]}", "columns")
    chosen = range(width)[start:stop] if one is None else range(width)[one:][:1]
    if not chosen:
        raise ArrayError(f"{quoted(text)} leaves none of the {width} columns of {name}", "columns")
    return slice(chosen.start, chosen.stop)


def check_finite(numbers: np.ndarray[Any, Any], name: str, first: int) -> None:
    """Raise ArrayError if a number is none; the first column is the file's column of this number."""
    if numbers.dtype.kind != "f" or (good := np.isfinite(numbers)).all():
        return
    index = np.unravel_index(int(good.argmin()), numbers.shape)
    shown = position((index[0], index[1] + first) if len(index) == 2 else index)
    raise ArrayError(f"{name} holds {numbers[index]:g}{shown}; every number must be finite")


def position(index: tuple[Any, ...]) -> str:
    """Write an index as people count."""
    words = ("row", "column") if len(index) == 2 else ("position",)
    return "".join(f", {word} {i + 1}" for word, i in zip(words, index, strict=False)).replace(",", " in", 1)
