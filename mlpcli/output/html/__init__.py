"""Documents as one HTML file without scripts: a cell opens its arithmetic, and that the cells it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..document import (
    Columns,
    Document,
    Finding,
    Findings,
    Grades,
    NamedTensor,
    Note,
    Origin,
    Part,
    Record,
    Section,
    Table,
    Tensors,
    Worksheet,
)
from ..formats import Rendering
from ..lines import one_line
from ..matrices import Matrix, sections, texts
from ..people import cell, column_tensors, said, titles, wide
from .cells import Cells, escaped
from .style import STYLE

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What a browser may load for the page: nothing."""


def render(document: Document, rendering: Rendering) -> str:
    """Write a heading per section, every tensor with its formula and its numbers."""
    title = escaped(titles(document, document.sections[0])[0] if document.sections else document.command)
    lines = [line for number, section in enumerate(document.sections) for line in page(document, number, rendering)]
    lines += [line for part in document.closing for line in written(part, rendering, Cells())]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n" + "\n".join(lines) + "\n</body>\n</html>\n"
    )


def page(document: Document, number: int, rendering: Rendering) -> Iterator[str]:
    """Write a section; the ids of its cells begin with its number, as those of other sections have the same names.

    The cells of a worksheet open nothing: their arithmetic would tell what is left out.
    """
    section: Section = document.sections[number]
    yield from (f"<h1>{escaped(title)}</h1>" for title in titles(document, section))
    for part in section.parts:
        origin = part.origin if isinstance(part, Tensors) else None
        yield from written(part, rendering, Cells(origin, f"s{number}", rendering.precision))


def written(part: Part, rendering: Rendering, cells: Cells) -> Iterator[str]:
    return WRITERS[type(part)](part, rendering, cells)


def tensors(part: Tensors, rendering: Rendering, cells: Cells) -> Iterator[str]:
    """Write tensors in order, and below them what their cells open."""
    shown = {tensor.name: texts(tensor, rendering, "") for tensor in (*part.given, *part.items)}
    cells.choose([tensor for tensor in (*part.given, *part.items) if not shown[tensor.name].summary])
    for name, members in sections(part):
        yield f"<h2>{escaped(name)}</h2>"
        for tensor in members:
            yield from block(tensor, shown[tensor.name], part.origin, cells)
    yield from cells.opened()


def block(tensor: NamedTensor, found: Matrix, origin: Origin | None, cells: Cells) -> Iterator[str]:
    formula = f" <small>= {escaped(tensor.formula)}</small>" if tensor.formula else ""
    yield f"<h3>{escaped(tensor.name)}{formula}</h3>"
    if found.summary:
        yield f'<p class="soft">{escaped(found.summary)}; the first of its numbers:</p>'
    yield f'<div class="wide"><table class="matrix">{matrix(tensor, found, cells)}</table></div>'


def matrix(tensor: NamedTensor, found: Matrix, cells: Cells) -> str:
    """Write rows of numbers whose decimal points stand below each other."""
    widths = [max(map(after_point, column)) for column in zip(*found.rows, strict=True)]
    rows = []
    for i, texts_of_row in enumerate(found.rows):
        cols = zip(texts_of_row, widths, strict=True)
        rows.append("".join(number(tensor, (i, j), text, width, cells) for j, (text, width) in enumerate(cols)))
    rows = [row + "<td><span>…</span></td>" for row in rows] if found.wider else rows
    rows += ["<td><span>⋮</span></td>" * (len(widths) + found.wider)] if found.longer else []
    return "".join(f"<tr>{row}</tr>" for row in rows)


def number(tensor: NamedTensor, index: tuple[int, int], text: str, width: int, cells: Cells) -> str:
    """Write a number, moved left by as many characters as others of its column have more behind the point."""
    if not text:
        return '<td><span class="blank"></span></td>'
    less = width - after_point(text)
    style = f' style="--after:{less}"' if less else ""
    shown = escaped(text.replace("-", "−", 1) if text.startswith("-") else text)
    return f"<td{style}>{cells.button(tensor, index, shown)}</td>"


def after_point(text: str) -> int:
    """Return how many characters stand at and behind the decimal point."""
    before, point, after = text.partition(".")
    return len(point + after) if before.lstrip("-").isdigit() else 0


def worksheet(part: Worksheet, rendering: Rendering, cells: Cells) -> Iterator[str]:
    return tensors(part.tensors, rendering, cells)


def record(part: Record, rendering: Rendering, cells: Cells) -> Iterator[str]:
    yield from (f"<p>{marked(line)}</p>" for line in said(part, rendering))


def columns(part: Columns, rendering: Rendering, cells: Cells) -> Iterator[str]:
    for tensor in column_tensors(part):
        yield from block(tensor, texts(tensor, rendering, ""), None, cells)


def table(part: Table, rendering: Rendering, cells: Cells) -> Iterator[str]:
    if wide(part):
        yield from indented(part, rendering)
        return
    yield from rows(part.headings, ([escaped(cell(item)) for item in row] for row in part.rows))


def findings(part: Findings, rendering: Rendering, cells: Cells) -> Iterator[str]:
    """Write a row per finding, its verdict coloured, and what is wrong at length."""
    yield from indented(part, rendering)
    found = ([escaped(item.subject), verdict(item)] for item in part.items)
    yield from rows(part.headings, found)


def indented(part: Findings | Table, rendering: Rendering) -> Iterator[str]:
    """Write the lines of a part, each as far to the right as it is in text."""
    for line in said(part, rendering):
        yield f'<p class="line" style="--in:{len(line) - len(line.lstrip())}">{escaped(line.strip())}</p>'


def verdict(item: Finding) -> str:
    words = item.verdict or item.message or item.state
    return f'<span class="{item.state} {escaped(item.verdict)}">{escaped(words)}</span>'


def rows(headings: tuple[str, ...], cells: Any) -> Iterator[str]:
    lines = ["<tr>" + "".join(f"<td>{item}</td>" for item in row) + "</tr>" for row in cells]
    if lines:
        head = "".join(f"<th>{escaped(name)}</th>" for name in headings)
        yield f'<div class="wide"><table class="list"><tr>{head}</tr>{"".join(lines)}</table></div>'


def marked(line: str) -> str:
    """Write a sentence; `ok` and `FAIL` in front of it in the colour of such a verdict."""
    first, space, rest = line.partition(" ")
    state = {"ok": "passed", "FAIL": "failed"}.get(first)
    return f'<span class="{state}">{first}</span> {escaped(rest.strip())}' if state and space else escaped(line)


def note(part: Note, rendering: Rendering, cells: Cells) -> Iterator[str]:
    yield f'<p class="soft">{escaped(one_line(part.text))}</p>'


WRITERS: dict[type[Part], Callable[..., Iterator[str]]] = {
    Tensors: tensors, Worksheet: worksheet, Record: record, Columns: columns, Table: table, Grades: table,
    Findings: findings, Note: note,
}  # fmt: skip
