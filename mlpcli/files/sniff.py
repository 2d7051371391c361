"""Finds how a table is written as text, or says what to write where that can be read in two ways."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import quoted
from .dialect import Dialect
from .encodings import blank_rows, converter, find_encoding, open_text, quoting, sample
from .heading import find_header
from .numerals import NUMBER
from .streams import ArrayError
from .styles import BY_OTHER, USUAL, find_style

SEPARATOR = re.compile(r"sep=(\\t|[^\w\s])", re.IGNORECASE)
"""A first line by which Excel is told of the separator."""
CELL_ERROR = re.compile(r"#(N/A|VALUE!|DIV/0!|REF!|NUM!|NAME\?|NULL!)")
MARKED = re.compile(r"\s*#\w")
LINE_END = re.compile(r"\r\n|\n|\r")
LOOKED_AT = 300
"""Rows that the separator is found by."""
ROWS = 500
"""Rows that header and marks are found by."""
PREAMBLE = 10
"""Lines of a title at most."""
Row = tuple[int, list[str]]
"""The line that a row ends in, counted from 1, and its cells."""


def find_dialect(path: Path, given: Mapping[str, Any]) -> Dialect:
    """Return how the table in a file is written; what is given is not looked for. Raises ArrayError."""
    found = Dialect(encoding=given.get("encoding") or find_encoding(path), nulls=given.get("nulls"))
    text, whole = sample(path, found.encoding)
    lines = LINE_END.split(text)
    comment = given.get("comment", find_comment(lines))
    skip = given.get("skip", 0)
    kept = [(n, line) for n, line in enumerate(lines, 1) if n > skip and line.strip()]
    kept = [(n, line) for n, line in kept if not comment or not line.lstrip().startswith(comment)]
    if not kept:
        raise ArrayError(f"{path.name} is empty" if not skip else f"{path.name} has no more than {skip} lines", "file")
    declared = SEPARATOR.fullmatch(kept[0][1].strip())
    if declared and "separator" not in given:
        return find_dialect(path, {**given, "separator": declared[1].replace("\\t", "\t"), "skip": kept[0][0]})
    quote = given.get("quote", find_quote([line for _, line in kept]))
    separator = given.get("separator") or find_separator(kept, quote)
    if comment and "comment" not in given:
        check_comments(path, lines, kept, separator, quote)
    found = replace(found, quote=quote, separator=separator, comment=comment, skip=skip)
    rows = parse(kept, separator, quote)
    rows = rows if whole or len(rows) < 3 else rows[:-1]  # the last one may be cut within quotes
    rows, above = without_preamble(path, rows, "skip" in given)
    found = replace(found, skip=skip + above)
    rows = rows[:ROWS]
    cells = [cell for _, row in rows[1:] for cell in row]
    if separator == "," or (separator != ";" and USUAL not in given):
        given = {**given, USUAL: "."}
    decimal, thousands = find_style(path.name, cells, given)
    return find_header(path.name, rows, replace(found, decimal=decimal, thousands=thousands), given.get("header"))


def find_comment(lines: list[str]) -> str:
    """Return what a comment begins with; no errors of a spreadsheet, which stand in a first column."""
    marked = [line.lstrip() for line in lines if line.lstrip().startswith("#")]
    return "#" if marked and not any(map(CELL_ERROR.match, marked)) else ""


def check_comments(path: Path, lines: list[str], kept: list[tuple[int, str]], separator: str, quote: str) -> None:
    """Raise ArrayError for a line among the rows that may be one: #ff0000,3."""
    widths = Counter(len(row) for _, row in parse(kept[:LOOKED_AT], separator, quote))
    for number, line in enumerate(lines[:LOOKED_AT], 1):
        if number > kept[0][0] and MARKED.match(line):
            ((_, row),) = parse([(number, line)], separator, quote)
            if len(row) > 1 and len(row) == widths.most_common(1)[0][0]:
                told = f"line {number} may be a row or a comment ({quoted(line.strip(), 40)})"
                raise ArrayError(f"{path.name}, {told}: write comment: '' or comment: '#'", "comment")


def find_quote(lines: list[str]) -> str:
    """Return the quotes that cells stand in: single ones where they open lines or follow separators, and never else."""
    if any('"' in line for line in lines):
        return '"'
    single = sum(line.lstrip().startswith("'") or ",'" in line or ";'" in line for line in lines[:LOOKED_AT])
    return "'" if single > 0.3 * len(lines[:LOOKED_AT]) else '"'


def parse(lines: Iterable[tuple[int, str]], separator: str, quote: str) -> list[Row]:
    """Split lines into cells; a cell in quotes may hold the end of a line. Raises ArrayError."""
    pairs = list(lines)
    texts = (line + "\n" for _, line in pairs)
    blanks = separator == " "
    cells = csv.reader(texts, delimiter=separator, skipinitialspace=True, **quoting(quote))
    found: list[Row] = []

    def line() -> int:
        """Return the line that the row after those found ends in."""
        return pairs[min(len(found) + 1 if blanks else cells.line_num, len(pairs)) - 1][0]

    try:
        for row in blank_rows(texts, quote) if blanks else cells:
            found.append((line(), [cell.strip() for cell in row]))
    except csv.Error as error:
        raise refused(error, line(), bool(quote) and any(quote in text for _, text in pairs)) from None
    return found


def refused(error: csv.Error, line: int, in_quotes: bool) -> ArrayError:
    """Return what is wrong with a line that cannot be split into cells."""
    if "field limit" not in str(error):
        return ArrayError(f"line {line}: {error}: another quote is set by quote", "quote")
    long = f"line {line}: a cell of more than {csv.field_size_limit():,} characters"
    return (
        ArrayError(f"{long}; if quotes are letters in it, write quote: ''", "quote") if in_quotes else ArrayError(long)
    )


def find_separator(lines: list[tuple[int, str]], quote: str) -> str:
    """Return what splits most lines into as many cells, none of which holds what would separate better."""
    best, separator, bare = 0.5, "", lines[:LOOKED_AT]
    if quote:  # what stands in quotes separates nothing
        bare = [(n, re.sub(f"{quote}[^{quote}]*{quote}", "q", line)) for n, line in bare]
    for candidate in ",;\t|":
        try:
            rows = [row for _, row in parse(bare, candidate, quote)]
        except ArrayError:  # as of a wide line that it does not split
            continue
        width, count = Counter(map(len, rows)).most_common(1)[0]
        if width > 1:
            fitting = [row for row in rows if len(row) == width]
            odd = sum(any(is_odd(cell, candidate) for cell in row) for row in fitting)
            score = (count - odd) / len(rows)
            if score > best:
                best, separator = score, candidate
    if separator:
        return separator
    widths = Counter(len(row) for _, row in parse(lines[:LOOKED_AT], " ", quote))
    width, count = widths.most_common(1)[0]
    return " " if width > 1 and count >= 0.8 * widths.total() else ","


def is_odd(cell: str, separator: str) -> bool:
    """Return whether a cell holds another separator, or numbers that blanks separate."""
    if any(other in cell for other in ";\t|" if other != separator):
        return True
    parts = cell.split()
    return len(parts) > 1 and all(map(NUMBER.fullmatch, parts)) and not BY_OTHER.fullmatch(cell)


def without_preamble(path: Path, rows: list[Row], is_set: bool) -> tuple[list[Row], int]:
    """Return the rows from the header on, and the lines of titles above them. Raises ArrayError."""
    width = Counter(len(row) for _, row in rows[:LOOKED_AT]).most_common(1)[0][0]
    first = next(k for k, (_, row) in enumerate(rows) if len(row) == width)
    names = [names_alone(row) for _, row in rows[:3]]
    titled = names[1:] == [True, False]  # a line of names under it
    if first == 0 or (first == 1 and len(rows[0][1]) == width - 1 and names[0] and not titled):
        return rows, 0
    line, odd = rows[0]
    if is_set or first > PREAMBLE or any(len(row) > 1 for _, row in rows[:first]):
        message = f"line {line} has {counted(len(odd))} where those below have {width}"
        raise ArrayError(f"{path.name}, {message}: skip: {rows[first - 1][0]} leaves it out", "skip")
    return rows[first:], rows[first - 1][0]


def names_alone(row: list[str]) -> bool:
    """Return whether a row holds names: R leaves that of the row names out."""
    return all(cell and not cell[0].isdigit() for cell in row)


def counted(cells: int) -> str:
    return f"{cells} cell{'s' * (cells != 1)}"


def find_ragged(path: Path, dialect: Dialect) -> ArrayError | None:
    """Return what is wrong with the first row of another width than the others, if there is one."""
    width = len(dialect.names)
    with open_text(path, dialect.encoding) as text:
        lines: Iterator[str] = (line for n, line in enumerate(text, 1) if n > dialect.start)
        if dialect.separator == " " or dialect.comment:
            plain = replace(dialect, separator=",") if dialect.separator != " " else dialect
            lines = converter(plain)(lines)
        separator = "\t" if dialect.separator == " " else dialect.separator
        reader = csv.reader(lines, delimiter=separator, **quoting(dialect.quote))
        for number, row in enumerate((row for row in reader if row), 1):
            if len(row) != width:
                where = f"line {dialect.start + reader.line_num}" if not dialect.comment else f"row {number}"
                said = f"{path.name}, {where}: {counted(len(row))} where there are {width} columns"
                return ArrayError(f"{said}: {quoted(dialect.separator.join(row), 60)}")
    return None
