"""Documents in Markdown, formulas and numbers between `$$`: as GitHub, Jupyter, Obsidian and pandoc show it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from .document import Columns, Document, Findings, Grades, Note, Part, Record, Section, Table, Tensors, Worksheet
from .formats import Rendering
from .latex import equation
from .lines import one_line
from .matrices import sections
from .people import cell, column_tensors, said, titles, wide

BLANK = r"\square"
MARKED = re.compile(r"([\\`*_\[<>#|~$&])")
"""What Markdown may take for a mark."""


def render(document: Document, rendering: Rendering) -> str:
    """Write a heading per section, every tensor as an equation on lines of its own."""
    lines = [line for section in document.sections for line in page(document, section, rendering)]
    lines += [line for part in document.closing for line in WRITERS[type(part)](part, rendering)]
    return "\n".join(lines).strip("\n") + "\n"


def page(document: Document, section: Section, rendering: Rendering) -> Iterator[str]:
    yield from (line for title in titles(document, section) for line in (f"# {escaped(title)}", ""))
    for part in section.parts:
        yield from WRITERS[type(part)](part, rendering)


def tensors(part: Tensors, rendering: Rendering) -> Iterator[str]:
    for name, members in sections(part):
        yield from (f"## {escaped(name)}", "")
        for tensor in members:
            yield from displayed(equation(tensor, part.origin, rendering, BLANK))


def displayed(maths: str) -> Iterator[str]:
    """Write an equation so that GitHub, which reads it as Markdown before, finds no marks in it.

    There `_` opens emphasis unless a blank follows, a backslash before another mark is lost, and so is one of the two
    at the end of a matrix row, unless it is the end of a line too (github/markup, issues 1547, 1575 and 1577).
    """
    spaced = re.sub(r"(?<!\\)_", "_ ", maths).replace(r"\_", r"\ ")
    yield from ("$$", spaced.replace(r" \\ ", " \\\\\n"), "$$", "")


def worksheet(part: Worksheet, rendering: Rendering) -> Iterator[str]:
    return tensors(part.tensors, rendering)


def record(part: Record, rendering: Rendering) -> Iterator[str]:
    lines = [f"- {escaped(line)}" for line in said(part, rendering)]
    yield from [*lines, ""] if lines else []


def columns(part: Columns, rendering: Rendering) -> Iterator[str]:
    for tensor in column_tensors(part):
        yield from displayed(equation(tensor, None, rendering, BLANK))


def table(part: Table, rendering: Rendering) -> Iterator[str]:
    yield from fenced(part, rendering) if wide(part) else rows(part.headings, part.rows)


def findings(part: Findings, rendering: Rendering) -> Iterator[str]:
    """Write a row per finding, and what is wrong at length."""
    yield from rows(part.headings, tuple((item.subject, item.verdict or item.message) for item in part.items))
    yield from fenced(part, rendering)


def fenced(part: Findings | Table, rendering: Rendering) -> Iterator[str]:
    """Write the lines of a part as they are in text."""
    lines = list(said(part, rendering))
    if lines:
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", "\n".join(lines))), default=0))
        yield from (f"{fence}text", *map(printable, lines), fence, "")


def printable(line: str) -> str:
    return "".join(c for c in line if c.isprintable())


def rows(headings: tuple[str, ...], cells: tuple[tuple[Any, ...], ...]) -> Iterator[str]:
    """Write a table."""
    if cells:
        yield from (row(headings), row("---" for _ in headings))
        yield from (row(escaped(cell(item)) for item in line) for line in cells)
        yield ""


def row(cells: Any) -> str:
    return f"| {' | '.join(cells)} |"


def note(part: Note, rendering: Rendering) -> Iterator[str]:
    yield from (escaped(one_line(part.text)), "")


def escaped(text: str) -> str:
    """Write words so that no character of theirs is a mark."""
    return MARKED.sub(r"\\\1", printable(text))


WRITERS: dict[type[Part], Callable[..., Iterator[str]]] = {
    Tensors: tensors, Worksheet: worksheet, Record: record, Columns: columns, Table: table, Grades: table,
    Findings: findings, Note: note,
}  # fmt: skip
