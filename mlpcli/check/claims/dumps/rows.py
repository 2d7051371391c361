"""Rows of numbers with names beside or above them, as tables and workbooks have → claims."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ....errors import Place
from ..claimed import Claimed
from .digits import from_texts, is_number, no_tensor, odd_value
from .pages import Steps
from .text.steps import by_step
from .tree import number_of

INDEXED = re.compile(r"(.*\d)(?:\[(\d{1,6})\]|_(\d{1,6}))")
"""One row of a tensor: W1[0], W1_0. Without a number in it, b[0] is the tensor of a layer."""


@dataclass
class Named:
    """A name and the rows of a tensor."""

    name: str
    place: Place
    rows: list[list[str]]
    beside: bool = False
    """Whether the name stands in the line of each row, so that further lines may be further rows."""


def clean(name: str) -> str:
    """Return a name without the marks that people put behind it."""
    return name.strip().lstrip("#").rstrip(":=").strip()[:200]


def read_named(found: Iterable[Named]) -> Steps[Claimed]:
    """Return the claims of every training step: where a name says `step 2`, or where names come again."""
    step: int | None = None
    claims = []
    for entry in joined(found):
        told = number_of(entry.name)
        if told and not any(entry.rows):
            step = int(told)
        elif any(entry.rows):
            claims.append((step, claim(entry)))
    return by_step(claims) if claims else {1: []}


def joined(found: Iterable[Named]) -> list[Named]:
    """Join lines that are rows of one tensor: of one name, or numbered W1[0], W1[1]."""
    result: list[Named] = []
    row = 0
    for entry in found:
        last = result[-1] if result and result[-1].beside and entry.beside else None
        index = INDEXED.fullmatch(entry.name)
        stem, number = (index[1], int(index[2] or index[3])) if index else (entry.name, None)
        if last and last.name == entry.name and number is None:
            last.rows += entry.rows
        elif last and last.name == stem and number == row + 1:
            last.rows += entry.rows
            row += 1
        elif entry.beside and number == 0:
            result.append(Named(stem, entry.place, list(entry.rows), True))
            row = 0
        else:
            result.append(entry)
    return result


def claim(entry: Named) -> Claimed:
    odd = next((cell for row in entry.rows for cell in row if not is_number(cell)), None)
    if odd is not None:
        return no_tensor(entry.name, entry.place, odd_value(odd) if odd else "a cell of it is empty")
    return from_texts(entry.name, entry.place, nested(entry.rows))


def nested(rows: list[list[str]]) -> Any:
    """Return rows as a matrix, one row as a vector, one number as such."""
    if len(rows) > 1:
        return rows
    return rows[0] if len(rows[0]) > 1 else rows[0][0]
