"""Tables with a name above each block of rows, or before each row, or with none: then it is that of the file.

W1              W1,1,2            1;2,5
1,2             W1,3,4            3;4,5
3,4             b1,5,6
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePath

from ....config.nodes import MAX_NODES
from ....errors import InputError, Place, Problem
from ..claimed import Claimed
from .crossed import by_cell
from .digits import is_number
from .pages import MAX_TENSORS, Steps, too_many
from .rows import Named, clean, read_named
from .tree import COUNTERS

MAX_LINES = 300_000
"""Lines of a table at most."""
NOTHING = "it holds no numbers: the first line must name the columns name,row,column,value, or rows have a name"
DECIMAL_COMMA = re.compile(r"[-+]?\d*,\d+(?:[eE][-+]?\d+)?", re.ASCII)
POINT = re.compile(r"[-+]?\d*\.\d", re.ASCII)
LOOKED_AT = 50
"""Lines that tell what separates cells."""


def read_wide(text: str, file: str) -> Steps[Claimed]:
    """Read a claim per name. Raises InputError."""
    steps = read_named(named_rows(text, file))
    if not any(steps.values()):
        raise InputError(Problem(Place(file, 1, 1), "", NOTHING))
    return steps


def named_rows(text: str, file: str) -> list[Named]:
    """Return names with the rows that follow them."""
    table, count = Table(file), 0
    lines = [(number, trimmed(cells)) for number, cells in islice(cell_rows(text, file), MAX_LINES + 1)]
    if len(lines) > MAX_LINES:
        message = f"more than {MAX_LINES:,} lines; put arrays in an .npz file"
        raise InputError(Problem(Place(file, lines[-1][0], 1), "", message))
    for number, cells in without_index(lines):
        count += len(cells)
        if count > MAX_NODES:
            message = f"more than {MAX_NODES:,} values; put arrays in an .npz file"
            raise InputError(Problem(Place(file, number, 1), "", message))
        table.take(cells, Place(file, number, 1))
        if len(table.found) > MAX_TENSORS:
            raise too_many(file)
    table.end_columns()
    return table.found


class Table:
    """Goes through the lines of a table: the last name is that of the next numbers."""

    def __init__(self, file: str) -> None:
        self.stem = PurePath(file).stem
        self.found: list[Named] = []
        self.current: Named | None = None
        self.header: list[str] = []
        """A line of names alone, whose columns may follow."""
        self.above: list[str] = []
        """The last such line: rows with a name beside them are crossed by it."""
        self.columns: list[list[str]] = []

    def take(self, cells: list[str], place: Place) -> None:
        """Read a line."""
        numbers = [is_number(cell) for cell in cells]
        if self.header and not (all(numbers) and len(cells) == len(self.header)):
            self.end_columns()
        if not cells:
            self.current = None if self.current and self.current.rows else self.current
        elif self.header:
            self.columns.append(cells)
        elif numbers[0] or (not cells[0] and any(numbers)):
            self.current = self.current or self.begin(self.stem, place)
            self.current.rows.append(cells[1:] if self.current.beside and not cells[0] else cells)
        elif any(numbers):
            for name, row in by_cell(clean(cells[0]), self.above, cells[1:]).items() or [(cells[0], cells[1:])]:
                self.begin(name, place, beside=True).rows.append(row if isinstance(row, list) else [row])
        elif len(cells) == 1:
            self.begin(cells[0], place)
        else:
            self.header, self.place, self.current = cells, place, None
            self.above = [clean(cell) for cell in cells]

    def begin(self, name: str, place: Place, beside: bool = False) -> Named:
        self.current = Named(clean(name), place, [], beside)
        self.found.append(self.current)
        return self.current

    def end_columns(self) -> None:
        """Give columns the names above them; a column of steps says which step each line is of."""
        names, rows = self.header, self.columns
        self.header, self.columns = [], []
        if names and names[0].lower() in COUNTERS:
            for row in rows:
                self.found.append(Named(f"step {row[0]}", self.place, []))
                self.found += [
                    Named(clean(name), self.place, [[cell]]) for name, cell in zip(names[1:], row[1:], strict=True)
                ]
        elif rows:
            for name, column in zip(names, zip(*rows, strict=True), strict=True):
                self.found.append(Named(clean(name), self.place, [[cell] for cell in column]))


def trimmed(cells: list[str]) -> list[str]:
    """Return the cells of a line without empty ones at its end."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def cell_rows(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each line's number and its cells. Raises InputError."""
    separator = separator_of(text)
    if separator is None:
        yield from ((number, line.split()) for number, line in enumerate(text.splitlines(), 1))
        return
    comma = separator != "," and has_decimal_commas(text, separator)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator, skipinitialspace=separator != "\t")
    try:
        for cells in reader:
            yield reader.line_num, [pointed(cell.strip()) if comma else cell.strip() for cell in cells]
    except csv.Error:
        message = f"a cell of more than {csv.field_size_limit():,} characters, or a quote that is never closed"
        raise InputError(Problem(Place(file, reader.line_num, 1), "", message)) from None


def separator_of(text: str) -> str | None:
    """Return what separates the cells of a table; None for blanks."""
    head = "\n".join(text.split("\n", LOOKED_AT)[:LOOKED_AT])
    for separator in (";", "\t", ","):
        if separator in head:
            return separator
    return None


def has_decimal_commas(text: str, separator: str) -> bool:
    """Return whether numbers have commas for points: there is one such number, and none with a point."""
    cells = [
        cell.strip() for line in text.split("\n", 20 * LOOKED_AT)[: 20 * LOOKED_AT] for cell in line.split(separator)
    ]
    return any(map(DECIMAL_COMMA.fullmatch, cells)) and not any(map(POINT.match, cells))


def pointed(cell: str) -> str:
    return cell.replace(",", ".") if DECIMAL_COMMA.fullmatch(cell) else cell


def without_index(lines: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Drop the numbers of columns and rows that pandas writes: above, after an empty cell, and before each row."""
    filled = [cells for _, cells in lines if cells]
    head, *body = filled or [[]]
    counted = head[:1] == [""] and head[1:] == [str(i) for i in range(len(head) - 1)]
    if not counted or not body or [row[0] for row in body] != [str(i) for i in range(len(body))]:
        return lines
    first = next(number for number, cells in lines if cells)
    return [(number, cells[1:]) for number, cells in lines if number != first]
