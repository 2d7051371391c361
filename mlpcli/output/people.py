"""What the formats for people share: what a section is called, how values and sentences are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from .document import Columns, Document, Findings, NamedTensor, Record, Section, Table
from .formats import Rendering
from .lines import one_line
from .numbers import scalar

DIGITS = 8
COMMENT = re.compile(" +# ")
MOST_COLUMNS = 5
"""Of a table on a page; what a wider one says is written as lines."""


def titles(document: Document, section: Section) -> list[str]:
    """Return what to put over a section: its title, or the config, which case and which step."""
    title = one_line(section.title) or section.config or document.config or document.command
    lone = len(document.sections) == 1
    numbers = [f"{word} {number}" for word, number in section.numbers.items() if not (lone and word == "case")]
    return [", ".join([title, *numbers])]


def wide(part: Table) -> bool:
    """Return whether a table is said in lines: it is too wide for a page, or reads better so."""
    return part.as_lines or len(part.headings) > MOST_COLUMNS


def said(part: Record | Findings | Table, rendering: Rendering) -> Iterator[str]:
    """Yield the sentences of a part as lines without the marks of YAML, or its values by name; not the title again."""
    if part.text_lines is not None:
        title = one_line(str(part.values.get("title", ""))) if isinstance(part, Record) else ""
        lines = (line.removeprefix("# ").removeprefix("#") for line in part.text_lines)
        yield from (COMMENT.sub("; ", line) for line in lines if line.strip("- ") not in ("", title))
    elif not isinstance(part, Record):
        yield from (line for item in getattr(part, "items", ()) for line in item.lines)
    else:
        yield from (f"{name}: {cell(value, rendering.precision)}" for name, value in part.values.items())


def cell(value: Any, precision: int = DIGITS) -> str:
    """Write a value in a table; what is not there is empty."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return f"[{', '.join(cell(item, precision) for item in value)}]"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {cell(item, precision)}" for name, item in value.items())
    return one_line(scalar(value, precision))


def column_tensors(part: Columns) -> Iterator[NamedTensor]:
    """Yield columns of numbers as tensors; a vector is a column."""
    for name, column in part.values.items():
        value = column.reshape(len(column), -1)
        yield NamedTensor(name, "", "", value, np.zeros(value.shape))
