"""Tables of numbers as text: .csv, .tsv, .txt and .data, packed or not.

np.loadtxt reads 60,000 × 785 pixels in 0.8 s as bytes and in 8 s as floats, and needs a fifth more than the result;
polars takes 3.5 s and twenty times as much. So the type is the smallest that holds all numbers: where one does not fit,
reading starts again with a larger type.
"""

from __future__ import annotations

import csv
import io
import warnings
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import quoted
from .numerals import ENDLESS_NUMBER, MAX_DIGITS, NOT_FINITE, NUMBER, find_endless
from .streams import ArrayError, open_unpacked

SEPARATORS = (";", "\t", "|", ",")
UNREADABLE = (UnicodeDecodeError, OSError, EOFError, zlib.error)
"""What a file raises that is no text: whoever reads its numbers says so."""
LOOKED_AT = 100
"""Lines in which the first two rows are looked for."""
TYPES = (np.uint8, np.int16, np.int32, np.int64, np.float64)


def read_csv(path: Path, _: str | None, columns: Sequence[int] | None = None) -> np.ndarray[Any, Any]:
    """Read the rows, in the smallest of TYPES, of all columns or of some, counted from 0."""
    separator = find_separator(path)
    for dtype in TYPES:
        with open_table(path) as text:
            lines = TableLines(text, separator, columns)
            try:
                array = parse(lines, dtype, separator, columns)
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


def read_header(path: Path) -> tuple[tuple[str, ...], int]:
    """Return the names of the columns, none where the first line has numbers, and how many columns there are."""
    separator = find_separator(path)
    with open_table(path) as text, suppress(*UNREADABLE):
        for line in text:
            row = cells(line, separator)
            if not line.isspace() and row != [""]:
                return tuple(row) if is_header(row) else (), len(row)
    return (), 0


@contextmanager
def open_table(path: Path) -> Iterator[Iterator[str]]:
    with io.TextIOWrapper(open_unpacked(path), encoding="utf-8-sig") as text:
        yield bounded(text, path.name)


def bounded(lines: Iterable[str], name: str) -> Iterator[str]:
    """Yield lines. Raises ArrayError for one with a number of more digits than are read."""
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_DIGITS and find_endless(line) is not None:
            raise ArrayError(f"{name}, line {number}: {ENDLESS_NUMBER}")
        yield line


def find_separator(path: Path) -> str | None:
    """Return what stands between the cells of the first two lines that hold any; None is blanks."""
    with open_table(path) as text, suppress(*UNREADABLE):
        parts = (line.split("#")[0].strip() for line in islice(text, LOOKED_AT))
        lines = list(islice(filter(None, parts), 2))
        common = [mark for mark in SEPARATORS if lines and all(mark in line for line in lines)]
        if common:
            return common[0]
        if lines and not any(mark in line for mark in SEPARATORS for line in lines):
            return None
    return ","


def parse(
    lines: Iterable[str], dtype: Any, separator: str | None, columns: Sequence[int] | None
) -> np.ndarray[Any, Any]:
    """Read the rows in this type. Raises ValueError if one does not fit."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)  # 1.5 as an integer is 1, with a warning
        return np.loadtxt(lines, dtype, delimiter=separator, quotechar='"', ndmin=2, usecols=columns)


class TableLines:
    """The lines of a table, without its header, one after the other: the last one is where reading stopped."""

    def __init__(self, stream: Iterable[str], separator: str | None, columns: Sequence[int] | None) -> None:
        self.stream, self.separator, self.columns = stream, separator, columns
        self.number = 0
        self.text = ""
        self.width = 0

    def __iter__(self) -> Iterator[str]:
        for number, text in enumerate(self.stream, 1):
            self.number, self.text = number, text
            if not text.isspace() and (self.width or self.starts(cells(text, self.separator))):
                yield text

    def starts(self, row: list[str]) -> bool:
        """Return whether the numbers start here: the first line that holds anything may be a header."""
        if row == [""]:
            return False
        self.width = len(row)
        return not is_header(row)

    def odd(self) -> str:
        """Return why the last line is no row of numbers like those before it, or an empty text."""
        row = cells(self.text, self.separator)
        for column, cell in enumerate(row):
            asked = self.columns is None or column in self.columns
            if asked and not (NUMBER.fullmatch(cell) or NOT_FINITE.fullmatch(cell)):
                return f", column {column + 1}: {quoted(cell)} is not a number"
        return "" if len(row) == self.width else f": {len(row)} numbers where the lines before it have {self.width}"


def cells(line: str, separator: str | None) -> list[str]:
    """Split a line, less its comment; quotes may hold the separator."""
    text = line.split("#")[0].strip()
    if '"' not in text:
        return [cell.strip() for cell in text.split(separator)] or [""]
    split = csv.reader([text], delimiter=separator or " ", skipinitialspace=True)
    return [cell.strip() for cell in next(split, [""])]


def is_header(row: list[str]) -> bool:
    """Return whether a row holds names, such as `label,1x1,1x2`: no number, and letters in all but empty ones."""
    if any(NUMBER.fullmatch(cell) or NOT_FINITE.fullmatch(cell) for cell in row):
        return False
    named = [cell for cell in row if cell]
    return bool(named) and all(any(map(str.isalpha, cell)) for cell in named)
