"""Documents in LaTeX: a whole file that pdflatex, xelatex and lualatex compile with what every TeX brings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..nn.formula import notation
from .document import (
    Columns,
    Document,
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
from .formats import Rendering
from .lines import one_line
from .matrices import Matrix, sections, texts
from .people import cell, column_tensors, said, titles, wide
from .tex import bmatrix, declared, escaped, number

LONG = 40
BLANK = r"\underline{\hspace{2.5em}}"
PREAMBLE = r"""\documentclass[a4paper]{article}
\usepackage[margin=2cm]{geometry}
\usepackage{amsmath,graphicx,longtable}
\setcounter{secnumdepth}{0}
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt}
\newsavebox\displaybox
% A display that is wider or higher than the page is made to fit.
\newcommand\fit[1]{\[\sbox\displaybox{$\displaystyle #1$}%
  \ifdim\dimexpr\ht\displaybox+\dp\displaybox>.9\textheight
    \sbox\displaybox{\resizebox*{!}{.9\textheight}{\usebox\displaybox}}\fi
  \ifdim\wd\displaybox>\linewidth\resizebox{\linewidth}{!}{\usebox\displaybox}\else\usebox\displaybox\fi\]}
"""


def render(document: Document, rendering: Rendering) -> str:
    """Write every tensor as a display: its name, its formula, its numbers."""
    lines = [line for section in document.sections for line in page(document, section, rendering)]
    lines += [line for part in document.closing for line in WRITERS[type(part)](part, rendering)]
    body = "\n".join(lines)
    columns = 1 + max(row.count("&") for row in body.split(r"\\"))
    head = f"{PREAMBLE}\\setcounter{{MaxMatrixCols}}{{{columns}}}\n{declared(body)}"
    return f"{head}\\begin{{document}}\n\n{body}\n\n\\end{{document}}\n"


def page(document: Document, section: Section, rendering: Rendering) -> Iterator[str]:
    yield from (rf"\section{{{escaped(title)}}}" for title in titles(document, section))
    for part in section.parts:
        yield from WRITERS[type(part)](part, rendering)


def tensors(part: Tensors, rendering: Rendering) -> Iterator[str]:
    for name, members in sections(part):
        yield f"\n\\subsection{{{escaped(name)}}}"
        yield from (display(tensor, part.origin, rendering) for tensor in members)


def display(tensor: NamedTensor, origin: Origin | None, rendering: Rendering) -> str:
    r"""Write `\fit{Y_{1} = \max\left(0, Y_{1}^{\mathrm{lin}}\right) = \begin{bmatrix} 31 & 20 & 7 \end{bmatrix}}`."""
    return rf"\fit{{{equation(tensor, origin, rendering, BLANK)}}}"


def equation(tensor: NamedTensor, origin: Origin | None, rendering: Rendering, blank: str) -> str:
    """Write name = formula = numbers; what is large by its first numbers and its shape."""
    step = origin.program.by_name.get(tensor.name) if origin else None
    formula = [step.op.latex(step.operands)] if step else []
    found = texts(tensor, rendering, "")
    maths = " = ".join([notation.tensor(tensor.name), *formula, numbers(tensor, found, blank)])
    size = r" \times ".join(map(str, tensor.value.shape))
    return rf"{maths} \quad \left({size}\right)" if found.summary else maths


def numbers(tensor: NamedTensor, found: Matrix, blank: str) -> str:
    rows = [[number(text) if text else blank for text in row] for row in found.rows]
    if tensor.value.ndim == 0:
        return rows[0][0]
    rows = [[*row, r"\cdots"] for row in rows] if found.wider else rows
    return bmatrix([*rows, [r"\vdots"] * len(rows[0])] if found.longer else rows)


def worksheet(part: Worksheet, rendering: Rendering) -> Iterator[str]:
    return tensors(part.tensors, rendering)


def record(part: Record, rendering: Rendering) -> Iterator[str]:
    """Write the sentences of a record, or else `name: value`."""
    yield from (escaped(line) + "\n" for line in said(part, rendering))


def columns(part: Columns, rendering: Rendering) -> Iterator[str]:
    yield from (display(tensor, None, rendering) for tensor in column_tensors(part))


def table(part: Table, rendering: Rendering) -> Iterator[str]:
    yield from indented(part, rendering) if wide(part) else rows(part.headings, part.rows)


def findings(part: Findings, rendering: Rendering) -> Iterator[str]:
    """Write a row per finding, and what is wrong at length."""
    yield from rows(part.headings, tuple((item.subject, item.verdict or item.message) for item in part.items))
    yield from indented(part, rendering)


def indented(part: Findings | Table, rendering: Rendering) -> Iterator[str]:
    """Write the lines of a part, each as far to the right as it is in text."""
    for line in said(part, rendering):
        indent = len(line) - len(line.lstrip())
        yield rf"\hspace*{{{indent / 2}em}}{escaped(line.strip())}" + "\n"


def rows(headings: tuple[str, ...], cells: tuple[tuple[Any, ...], ...]) -> Iterator[str]:
    """Write a table that may go over pages, every column as wide as its share of the text."""
    if not cells:
        return
    shares = [max(share(cell(row[i])) for row in (headings, *cells)) for i in range(len(headings))]
    widths = "".join(rf"p{{{0.9 * n / sum(shares):.3f}\linewidth}}" for n in shares)
    yield r"{\small\raggedright"
    yield rf"\begin{{longtable}}{{@{{}}{widths}@{{}}}}"
    yield " & ".join(rf"\textbf{{{escaped(name)}}}" for name in headings) + r" \\ \hline \endhead"
    for row in cells:
        yield " & ".join(escaped(cell(item)) for item in row) + r" \\"
    yield r"\end{longtable}}"


def share(text: str) -> int:
    """Return how wide a column has to be for a cell: for its longest word, and more for long texts."""
    return max([min(len(text), LONG), 3, *(len(word) + 2 for word in text.split())])


def note(part: Note, rendering: Rendering) -> Iterator[str]:
    yield escaped(one_line(part.text)) + "\n"


WRITERS: dict[type[Part], Callable[..., Iterator[str]]] = {
    Tensors: tensors, Worksheet: worksheet, Record: record, Columns: columns, Table: table, Grades: table,
    Findings: findings, Note: note,
}  # fmt: skip
