"""A table → the matrices that a network is fed with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import quoted
from ..files.columns import Column, as_boolean, codes
from ..files.frames import Frame
from ..files.streams import ArrayError
from .encoding import Encoding, Feature, Target

LARGE = 2**30
"""Bytes of a matrix above which it lies in a file, which is removed when it is no longer used."""

WORDS = ("category", "text")


@dataclass
class Matrices:
    """Inputs (N, I) with nan for a gap, and targets: numbers (N, C), or the number of a class (N,)."""

    X: Any
    D: Any | None
    ids: list[str] | None
    dropped: int
    weights: Any | None = None
    """How much each row counts (N,)."""
    said: tuple[str, ...] = ()
    """Sentences on words that count as gaps."""


def matrices(frame: Frame, encoding: Encoding, targets: bool, weight: Column | None = None) -> Matrices:
    """Return the matrices of a table. Raises ArrayError with a row and a column for what cannot be a number."""
    features = [column_of(frame, feature) for feature in encoding.features]
    asked = [frame.columns[target.name] for target in encoding.targets] if targets else []
    needed = [*asked, *([weight] if weight else [])]
    where = "true"
    if encoding.missing == "drop":
        where = frame.complete([*features, *needed])
    else:
        check_gaps(frame, encoding, features, needed)
    check_levels(frame, encoding, features, asked, where)
    rows = frame.count(where)
    if not rows:
        raise ArrayError(f"{frame.name} has no rows{' without a gap' if frame.rows else ''}")
    X = room(rows, encoding.width)
    D = np.empty((rows, len(needed))) if targets else None
    inner = [sql_of(column, feature) for column, feature in zip(features, encoding.features, strict=True)]
    outer = [target_sql(column, target) for column, target in zip(asked, encoding.targets, strict=False)]
    outer += [weight.sql] if weight else []
    start = 0
    for block in frame.blocks([*inner, *outer], where):
        stop, at = start + len(block[0]), 0
        for values, feature in zip(block, encoding.features, strict=False):
            fill(X[start:stop, at : at + feature.width], values, feature)
            at += feature.width
        if D is not None:
            D[start:stop] = np.stack(block[len(inner) :], axis=1)
        start = stop
    check_finite(frame, encoding, features, needed, X, D)
    ids = frame.words(frame.columns[encoding.id], where) if encoding.id else None
    weights = D[:, -1].copy() if D is not None and weight else None
    D = D[:, : len(asked)] if D is not None and weight else D
    said = tuple(taken_for_gaps(frame, encoding, features)) if encoding.missing in ("mean", "level") else ()
    return Matrices(X, D, ids, frame.rows - rows, weights, said)


def column_of(frame: Frame, feature: Feature) -> Column:
    """Return the column of a feature, which has to hold what it held before. Raises ArrayError."""
    column = frame.columns[feature.name]
    if feature.kind == "boolean" and column.kind in WORDS:
        column = as_boolean(column)  # of few rows, which need not have both
    fits = column.kind == "empty" or feature.kind == "category" or column.kind in ("number", "boolean")
    if not fits:
        row, word = frame.first_word(column)
        where = f"{frame.name}, row {row}, column {quoted(feature.name)}"
        raise ArrayError(f"{where}: {quoted(word)} where {feature.kind}s were trained on")
    return column


def room(rows: int, width: int) -> Any:
    """Return an empty matrix, in a file where it is large."""
    if rows * width * 8 <= LARGE:
        return np.empty((rows, width))
    import tempfile  # slow to import

    with tempfile.TemporaryFile(prefix="mlp-") as stream:  # it is there as long as it is mapped
        return np.memmap(stream, np.float64, "w+", shape=(rows, width))


def sql_of(column: Column, feature: Feature) -> str:
    if feature.kind == "category":
        return codes(column, feature.levels)
    truths = feature.kind == "boolean" and column.kind == "number"
    return f"CASE WHEN {column.sql} IN (0, 1) THEN {column.sql} END" if truths else column.sql


def target_sql(column: Column, target: Target) -> str:
    return column.sql if target.kind == "number" else codes(column, target.labels)


def fill(block: Any, values: Any, feature: Feature) -> None:
    """Write a column as the numbers of its feature: nan for a gap, or 0 where a number says that there is one."""
    gaps = np.isnan(values)
    if feature.kind != "category":
        block[:, 0] = values
    else:
        own = block[:, : len(feature.levels)]
        own[...] = values[:, None] == np.arange(len(feature.levels))
        own[gaps] = 0.0 if feature.gap else np.nan
    if feature.gap:
        block[:, -1] = gaps


def check_gaps(frame: Frame, encoding: Encoding, features: Sequence[Column], asked: Sequence[Column]) -> None:
    """Raise ArrayError for the first gap that nothing is to be done with."""
    for column in (*asked, *(features if encoding.missing == "error" else ())):
        if column.gaps:
            row = frame.first_gap(column)
            advice = "missing: drop leaves such rows out"
            advice += "" if column in asked else ", mean fills them, level makes them a level"
            count = f" ({column.gaps} rows)" if column.gaps > 1 else ""
            raise ArrayError(
                f"{frame.name}, row {row}, column {quoted(column.name)}: is empty{count}; {advice}", "missing"
            )


def check_levels(
    frame: Frame, encoding: Encoding, features: Sequence[Column], asked: Sequence[Column], where: str
) -> None:
    """Raise ArrayError for a level that was not trained on, unless it counts as a gap; and for such a class."""
    known = [
        (c, sql_of(c, f), f.levels or ("yes", "no", "true", "false", "1", "0"))
        for c, f in zip(features, encoding.features, strict=True)
        if may_be_other(frame, f) and encoding.missing in ("error", "drop")
    ]
    inputs = len(known)
    known += [(c, codes(c, t.labels), t.labels) for c, t in zip(asked, encoding.targets, strict=False) if t.labels]
    for number, (column, sql, levels) in enumerate(known):
        odd = frame.first_other(column, sql) if column.kind != "empty" else None
        if odd:
            few = ", ".join(map(quoted, levels[:8])) + (", …" if len(levels) > 8 else "")
            advice = "; a run trained with missing: level or mean takes others too" if number < inputs else ""
            told = f"{quoted(odd[1])} was not trained on ({few}){advice}"
            raise ArrayError(f"{frame.name}, row {odd[0]}, column {quoted(column.name)}: {told}", "missing")


def may_be_other(frame: Frame, feature: Feature) -> bool:
    """Return whether a column may hold words that were not trained on."""
    known = frame.columns[feature.name].kind == "boolean"
    return feature.kind == "category" or (feature.kind == "boolean" and not known)


def taken_for_gaps(frame: Frame, encoding: Encoding, features: Sequence[Column]) -> Iterator[str]:
    """Yield a sentence for each column with words that were not trained on."""
    for column, feature in zip(features, encoding.features, strict=True):
        if may_be_other(frame, feature) and column.kind != "empty":
            odd = frame.first_other(column, sql_of(column, feature))
            if odd:
                row, word, rows = odd
                told = f"{quoted(word)} was not trained on: taken for a gap"
                more = f", as others are in {rows} rows" if rows > 1 else ""
                yield f"{frame.name}, row {row}, column {quoted(column.name)}: {told}{more}"


def check_finite(
    frame: Frame, encoding: Encoding, features: Sequence[Column], asked: Sequence[Column], X: Any, D: Any | None
) -> None:
    """Raise ArrayError for a number that is infinite."""
    if np.isinf(X).any() or (D is not None and np.isinf(D).any()):
        for column in (*features, *asked):
            row = frame.first_row(f"isinf(CAST({column.sql} AS DOUBLE))") if column.kind == "number" else None
            if row:
                raise ArrayError(f"{frame.name}, row {row}, column {quoted(column.name)}: is no finite number")
