"""A table that a config names → inputs and targets by the names of its columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import Place, quoted
from ..files.columns import Column
from ..files.frames import Frame, open_frame, open_query
from ..files.streams import ArrayError
from ..files.styles import USUAL
from ..nn.network import Classes
from ..nn.rows import Rows
from ..tables.choose import choose
from ..tables.encoding import Encoding, ScaleTarget
from ..tables.find import Wanted, find
from ..tables.matrix import matrices
from .experiment import Experiment
from .table import TableSource


@dataclass(frozen=True)
class Read:
    """What a table gives an experiment."""

    inputs: Rows
    targets: Rows | Classes | None
    encoding: Encoding
    ids: tuple[str, ...] | None
    said: tuple[str, ...]
    weights: Any = None
    """How much each row counts (N,), where a column says so."""


def open_source(source: TableSource, folder: Path, file: Path | None = None, usual: str = "") -> Frame:
    """Read the table of a config, or another file that is written as it is. Raises ArrayError.

    `usual` stands before decimals where no number of a text says what does.
    """
    words = frozenset({*source.categories, *([source.id] if source.id else [])})
    if file is None and source.query is not None:
        return open_query(source.query, folder, words)
    given = {**source.dialect, USUAL: usual} if usual else source.dialect
    return open_frame(file or folder / (source.file or ""), given, words)


def open_named(source: TableSource, folder: Path, file: Path | None = None) -> tuple[TableSource, Frame]:
    """Read a table, and name the columns that are categories, and the id, as it does. Raises ArrayError."""
    frame = open_source(source, folder, file)
    try:
        names = list(frame.columns)
        categories = tuple(choose(source.categories, names, frame.name, "categories"))
        ids = list(choose([source.id] if source.id else [], names, frame.name, "id"))
        if len(ids) > 1:
            raise ArrayError(f"{quoted(source.id or '')} are {len(ids)} columns; one tells rows apart", "id")
    except ArrayError:
        frame.close()
        raise
    named = replace(source, categories=categories, id=ids[0] if ids else source.id)
    if {*categories, *ids} <= {*source.categories, source.id}:
        return named, frame
    frame.close()  # what is read as words has to be known before
    return named, open_source(named, folder, file)


def check_source(source: TableSource) -> None:
    """Raise ArrayError where a table says too much or too little."""
    if (source.file is None) == (source.query is None):
        raise ArrayError("file or query: one of the two", "query" if source.query else "file")
    if not source.target:
        raise ArrayError("is missing: the column to tell", "target")
    odd = next((key for key in source.dialect if source.query is not None), None)
    if odd:
        raise ArrayError("is for a file; a query says it to read_csv", odd)
    if source.separator is not None and len(source.separator) != 1:
        raise ArrayError('is a single character, such as ";" or "\\t"', "separator")


def read_table(experiment: Experiment, place: Place) -> Read:
    """Read a table to train on. Raises ArrayError, which names the key that is wrong."""
    source = experiment.table
    assert source is not None
    wanted: Wanted = experiment.loss.targets if experiment.loss else "numbers"
    linear = bool(experiment.layers) and experiment.layers[-1].starts_block
    check_source(source)
    source, frame = open_named(source, Path(place.file).parent)
    try:
        weight = weight_of(source, frame)
        ignore = [*source.ignore, *([weight.name] if weight else [])]
        found = find(frame, source.features, source.target, ignore, source.id, source.missing, wanted)
        numbers = all(target.kind == "number" for target in found.targets)
        usual: ScaleTarget = "standard" if linear and numbers and wanted == "numbers" else "none"
        encoding = Encoding(
            found.features,
            found.targets,
            source.id or "",
            source.missing,
            source.scale,
            source.scale_target or usual,
            frame.header,
            frame.decimal,
            0 if frame.header else len(frame.columns),
        )
        made = matrices(frame, encoding, targets=True, weight=weight)
        rows = f"{len(made.X):,} rows"
        if made.dropped:
            rows += f" of {frame.rows:,}, the others have gaps"
        said = (f"{frame.name}: {frame.found}; {rows}; {summary(encoding)}", *found.said)
        return Read(Rows(made.X), targets_of(encoding, made.D), encoding, ids_of(made.ids), said, made.weights)
    finally:
        frame.close()


def weight_of(source: TableSource, frame: Frame) -> Column | None:
    """Return the column of weights, which is for nothing else. Raises ArrayError."""
    if source.weight is None:
        return None
    names = list(frame.columns)
    found = list(choose([source.weight], names, frame.name, "weight"))
    if len(found) != 1:
        raise ArrayError(f"{quoted(source.weight)} are {len(found)} columns; one has the weights", "weight")
    for key in ("target", "features"):
        if found[0] in choose(getattr(source, key), names, frame.name, key):
            raise ArrayError(f"{quoted(found[0])} is among {key} too", "weight")
    column = frame.columns[found[0]]
    if column.kind not in ("number", "boolean"):
        raise ArrayError(f"{frame.name}, column {quoted(column.name)}: {quoted(column.example)} is no weight", "weight")
    row = frame.first_row(f"CAST({column.sql} AS DOUBLE) < 0")
    if row:
        raise ArrayError(f"{frame.name}, row {row}, column {quoted(column.name)}: is below 0", "weight")
    return column


def targets_of(encoding: Encoding, D: Any) -> Rows | Classes | None:
    """Return targets as a network takes them."""
    if D is None:
        return None
    return Classes(Rows(D[:, 0].astype(np.int64)), first=0) if encoding.classes else Rows(D)


def ids_of(ids: list[str] | None) -> tuple[str, ...] | None:
    return None if ids is None else tuple(ids)


def summary(encoding: Encoding) -> str:
    """Say what goes in and what is told."""
    counts = {kind: sum(f.kind == kind for f in encoding.features) for kind in ("number", "boolean", "category")}
    nouns = {
        "number": ("number", "numbers"),
        "boolean": ("boolean", "booleans"),
        "category": ("category", "categories"),
    }
    parts = [f"{n} {nouns[kind][n > 1]}" for kind, n in counts.items() if n]
    told = []
    for target in encoding.targets:
        if target.kind == "classes":
            told.append(f"{target.name!r}, {len(target.labels)} classes")
        elif target.kind == "binary":
            told.append(f"{target.name!r}, 1 is {target.labels[1]!r}")
        else:
            told.append(f"{target.name!r}, a number")
    return f"{', '.join(parts)} as {encoding.width} input{'s' * (encoding.width > 1)}; target {', '.join(told)}"
