"""The names of a table's columns: which of its first lines hold them, and where that is a question."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from itertools import pairwise

from ..errors import quoted
from .dialect import NULLS, NUMBER_NULLS, Dialect
from .streams import ArrayError
from .styles import number_pattern

Row = tuple[int, list[str]]
ASK = "line {} may be a row or the names of columns ({}): write header: true or header: false"


def find_header(name: str, rows: list[Row], dialect: Dialect, given: int | None) -> Dialect:
    """Return the dialect with the names of its columns and where its rows start. Raises ArrayError."""
    number = number_pattern(dialect.decimal, dialect.thousands)
    nulls = set(dialect.nulls or (*NULLS, *NUMBER_NULLS))
    first = rows[0][1]
    if len(rows) > 1 and len(rows[1][1]) == len(first) + 1:
        ends = not any(row[-1] for _, row in rows[1:] if len(row) > len(first))
        first = [*first, ""] if ends else ["", *first]  # R leaves the name of the row names out
    width = len(first)
    check_repeats(name, rows, number)
    kinds = [
        [None if cell in nulls else number.fullmatch(cell) is not None for cell in row[:width]] for _, row in rows[1:]
    ]
    second = given != 0 and is_second(kinds, width) and not recurs(rows[1:], rows[1][1], nulls)
    below = kinds[1:] if second else kinds
    numeric = [is_numeric(below, k) for k in range(width)]
    header = 2 if second else decide(name, rows, first, numeric, number) if given is None else int(given)
    if not header:
        own = [number.fullmatch(cell) is not None or cell in nulls for cell in first]
        numeric = [(known and own[k]) or (len(rows) == 1 and own[k]) for k, known in enumerate(numeric)]
        first = [""] * width
    if len(rows) <= header:
        raise ArrayError(f"{name} has a header and no rows")
    names = [cell or f"column{k}" for k, cell in enumerate(first)]
    check_names(name, rows[0][0], names)
    unnamed = frozenset(n for n, cell in zip(names, first, strict=True) if not cell) if header else frozenset[str]()
    return replace(
        dialect,
        header=int(header),
        start=rows[header - 1][0] if header else dialect.skip,
        names=tuple(names),
        unnamed=unnamed,
        numbers=frozenset(n for n, known in zip(names, numeric, strict=True) if known),
        padded=frozenset(
            n for k, n in enumerate(names) if any(is_padded(row[k]) for _, row in rows[int(header) :] if k < len(row))
        ),
    )


def check_repeats(name: str, rows: list[Row], number: re.Pattern[str]) -> None:
    """Raise ArrayError where the names of columns stand again among rows with numbers, as in files put together."""
    line, first = rows[0]
    again = next((at for at, row in rows[1:] if row == first), None)
    if again is None or any(map(number.fullmatch, first)) or not all(first):
        return
    others = [row for _, row in rows[1:] if row != first]
    if any(all(k < len(row) and number.fullmatch(row[k]) for row in others) for k in range(len(first)) if others):
        raise ArrayError(f"{name}, line {again}: the names of line {line} stand there again; remove it")


def is_padded(cell: str) -> bool:
    """Return whether a cell is a whole number with a zero before it, as codes have: 02134."""
    return len(cell) > 1 and cell[0] == "0" and cell.isdigit()


def is_numeric(kinds: list[list[bool | None]], column: int) -> bool:
    """Return whether a column holds numbers, and gaps."""
    found = {row[column] for row in kinds if column < len(row)}
    return True in found and False not in found


def is_second(kinds: list[list[bool | None]], width: int) -> bool:
    """Return whether the line below the names holds words where all below it are numbers: a header of units."""
    if len(kinds) < 3:
        return False
    heads = [kinds[0][k] for k in range(min(width, len(kinds[0]))) if is_numeric(kinds[1:], k)]
    return False in heads and True not in heads


def decide(name: str, rows: list[Row], first: list[str], numeric: list[bool], number: object) -> int:
    """Return whether the first line is a header: words above numbers. Raises ArrayError where it may be either."""
    matches = number.fullmatch  # type: ignore[attr-defined]
    line = rows[0][0]
    above = [cell for cell, known in zip(first, numeric, strict=True) if known and cell]
    words = [cell for cell in above if not matches(cell)]
    if not any(numeric):
        return int(all(first) and len(set(first)) == len(first) and not recurs(rows, first))
    counts = counting(first[1:] if not first[0] else first)
    if counts and not first[0]:
        return 1
    if words and len(words) < len(above):
        raise ArrayError(f"{name}, {ASK.format(line, quoted(', '.join(first)))}", "header")
    if not words and counts and len(rows) > 1 and not counting(rows[1][1]):
        raise ArrayError(f"{name}, {ASK.format(line, quoted(', '.join(first)))}", "header")
    return int(bool(words))


def recurs(rows: list[Row], first: list[str], nulls: Collection[str] = ()) -> bool:
    """Return whether a word of the first line stands below in its own column."""
    words = [(k, cell) for k, cell in enumerate(first) if cell not in nulls]
    return any(cell in {row[k] for _, row in rows[1:] if k < len(row)} for k, cell in words)


def counting(cells: list[str]) -> bool:
    """Return whether cells are three or more whole numbers, each larger than the one before by the same step."""
    if len(cells) < 3 or not all(cell.isascii() and cell.isdigit() and len(cell) < 9 for cell in cells):
        return False
    steps = {int(b) - int(a) for a, b in pairwise(cells)}
    return len(steps) == 1 and steps.pop() > 0


def check_names(file: str, line: int, names: list[str]) -> None:
    """Raise ArrayError where two columns have one name."""
    first: dict[str, int] = {}
    for number, name in enumerate(names, 1):
        if first.setdefault(name, number) < number:
            both = f"columns {first[name]} and {number}"
            raise ArrayError(f"{file}, line {line}: {both} are both named {quoted(name)}; rename one", "header")
