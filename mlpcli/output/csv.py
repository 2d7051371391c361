"""Documents as CSV: tensors with a number per line, tables under their headings, columns of numbers as they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

import numpy as np

from .document import Columns, Document, Part, Section, Table, Tensors
from .formats import Rendering

HEADER = "case,step,name,row,column,value"


def render(document: Document, rendering: Rendering) -> str:
    """Write every digit. Records and notes about the tensors, the tables and the columns are left out."""
    lines: list[str] = []
    head = ""
    for section in document.sections:
        for part in section.parts:
            own = heading(part, section)
            lines += [own] if own != head and own else []
            lines += rows(part, section)
            head = own or head
    return "".join(f"{line}\n" for line in lines)


def heading(part: Part, section: Section) -> str:
    """Return the names of a part's columns, empty where it has none; those of a matrix are counted from 0."""
    if isinstance(part, Table):
        return joined([*section.numbers, *part.headings])
    if isinstance(part, Columns):
        widths = {name: 1 if column.ndim == 1 else column.shape[1] for name, column in part.values.items()}
        return joined(
            n if part.values[n].ndim == 1 else f"{n}[{k}]" for n, width in widths.items() for k in range(width)
        )
    return HEADER if isinstance(part, Tensors) else ""


def rows(part: Part, section: Section) -> Iterator[str]:
    if isinstance(part, Table):
        yield from (joined([*section.numbers.values(), *row]) for row in part.rows)
    elif isinstance(part, Tensors):
        yield from numbers(part, section)
    elif isinstance(part, Columns):
        columns = [column.reshape(len(column), -1).tolist() for column in part.values.values()]
        yield from (joined(cell for cells in row for cell in cells) for row in zip(*columns, strict=True))


def numbers(part: Tensors, section: Section) -> Iterator[str]:
    """Yield lines with row and column, counted from 0; they are empty where a tensor has none."""
    case, step = ("" if number is None else str(number) for number in (section.case, section.step))
    for tensor in part.items:
        for index, value in np.ndenumerate(tensor.value):
            row, column = [*map(str, index), "", ""][:2]
            yield f"{case},{step},{tensor.name},{row},{column},{float(value)!r}"


def joined(cells: Iterable[object]) -> str:
    """Join the cells of a row, quoted where they have to be."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="").writerow(cells)
    return stream.getvalue()
