"""Tables from files and queries: .csv, .tsv and .txt of any kind, .parquet, .json, each packed or not."""

from __future__ import annotations

import contextlib
import os
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .columns import Column, classify, levels_of, words_of
from .dialect import NULLS, Dialect
from .duck import Database, check_query, listing, literal, named_files
from .encodings import is_plain, write_plain
from .refused import refusal
from .sniff import find_dialect, find_ragged
from .streams import ArrayError

TEXTS = (".csv", ".tsv", ".txt", ".data", ".dat", ".tab")
OTHERS = {
    ".parquet": "read_parquet",
    ".pq": "read_parquet",
    ".json": "read_json",
    ".jsonl": "read_json",
    ".ndjson": "read_json",
}
QUERY = "a query"
LONG = 2**53
"""A whole number from which on neighbours are one float."""


@dataclass
class Frame:
    """A table that was read, with its columns by name, in order."""

    name: str
    database: Database
    columns: Mapping[str, Column]
    rows: int
    found: str
    """How it is written."""
    unnamed: frozenset[str] = frozenset()
    """Names that were made up where the header leaves them empty."""
    header: bool = True
    """Whether it names its columns."""
    padded: frozenset[str] = frozenset()
    """Columns with whole numbers that begin with a zero."""
    decimal: str = "."
    """What stands before decimals."""

    def levels(self, column: Column, most: int) -> list[tuple[str, int]]:
        """Return the words of a column, sorted, and how often each stands there: at most `most` and one more."""
        return levels_of(self.database, column, most)

    def first_row(self, condition: str) -> int | None:
        """Return the first row, counted from 1, where a condition holds."""
        found = self.database.row(f"SELECT min(rowid) FROM t WHERE {condition}")[0]
        return None if found is None else int(found) + 1

    def first_gap(self, column: Column) -> int | None:
        return self.first_row(f"({column.sql}) IS NULL")

    def first_word(self, column: Column) -> tuple[int, str]:
        """Return the first row where a column of numbers and words holds a word, and the word."""
        number = f"TRY_CAST(replace(CAST({column.sql} AS VARCHAR), ',', '.') AS DOUBLE)"
        given = f"({column.sql}) IS NOT NULL"
        row = self.first_row(f"{given} AND {number} IS NULL") or self.first_row(given) or 1
        return row, str(self.cell(column.sql, row))

    def first_other(self, column: Column, sql: str) -> tuple[int, str, int] | None:
        """Return the first row with a word that is nothing to an expression, the word, and how many rows have one."""
        word = words_of(column)
        odd = f"{word} IS NOT NULL AND ({sql}) IS NULL"
        row = self.first_row(odd)
        return None if row is None else (row, str(self.cell(word, row)), self.count(odd))

    def cell(self, sql: str, row: int) -> Any:
        return self.database.row(f"SELECT {sql} FROM t WHERE rowid = {row - 1}")[0]

    def counts(self, column: Column) -> bool:
        """Return whether a column counts rows: 0, 1, 2, ... or from 1."""
        sql = f"SELECT bool_and(({column.sql}) = rowid), bool_and(({column.sql}) = rowid + 1) FROM t"
        return column.kind == "number" and any(self.database.row(sql))

    def is_key(self, column: Column) -> bool:
        """Return whether no value of a column stands there twice, and none is a gap, as far as floats tell."""
        sql = f"SELECT count(DISTINCT {column.sql}) FROM t"
        long = f"abs({column.sql}) >= {LONG}" if column.kind == "number" else "false"
        return column.gaps == 0 and (self.database.row(sql)[0] == self.rows or self.count(long) == self.rows)

    def words(self, column: Column, where: str = "true") -> list[str]:
        """Return a column as it is written; a gap is empty."""
        found = self.database.run(f"SELECT {words_of(column)} FROM t WHERE {where} ORDER BY rowid").fetchall()
        return ["" if word is None else str(word) for (word,) in found]

    def blocks(self, expressions: Sequence[str], where: str = "true") -> Iterator[list[np.ndarray[Any, Any]]]:
        return self.database.blocks(expressions, self.rows, where)

    def complete(self, columns: Sequence[Column]) -> str:
        """Return the condition that rows have no gap in these columns."""
        return " AND ".join(f"({column.sql}) IS NOT NULL" for column in columns) or "true"

    def count(self, where: str) -> int:
        return int(self.database.row(f"SELECT count(*) FROM t WHERE {where}")[0])

    def close(self) -> None:
        self.database.close()


def open_frame(path: Path, given: Mapping[str, Any], words: frozenset[str] = frozenset()) -> Frame:
    """Read the table in a file. `given` has parts of its dialect, `words` the columns that are no numbers.

    Raises ArrayError.
    """
    suffix = path.name.lower().removesuffix(".gz")
    suffix = suffix[suffix.rfind(".") :]
    if not path.is_file():
        raise ArrayError(f"no such file: {path}" if not path.exists() else f"not a file: {path}")
    if suffix not in TEXTS and suffix not in OTHERS:
        raise ArrayError(f"{path.name} is no name of a {', '.join((*TEXTS, *OTHERS))} file")
    before = stamp(path)
    path = path.resolve()
    try:
        frame = read_text(path, given, words) if suffix in TEXTS else read_other(path, OTHERS[suffix], given, words)
    except OSError as error:
        raise ArrayError(f"{path.name} cannot be read: {error.strerror or error}") from None
    except (EOFError, zlib.error) as error:
        raise ArrayError(f"{path.name} is damaged: {error}") from None
    if stamp(path) != before:
        frame.close()
        raise ArrayError(f"{path.name} changed while it was read: read it again")
    return frame


def stamp(path: Path) -> tuple[int, int]:
    status = os.stat(path)
    return status.st_size, status.st_mtime_ns


def read_text(path: Path, given: Mapping[str, Any], words: frozenset[str]) -> Frame:
    """Read a table that is written as text."""
    dialect = find_dialect(path, given)
    database = Database([path])
    try:
        source, start = path, dialect.start
        if not is_plain(path, dialect):
            source, start = database.path("plain"), 0
            write_plain(path, dialect, source)
        load_text(path, database, source, start, dialect, words)
        types = dict(database.run("SELECT column_name, column_type FROM (DESCRIBE t)").fetchall())
        typed = [(name, types[f"c{k}"]) for k, name in enumerate(dialect.names)]
        columns = classify(database, typed, dialect, words)
        rows = database.row("SELECT count(*) FROM t")[0]
        if not rows:
            raise ArrayError(f"{path.name} has no rows")
    except BaseException:
        database.close()
        raise
    found, header = dialect.describe(), dialect.header > 0
    return Frame(path.name, database, columns, rows, found, dialect.unnamed, header, dialect.padded, dialect.decimal)


def load_text(
    path: Path, database: Database, source: Path, start: int, dialect: Dialect, words: frozenset[str]
) -> None:
    """Make the table of the rows in a file: numbers where they were found, else text. Raises ArrayError."""
    numbers = frozenset() if dialect.thousands else dialect.numbers - words
    blanks = dialect.separator == " "
    last: Exception | None = None
    for known in (numbers, frozenset[str]()):
        types = ", ".join(f"'c{k}': '{'DOUBLE' if n in known else 'VARCHAR'}'" for k, n in enumerate(dialect.names))
        nulls = dialect.nulls or NULLS
        sql = (
            f"CREATE TABLE t AS SELECT * FROM read_csv({literal(str(source))}, auto_detect = false, header = false, "
            f"delim = {literal(chr(9) if blanks else dialect.separator)}, quote = {literal(dialect.quote)}, "
            f"escape = {literal(dialect.quote)}, skip = {start}, columns = {{{types}}}, "
            f"nullstr = {listing(list(nulls) or [''])}, decimal_separator = {literal(dialect.decimal)}, "
            "max_line_size = 16777216)"
        )
        try:
            database.run(sql)
            return
        except database.errors as error:
            last = error
    raise find_ragged(path, dialect) or ArrayError(
        f"{path.name} cannot be read: {refusal(last or Exception(), [source])}"
    )


def read_other(path: Path, function: str, given: Mapping[str, Any], words: frozenset[str]) -> Frame:
    """Read a table from a file that says itself how it is written."""
    odd = [key for key in given if key != "nulls"]
    if odd:
        raise ArrayError(f"{path.name} is no text: {odd[0]} has nothing to say", odd[0])
    sql = f"SELECT * FROM {function}({literal(str(path))})"
    return made(path.name, Database([path]), sql, path.suffix[1:].upper(), words, [path])


def open_query(query: str, folder: Path, words: frozenset[str] = frozenset()) -> Frame:
    """Make a table of one SELECT over files that it names. Raises ArrayError."""
    query = query.strip().rstrip(";")
    check_query(query)
    query, paths = named_files(query, folder)
    for path in paths:
        if not path.is_file():
            several = "; read_csv(['a.csv', 'b.csv']) reads several" if set(path.name) & set("*?[") else ""
            raise ArrayError(f"no such file: {path}{several}", "query")
    return made("the query", Database(paths), query, QUERY, words, paths)


def made(name: str, database: Database, sql: str, found: str, words: frozenset[str], paths: Sequence[Path]) -> Frame:
    """Make the table of a SELECT over files."""
    about = "query" if found == QUERY else "file"
    try:
        described = database.run(f"SELECT column_name, column_type FROM (DESCRIBE {sql}\n)").fetchall()
        twice = next((column for column, count in Counter(c for c, _ in described).items() if count > 1), None)
        if twice is not None:
            raise ArrayError(f"{name}: two columns are named {twice!r}; rename one", about)
        listed = ", ".join(f"c{k}" for k in range(len(described)))
        database.run(f"CREATE TABLE t AS SELECT * FROM ({sql}\n) AS q({listed})")
        typed = [(str(column), str(type_)) for column, type_ in described]
        columns = classify(database, typed, None, words)
        rows = database.row("SELECT count(*) FROM t")[0]
        if not rows:
            raise ArrayError(f"{name} has no rows", about)
    except database.errors as error:
        told = refusal(error, paths, columns_of(database, paths))
        database.close()
        raise ArrayError(told if about == "query" else f"{name} cannot be read: {told}", about) from None
    except BaseException:
        database.close()
        raise
    return Frame(name, database, columns, rows, found)


def columns_of(database: Database, paths: Sequence[Path]) -> list[str]:
    """Return the names of the columns in files, as far as they can be read."""
    found: list[str] = []
    for path in paths:
        with contextlib.suppress(*database.errors):
            described = database.run(f"SELECT column_name FROM (DESCRIBE SELECT * FROM {literal(str(path))})")
            found += [str(column) for (column,) in described.fetchall()]
    return found
