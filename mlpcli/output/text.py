"""Documents as text: YAML, or sentences where whoever built the document has written them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from ..errors import printable
from .document import Columns, Document, Findings, Note, Part, Record, Section, Tensors, Worksheet
from .formats import Rendering
from .lines import commented, heading, listed, word
from .numbers import number_rows, scalar
from .tensors import grouped


def render(document: Document, rendering: Rendering) -> str:
    """Write a YAML document per section; sections that have a record introduce them follow one another."""
    if document.key:
        return ended(line for part in document.parts for line in lines(part, rendering))
    pages = [ended(page(section, rendering)) for section in document.sections]
    return pages[0] if len(pages) == 1 else "".join(f"---\n{text}" for text in pages)


def ended(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def page(section: Section, rendering: Rendering) -> Iterator[str]:
    """Write the title and the step as comments, then every part."""
    head = heading(section.title) + ([f"# step {section.step}"] if section.step is not None else [])
    yield from head
    for part in section.parts:
        found = list(lines(part, rendering))
        yield from ["", *found] if head and found and isinstance(part, Tensors | Worksheet) else found


def lines(part: Part, rendering: Rendering) -> Iterator[str]:
    """Yield the lines of a part: those its builder wrote, else as its kind is written; no name breaks a line."""
    text_lines = getattr(part, "text_lines", None)
    return map(printable, text_lines if text_lines is not None else WRITERS[type(part)](part, rendering))


def tensors(part: Tensors, rendering: Rendering) -> Iterator[str]:
    for number, group in enumerate(grouped(part, rendering)):
        yield from ["", *group] if number else group


def worksheet(part: Worksheet, rendering: Rendering) -> Iterator[str]:
    return tensors(part.tensors, rendering)


def record(part: Record, rendering: Rendering) -> Iterator[str]:
    """Yield `name: value`; rows are a line each."""
    said = ((name, value) for name, value in part.values.items() if name not in part.unsaid)
    for name, value in said:
        rows = value if isinstance(value, list) and value and isinstance(value[0], list) else []
        line = f"{name}:" if rows else f"{name}: {written(value, rendering)}"
        yield commented(line, part.comments[name]) if name in part.comments else line
        yield from (f"  - {written(row, rendering)}" for row in rows)


def written(value: Any, rendering: Rendering) -> str:
    """Write a value, or a list of some, or some by name."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{word(name)}: {inside(cell, rendering)}" for name, cell in value.items()) + "}"
    if isinstance(value, list | tuple):
        return listed([scalar(cell, rendering.precision) for cell in value])
    return scalar(value, rendering.precision)


def inside(value: Any, rendering: Rendering) -> str:
    """Write a value inside of brackets."""
    return word(value) if isinstance(value, str) else written(value, rendering)


def columns(part: Columns, rendering: Rendering) -> Iterator[str]:
    """Yield `classes: [3, 7]`; a matrix is a line per row."""
    for name, column in part.values.items():
        if column.ndim == 1:
            yield f"{name}: {written(column.tolist(), rendering)}"
        else:
            yield f"{name}:"
            rows = number_rows(column, np.zeros(column.shape), rendering.precision)
            yield from (f"  - {listed(row)}" for row in rows)


def findings(part: Findings, rendering: Rendering) -> Iterator[str]:
    return (line for item in part.items for line in item.lines)


def note(part: Note, rendering: Rendering) -> Iterator[str]:
    yield f"# {part.text}"


WRITERS: dict[type[Part], Callable[..., Iterator[str]]] = {
    Tensors: tensors, Worksheet: worksheet, Record: record, Columns: columns, Findings: findings, Note: note,
}  # fmt: skip
