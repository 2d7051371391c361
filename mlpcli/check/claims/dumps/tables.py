"""Dumps as CSV, a number per line: case,step,name,row,column,value; other tables are read by their rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ....config.nodes import MAX_NODES
from ....config.scalars import INTEGER
from ....errors import InputError, Place, Problem, quoted
from ..claimed import Claimed
from .digits import from_texts, is_number, no_tensor, odd_value
from .pages import MAX_TENSORS, Page, Steps, steps_of, too_many
from .wide import cell_rows, read_wide

NEEDED = ("name", "row", "column", "value")
Index = tuple[int, ...]


@dataclass
class TensorCells:
    """The cells of one tensor by row and column, as texts."""

    name: str
    place: Place
    cells: dict[Index, str] = field(default_factory=dict)


def read_cells(text: str, file: str, case: int) -> Steps[Claimed]:
    """Read the claims of a case, in the order of the file. Raises InputError."""
    tables: dict[tuple[Page, str], TensorCells] = {}
    for line, row in rows(text, file):
        place = Place(file, line, 1)
        page = (row.get("case", ""), row.get("step", ""))
        table = tables.setdefault((page, row["name"]), TensorCells(row["name"], place))
        index = indices(row, place)
        if len(tables) > MAX_TENSORS:
            raise too_many(file)
        if index in table.cells:
            raise InputError(Problem(place, "", f"{quoted(table.name)} has the cell {list(index)} twice"))
        table.cells[index] = row["value"]
    return steps_of(case, [(page, claim(table)) for (page, _), table in tables.items()], file)


def read_table(text: str, file: str, case: int) -> Steps[Claimed]:
    """Read a table in whichever form it has. Raises InputError."""
    head = next((cells for _, cells in cell_rows(text, file) if any(cells)), [])
    names = {name.lower() for name in head}
    return read_cells(text, file, case) if set(NEEDED) <= names else read_wide(text, file)


def rows(text: str, file: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each line's number and its values by the names of the header."""
    lines = (line for line in cell_rows(text, file) if any(line[1]))
    _, head = next(lines)
    header = [name.lower() for name in head]
    for count, (number, cells) in enumerate(lines):
        place = Place(file, number, 1)
        if len(cells) != len(header):
            raise InputError(Problem(place, "", f"{len(cells)} values for the {len(header)} columns of the header"))
        if count == MAX_NODES:
            raise InputError(Problem(place, "", f"more than {MAX_NODES:,} values; put arrays in an .npz file"))
        yield number, dict(zip(header, cells, strict=True))


def indices(row: dict[str, str], place: Place) -> Index:
    """Read row and column, counted from 0; none where the tensor has none."""
    words = [row[key] for key in ("row", "column") if row[key]]
    for word in words:
        if not INTEGER.fullmatch(word) or len(word) > 9 or int(word) < 0:
            raise InputError(Problem(place, "", f"{quoted(word)} is no row or column; they count from 0"))
    return tuple(map(int, words))


def claim(table: TensorCells) -> Claimed:
    odd = next((text for text in table.cells.values() if not is_number(text)), None)
    if odd is not None:
        return no_tensor(table.name, table.place, odd_value(odd))
    return from_texts(table.name, table.place, nest(table))


def nest(table: TensorCells) -> Any:
    """Nest the cells in lists. Raises InputError for one that is missing: rows may come in any order."""
    axes = list(zip(*table.cells, strict=False))
    shape = [max(axis) + 1 for axis in axes]
    ragged = len({len(index) for index in table.cells}) > 1
    if ragged or len(table.cells) != (shape[0] if shape else 1) * (shape[1] if len(shape) > 1 else 1):
        size = "×".join(map(str, shape))
        message = (
            f"{quoted(table.name)} has {len(table.cells)} cells and not those of {size}: rows and columns count from 0"
        )
        raise InputError(Problem(table.place, "", message))
    if not shape:
        return table.cells[()]
    if len(shape) == 1:
        return [table.cells[(i,)] for i in range(shape[0])]
    return [[table.cells[i, j] for j in range(shape[1])] for i in range(shape[0])]
