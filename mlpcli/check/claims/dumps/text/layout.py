"""Rows as a program prints them → one tensor: columns in several blocks, a scale before them, numbers of rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any

from .brackets import Value


@dataclass
class Layout:
    """What stands beside rows and says how they are meant."""

    scale: str = ""
    """A factor before all of them: MATLAB's `1.0e-03 *`."""
    blocks: list[int] = field(default_factory=list)
    """Before which rows other columns of the same rows begin."""


def joined(values: list[Value], layout: Layout) -> Any:
    """Return the nested texts of a tensor's rows, or of the one value that it has."""
    texts: Any = [value.texts for value in values]
    if layout.blocks and all(value.depth == 1 for value in values):
        texts = side_by_side(texts, layout.blocks)
    texts = without_index(texts) if len(texts) > 1 else texts[0]
    return scaled(texts, layout.scale) if layout.scale else texts


def side_by_side(rows: list[list[str]], starts: list[int]) -> list[list[str]]:
    """Join blocks of columns; as they are where they have not the same rows."""
    ends = [0, *(start for start in starts if 0 < start < len(rows)), len(rows)]
    blocks = [rows[a:b] for a, b in pairwise(ends)]
    if len({len(block) for block in blocks}) > 1:
        return rows
    return [[cell for row in line for cell in row] for line in zip(*blocks, strict=True)]


def without_index(rows: list[Any]) -> list[Any]:
    """Drop the numbers of rows and columns that pandas prints: 0, 1, 2, … above, and before each row."""
    head, *body = rows
    counted = isinstance(head, list) and head == [str(i) for i in range(len(head))]
    numbered = [row for row in body if isinstance(row, list) and len(row) == len(head) + 1]
    if counted and numbered == body and [row[0] for row in body] == [str(i) for i in range(len(body))]:
        return [row[1:] for row in body]
    return rows


def scaled(texts: Any, scale: str) -> Any:
    """Multiply written numbers by a power of ten, or by another number, with the digits that they have."""
    if isinstance(texts, list):
        return [scaled(item, scale) for item in texts]
    try:
        number, factor = Decimal(texts), Decimal(scale)
    except ArithmeticError:
        return str(texts)
    if not number.is_finite() or not factor:
        return str(texts)
    power = factor.adjusted()
    if factor == Decimal(1).scaleb(power):
        return f"{texts}e{power}" if "e" not in texts.lower() else str(number.scaleb(power))
    return str(number * factor)
