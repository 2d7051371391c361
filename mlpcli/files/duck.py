"""DuckDB, which reads tables: locked down before it reads, bounded in memory. Only importer of duckdb.

What does not fit into MEMORY goes to files in a folder of its own, which is removed in the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import needs
from .refused import refusal
from .streams import ArrayError

NEEDS = f"a table {needs('duckdb', 'tables')}"
MEMORY = "1GB"
DISK = "64GB"
BLOCK = 2**16
"""Rows that become arrays at once."""
SUFFIXES = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz", ".data", ".parquet", ".json", ".json.gz", ".jsonl")
"""Of files that a query may name."""


def importer() -> Any:
    """Import duckdb, which is optional. Raises ArrayError."""
    try:
        import duckdb
    except ImportError:
        raise ArrayError(NEEDS) from None
    return duckdb


class Database:
    """A connection that reads the files named, and nothing else: no network, no extension, no setting, no writing."""

    def __init__(self, paths: Sequence[Path] = (), threads: int | None = None) -> None:
        duckdb = importer()
        import tempfile  # slow to import

        self.folder = tempfile.TemporaryDirectory(prefix="mlp-")
        config = {
            "memory_limit": MEMORY,
            "temp_directory": str(Path(self.folder.name, "spilled")),
            "max_temp_directory_size": DISK,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "python_enable_replacements": False,
        }
        self.connection = duckdb.connect(":memory:", config=config)
        listed = ", ".join(literal(str(path)) for path in (*paths, self.path("plain")))
        self.connection.execute(f"SET allowed_paths = [{listed}]")
        self.connection.execute("SET enable_external_access = false")
        self.connection.execute("SET lock_configuration = true")
        self.errors = (duckdb.Error, RuntimeError)

    def path(self, name: str) -> Path:
        """Return where a file of our own lies that it may read."""
        return Path(self.folder.name, name)

    def run(self, sql: str, *values: Any) -> Any:
        return self.connection.execute(sql, list(values))

    def row(self, sql: str, *values: Any) -> tuple[Any, ...]:
        """Return the one row of a result."""
        return tuple(self.run(sql, *values).fetchone())

    def blocks(
        self, expressions: Sequence[str], rows: int, where: str = "true"
    ) -> Iterator[list[np.ndarray[Any, Any]]]:
        """Yield the rows of the table, some at a time: floats, nan where there is no number.

        They come in their order, which DuckDB preserves unless it is told otherwise.
        """
        named = ", ".join(f"CAST({sql} AS DOUBLE) AS x{k}" for k, sql in enumerate(expressions))
        for start in range(0, rows, BLOCK):
            within = f"rowid >= {start} AND rowid < {start + BLOCK} AND ({where})"
            found = self.run(f"SELECT {named} FROM t WHERE {within}").fetchnumpy()
            yield [np.ma.filled(found[f"x{k}"], np.nan) for k in range(len(expressions))]

    def close(self) -> None:
        self.connection.close()
        self.folder.cleanup()


def literal(text: str) -> str:
    """Write a text as SQL does."""
    return "'" + text.replace("'", "''") + "'"


def listing(texts: Sequence[str]) -> str:
    return "[" + ", ".join(map(literal, texts)) + "]"


STRING = re.compile(r"'((?:[^']|'')*)'")


def named_files(query: str, folder: Path) -> tuple[str, list[Path]]:
    """Return a query with absolute paths in place of those beside the config, and these paths."""
    paths = []

    def absolute(match: re.Match[str]) -> str:
        text = match[1].replace("''", "'")
        if not text.lower().endswith(SUFFIXES) or "://" in text:
            return match[0]
        path = (folder / text).resolve()
        paths.append(path)
        return literal(str(path))

    return STRING.sub(absolute, query), paths


FIRST_WORD = re.compile(r"(?:\s|--.*|/\*(?s:.*?)\*/)*(\w*)")


def check_query(query: str) -> None:
    """Raise ArrayError unless a query is one SELECT."""
    duckdb = importer()
    try:
        statements = duckdb.extract_statements(query)
    except duckdb.Error as error:
        raise ArrayError(refusal(error), "query") from None
    if not statements:
        raise ArrayError("is empty where one SELECT is needed", "query")
    begins = FIRST_WORD.match(query)
    word = begins[1].upper() if begins else "this"
    if str(statements[0].type).rpartition(".")[2] != "SELECT" or word == "PRAGMA":
        raise ArrayError(f"{word} is refused: a query is one SELECT", "query")
    if len(statements) > 1:
        raise ArrayError(f"{len(statements)} statements where one SELECT is needed", "query")
