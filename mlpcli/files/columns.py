"""A table in DuckDB, and what each of its columns holds: numbers, booleans, categories, dates, text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal

from .dialect import NULLS, NUMBER_NULLS, Dialect
from .duck import Database, listing, literal
from .styles import MINUS, number_pattern

Kind = Literal["number", "boolean", "category", "text", "date", "mixed", "empty", "nested"]
BOOLEANS = {"true": 1, "false": 0, "yes": 1, "no": 0, "t": 1, "f": 0, "y": 1, "n": 0}
MOST_LEVELS = 256
"""Levels that a category has at most, where nobody says that it is one."""
NUMBERS = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
    "FLOAT", "DOUBLE", "DECIMAL",
)  # fmt: skip
FLOATS = ("FLOAT", "DOUBLE")
DATES = ("DATE", "TIME", "TIMESTAMP", "INTERVAL", "DATETIME")
NESTED = ("STRUCT", "LIST", "MAP", "UNION", "BLOB", "BIT", "JSON", "ARRAY", "VARIANT")
DATE = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?"
WHOLE = re.compile(r"^(-?\d+)(?:\.0+)?$", re.ASCII)
MIXED = 0.9
"""Part of the cells that are numbers from which on words among many different ones are a slip."""
FEW = 10
CELLS = 2**22
AT_ONCE = 128
"""How much of a table is asked at once: cells, and questions, some of which take memory for every word."""


@dataclass(frozen=True)
class Column:
    """A column: its name, what it holds, and the SQL that gives a cell of it."""

    name: str
    kind: Kind
    sql: str
    gaps: int = 0
    levels: int = 0
    """Different words; 0 for numbers."""
    example: str = ""
    """A word in it."""
    text: str = ""
    """The SQL of a cell as it is written, where that is not what `sql` gives."""


def classify(
    database: Database, types: Sequence[tuple[str, str]], dialect: Dialect | None, words: frozenset[str]
) -> dict[str, Column]:
    """Find what the columns of the table hold, of names and types; `words` keeps numbers as they are written.

    Many columns are asked for at once: of a wide table each question takes as long as the table is wide.
    """
    rows = int(database.row("SELECT count(*) FROM t")[0])
    readers = [reader(name, f"c{k}", type_, dialect, name in words) for k, (name, type_) in enumerate(types)]
    found: dict[str, Column] = {}
    for some in batches(readers, min(AT_ONCE, CELLS // max(1, rows))):
        sql = ", ".join(question for asked, _ in some for question in asked)
        told = iter(database.row(f"SELECT {sql} FROM t") if sql else ())
        for asked, conclude in some:
            column = conclude(rows, *islice(told, len(asked)))
            found[column.name] = column
    return found


Reader = tuple[Sequence[str], Callable[..., Column]]
"""What is asked of a column, as SQL, and what makes the column of the number of rows and the answers."""


def batches(readers: Sequence[Reader], most: int) -> Iterator[list[Reader]]:
    """Yield as many at a time as have no more questions than that, and one at least."""
    some: list[Reader] = []
    for reader in readers:
        if some and sum(len(asked) for asked, _ in (*some, reader)) > most:
            yield some
            some = []
        some.append(reader)
    yield some


def reader(name: str, column: str, type_: str, dialect: Dialect | None, words: bool) -> Reader:
    """Return how to find what a column holds."""
    base = type_.split("(")[0].upper()
    if type_.endswith("]") or base in NESTED:
        return (), lambda rows: Column(name, "nested", column)
    some = f"count({column})"
    if base.startswith(DATES):
        example = f"CAST(any_value({column}) AS VARCHAR)"
        return (some, example), lambda rows, n, shown: Column(name, "date", column, rows - n, example=str(shown or ""))
    if base in NUMBERS and not words:
        return (some,), lambda rows, n: Column(name, "number" if n else "empty", column, rows - n)
    if base == "BOOLEAN":
        return (some,), lambda rows, n: Column(name, "boolean", f"CAST({column} AS INT)", rows - n, 2)
    whole = words and base in FLOATS  # 1 is 1.0 in a column with gaps that a program wrote
    return words_reader(name, words_of(Column(name, "number", column)) if whole else column, dialect, words)


def words_reader(name: str, column: str, dialect: Dialect | None, words: bool) -> Reader:
    """Return how to find what a column of texts holds."""
    nulls = dialect.nulls if dialect and dialect.nulls else NULLS
    text = f"CASE WHEN trim({column}) IN {tupled(nulls)} THEN NULL ELSE trim({column}) END"
    text = text.replace(f"trim({column})", f"trim(CAST({column} AS VARCHAR))")
    decimal, thousands = (dialect.decimal, dialect.thousands) if dialect else (".", "")
    pattern = literal(number_pattern(decimal, thousands).pattern)
    matches = f"regexp_full_match({text}, {pattern})"
    none = f"({text}) IN {tupled(dialect.nulls if dialect and dialect.nulls else NUMBER_NULLS)}"
    asked = (
        f"count({text})",
        f"count(*) FILTER ({matches})",
        f"count(*) FILTER ({none})",
        f"count(*) FILTER (lower({text}) IN {tupled(tuple(BOOLEANS))})",
        f"count(*) FILTER (regexp_full_match({text}, {literal(DATE)}))",
        f"count(DISTINCT {text})",
        f"count(DISTINCT lower({text}))",
        f"min({text})",
    )

    def conclude(
        rows: int, some: int, numbers: int, odd: int, booleans: int, dates: int, levels: int, sizes: int, shown: str
    ) -> Column:
        if not some:
            return Column(name, "empty", "NULL", rows)
        if numbers and numbers + odd == some and not words:
            return Column(name, "number", as_number(text, matches, decimal, thousands), rows - numbers)
        if booleans == some and sizes == 2 and not words:
            return as_boolean(Column(name, "category", text, rows - some, levels, shown))
        if dates == some and not words:
            return Column(name, "date", text, rows - some, levels, shown)
        if numbers >= MIXED * some and levels > FEW and not words:
            sql = f"CASE WHEN {matches} THEN NULL ELSE {text} END"
            return Column(name, "mixed", sql, rows - some, levels, shown)
        many = levels > MOST_LEVELS or (levels > 2 and 2 * levels > some)
        return Column(name, "text" if many and not words else "category", text, rows - some, levels, shown)

    return asked, conclude


def as_boolean(column: Column) -> Column:
    """Return a column of words as one of truths; another word is a gap."""
    word = f"lower({column.sql})"
    cases = " ".join(f"WHEN {literal(text)} THEN {truth}" for text, truth in BOOLEANS.items())
    return replace(column, kind="boolean", sql=f"CASE {word} {cases} END", text=column.sql, levels=2)


def as_number(text: str, matches: str, decimal: str, thousands: str) -> str:
    """Return the SQL of a number that is written in a style."""
    plain = f"replace({text}, {literal(MINUS)}, '-')"
    plain = f"replace({plain}, {literal(thousands)}, '')" if thousands else plain
    plain = f"replace({plain}, {literal(decimal)}, '.')" if decimal != "." else plain
    return f"CASE WHEN {matches} THEN TRY_CAST({plain} AS DOUBLE) ELSE NULL END"


def tupled(texts: tuple[str, ...]) -> str:
    return "(" + ", ".join(map(literal, texts)) + ")"


def codes(column: Column, levels: tuple[str, ...]) -> str:
    """Return the SQL of the number of a cell's level, from 0; NULL for one that is none of them.

    2.0 is the level 2 unless it is one itself: whole numbers get decimals where their column has a gap.
    """
    word = words_of(column)
    found = f"list_position({listing(levels)}, {word})"
    bare = [WHOLE.sub(r"\1", level) for level in levels]
    if any(map(WHOLE.fullmatch, levels)):
        found = f"coalesce({found}, list_position({listing(bare)}, regexp_replace({word}, '{WHOLE.pattern}', '\\1')))"
    return f"{found} - 1"


def words_of(column: Column) -> str:
    """Return the SQL of a cell as a word: 1.0 is 1."""
    if column.text:
        return column.text
    if column.kind == "boolean":
        return f"CASE {column.sql} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"
    if column.kind == "number":
        number = f"CAST({column.sql} AS DOUBLE)"
        whole = f"{number} = floor({number}) AND abs({number}) < 1e15"
        return f"CASE WHEN {whole} THEN CAST(CAST({number} AS BIGINT) AS VARCHAR) ELSE CAST({number} AS VARCHAR) END"
    return f"CAST({column.sql} AS VARCHAR)"


def levels_of(database: Database, column: Column, most: int) -> list[tuple[str, int]]:
    """Return the words of a column and how often each stands there, at most `most` and one more."""
    word = words_of(column)
    sql = f"SELECT {word} AS w, count(*) FROM t WHERE {word} IS NOT NULL GROUP BY w ORDER BY w LIMIT {most + 1}"
    found: list[Any] = database.run(sql).fetchall()
    return [(str(w), int(n)) for w, n in found]


__all__ = ["Column", "Kind", "as_boolean", "classify", "codes", "levels_of", "words_of"]
