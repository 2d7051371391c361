"""Tables of numbers as text: .csv and .csv.gz.

np.loadtxt reads 60,000 × 785 pixels in 0.8 s as bytes and in 8 s as floats, and needs a fifth more than the result;
polars takes 3.5 s and twenty times as much. So the type is the smallest that holds all numbers: where one does not fit,
reading starts again with a larger type.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import quoted
from .numerals import NOT_FINITE, NUMBER
from .streams import ArrayError, open_unpacked

TYPES = (np.uint8, np.int16, np.int32, np.int64, np.float64)


def read_csv(path: Path, _: str | None) -> np.ndarray[Any, Any]:
    """Read the rows, in the smallest of TYPES."""
    for dtype in TYPES:
        with open_unpacked(path) as stream, io.TextIOWrapper(stream, encoding="utf-8-sig") as text:
            lines = TableLines(text)
            try:
                array = parse(lines, dtype)
            except UnicodeDecodeError:
                raise ArrayError(f"{path.name} is not UTF-8 text") from None
            except ValueError:
                odd = lines.odd()
                if odd:
                    raise ArrayError(f"{path.name}, line {lines.number}{odd}") from None
                continue
        if not array.size:
            raise ArrayError(f"{path.name} holds no numbers")
        return array
    raise ArrayError(f"{path.name} is not a table of numbers")


def parse(lines: Iterable[str], dtype: Any) -> np.ndarray[Any, Any]:
    """Read the rows in this type. Raises ValueError if one does not fit."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)  # 1.5 as an integer is 1, with a warning
        return np.loadtxt(lines, dtype, delimiter=",", quotechar='"', ndmin=2)


class TableLines:
    """The lines of a table, without its header, one after the other: the last one is where reading stopped."""

    def __init__(self, stream: Iterable[str]) -> None:
        self.stream = stream
        self.number = 0
        self.text = ""
        self.width = 0

    def __iter__(self) -> Iterator[str]:
        for number, text in enumerate(self.stream, 1):
            self.number, self.text = number, text
            if not text.isspace() and (self.width or self.starts(cells(text))):
                yield text

    def starts(self, row: list[str]) -> bool:
        """Return whether the numbers start here: the first line that holds anything may be a header."""
        if row == [""]:
            return False
        self.width = len(row)
        return not is_header(row)

    def odd(self) -> str:
        """Return why the last line is no row of numbers like those before it, or an empty text."""
        row = cells(self.text)
        for column, cell in enumerate(row, 1):
            if not (NUMBER.fullmatch(cell) or NOT_FINITE.fullmatch(cell)):
                return f", column {column}: {quoted(cell)} is not a number"
        return "" if len(row) == self.width else f": {len(row)} numbers where the lines before it have {self.width}"


def cells(line: str) -> list[str]:
    return [cell.strip().strip('"') for cell in line.split("#")[0].strip().split(",")]


def is_header(row: list[str]) -> bool:
    """Return whether a row holds names, such as `label,1x1,1x2`: no number, and letters in all but empty ones."""
    if any(NUMBER.fullmatch(cell) or NOT_FINITE.fullmatch(cell) for cell in row):
        return False
    named = [cell for cell in row if cell]
    return bool(named) and all(any(map(str.isalpha, cell)) for cell in named)
