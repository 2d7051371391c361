"""Dumps as workbooks, .xlsx: blocks of numbers with a name beside or above them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from ....errors import InputError, Place, Problem
from ....files.numerals import ENDLESS_NUMBER, find_endless
from ....files.read import read_bytes
from ....files.streams import ArrayError
from ....files.xlsx import sheets
from ..claimed import Claimed
from .digits import is_number
from .pages import Steps, limited
from .rows import Named, clean, read_named

NOTHING = "it has no numbers; put the name of a tensor above its rows, or before them"
UNNAMED = re.compile(r"(?:sheet|tabelle|feuille?|hoja|foglio|blad|лист)\s*\d*", re.IGNORECASE)
"""What programs call a sheet that nobody has named."""
Cells = dict[tuple[int, int], str]


def read_workbook(path: str, max_bytes: int) -> Steps[Claimed]:
    """Read a claim per block of numbers. Raises InputError."""
    data = read_bytes(path, path, max_bytes)
    try:
        found = limited((n for title, rows in sheets(data) for n in sheet(title, cells_of(rows), path)), path)
    except ArrayError as error:
        raise InputError(Problem(Place(path), "", str(error))) from None
    steps = read_named(found)
    if not any(steps.values()):
        raise InputError(Problem(Place(path), "", NOTHING))
    return steps


def cells_of(rows: list[tuple[Any, ...]]) -> Cells:
    """Return the texts of the cells that have any, by row and column from 0. Raises ArrayError."""
    cells = {
        (r, c): str(value).strip() for r, row in enumerate(rows) for c, value in enumerate(row) if value is not None
    }
    for (r, c), text in cells.items():
        if find_endless(text) is not None:
            raise ArrayError(f"row {r + 1}, column {c + 1}: {ENDLESS_NUMBER}")
    return {at: text for at, text in cells.items() if text}


def sheet(title: str, cells: Cells, path: str) -> Iterator[Named]:
    """Yield the blocks of a sheet, from the top; its title may say which step it is of, or name a lone block."""
    place = Place(f"{path} ({title})")
    yield Named(title, place, [])
    blocks, taken = list[Named](), set[tuple[int, int]]()
    for r, c in cells:
        if (r, c) not in taken and is_number(cells[r, c]):
            blocks += block(cells, r, c, taken, place.file)
        elif (r, c) not in taken and all((r + dr, c + dc) not in cells for dr, dc in ((0, 1), (1, 0))):
            blocks.append(Named(clean(cells[r, c]), place, []))  # a text alone may say which step follows
    filled = [found for found in blocks if found.rows]
    if len(filled) == 1 and not filled[0].name:
        filled[0].name = PurePath(path).stem if UNNAMED.fullmatch(title) else clean(title)
    yield from (found for found in blocks if found.name)


def block(cells: Cells, r: int, c: int, taken: set[tuple[int, int]], file: str) -> list[Named]:
    """Return the numbers that start in a cell: a matrix, or columns where each has a name above it."""
    rows = list[list[str]]()
    first, row = r, r
    while row == first or ((row, c - 1) not in cells or is_number(cells[row, c - 1])):
        end = c
        while (row, end) not in taken and is_number(cells.get((row, end), "")):
            end += 1
        if end == c:
            break
        rows.append([cells[row, column] for column in range(c, end)])
        taken |= {(row, column) for column in range(c, end)}
        row += 1
    place = Place(file, r + 1, c + 1)
    before, heads = label(cells, r, c), [text(cells, r - 1, c + i) for i in range(len(rows[0]))]
    alike = len({len(found) for found in rows}) == 1
    if not before and alike and len(heads) > 1 and all(heads):
        return [Named(head, place, [[line[i]] for line in rows]) for i, head in enumerate(heads)]
    return [Named(before or heads[0], place, rows, bool(before))]


def label(cells: Cells, r: int, c: int) -> str:
    """Return the name to the left of a cell; an equals sign may stand between them."""
    if cells.get((r, c - 1), "").strip(":= ") == "" and (r, c - 1) in cells:
        return text(cells, r, c - 2)
    return text(cells, r, c - 1)


def text(cells: Cells, r: int, c: int) -> str:
    found = cells.get((r, c), "")
    return "" if is_number(found) else clean(found)
