"""A table that a config names → inputs and targets by the names of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import Place, quoted
from ..files.columns import Column
from ..files.frames import TEXTS, Frame, open_frame, open_query
from ..files.streams import ArrayError
from ..nn.network import Classes
from ..nn.rows import Rows
from ..tables.choose import choose
from ..tables.encoding import Encoding, ScaleTarget
from ..tables.find import Wanted, find
from ..tables.matrix import matrices
from .convert import Converter
from .experiment import Experiment
from .nodes import Mapping, locate
from .split import HeldOut
from .table import Applied, TableSource
from .training import Training


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


def with_table(experiment: Experiment, node: Mapping, converter: Converter, training: Training | None) -> Any:
    """Return the experiment with what its table holds; None, and a problem, where that cannot be."""
    source, place = experiment.table, locate(node, ("table",))
    assert source is not None
    if experiment.inputs is not None or experiment.targets is not None:
        converter.fail(place, "table", "stands in place of inputs and targets")
        return None
    if isinstance(experiment.validation, HeldOut):
        message = "these numbers are no rows of the table: hold out a part, and give other tables to mlp evaluate"
        converter.fail(locate(node, ("validation",)), "validation", message)
        return None
    if source.weight and experiment.sample_weights is not None:
        converter.fail(locate(node, ("sample_weights",)), "sample_weights", "stand in the column of table.weight")
        return None
    try:
        if training and training.applied:
            read = apply_table(source, Path(place.file).parent, training.applied, training.data)
        elif training and training.data:
            raise ArrayError(
                f"{training.data.name} needs what a run keeps of the table it was trained on: name its folder"
            )
        else:
            read = read_table(experiment, place)
    except ArrayError as error:
        if error.about != "target" or experiment.loss is not None or "loss" not in node.entries:
            converter.fail(locate(node, ("table", error.about)), f"table.{error.about}", str(error))
        return None  # what a target may hold depends on the loss, which is a problem of its own
    found = replace(
        experiment, inputs=read.inputs, targets=read.targets, encoding=read.encoding, ids=read.ids, said=read.said
    )
    if read.weights is not None:
        found = replace(found, sample_weights=read.weights)
    return found if converter.lazy else in_memory(found.fitted())


def in_memory(experiment: Experiment) -> Experiment:
    """Return it with arrays of floats in place of rows that are read when they are needed."""
    inputs, targets = experiment.inputs, experiment.targets
    if isinstance(targets, Classes):
        targets = replace(targets, classes=targets.classes.floats(...))
    elif isinstance(targets, Rows):
        targets = targets.floats(...)
    return replace(experiment, inputs=inputs.floats(...) if isinstance(inputs, Rows) else inputs, targets=targets)


def open_source(source: TableSource, folder: Path, file: Path | None = None) -> Frame:
    """Read the table of a config, or another file that is written as it is. Raises ArrayError."""
    words = frozenset({*source.categories, *([source.id] if source.id else [])})
    if file is None and source.query is not None:
        return open_query(source.query, folder, words)
    return open_frame(file or folder / (source.file or ""), source.dialect, words)


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
    frame = open_source(source, Path(place.file).parent)
    try:
        names = list(frame.columns)
        for key in ("categories", "id"):
            choose([*([source.id] if source.id else [])] if key == "id" else source.categories, names, frame.name, key)
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


def apply_table(source: TableSource, folder: Path, applied: Applied, data: Path | None) -> Read:
    """Read a table, or the one in another file, as one was read that was trained on. Raises ArrayError."""
    encoding = applied.encoding
    kept = tuple(feature.name for feature in encoding.features if feature.kind == "category")
    header = source.header if source.header is not None else encoding.header
    text = source.query is None and (data or Path(source.file or "")).name.lower().removesuffix(".gz").endswith(TEXTS)
    source = replace(source, categories=kept, header=header if text else None)
    frame = open_source(source, folder, data)
    try:
        needed = [feature.name for feature in encoding.features]
        needed += [target.name for target in encoding.targets] if applied.targets else []
        lacking = [name for name in needed if name not in frame.columns]
        if lacking:
            missing = f"column{'s' * (len(lacking) > 1)} {', '.join(map(repr, lacking[:8]))}"
            has = ", ".join(map(repr, list(frame.columns)[:12]))
            raise ArrayError(f"{frame.name} lacks the {missing}; it has {has}", "file")
        if encoding.id not in frame.columns:
            encoding = replace(encoding, id=next((name for name in frame.columns if is_id(name, needed)), ""))
        made = matrices(frame, encoding, applied.targets)
        if made.dropped:
            raise ArrayError(
                f"{frame.name}: {made.dropped} rows have gaps: fill them, there is no prediction without", "missing"
            )
        inputs = Rows(made.X, scaling=encoding.inputs)
        targets = targets_of(encoding, made.D) if applied.targets else None
        if isinstance(targets, Rows) and encoding.numeric:
            targets = replace(targets, scaling=encoding.outputs)
        used = {*needed, encoding.id, *(target.name for target in encoding.targets)}
        others = [name for name in frame.columns if name not in used]
        said = (f"{frame.name}: not used: {', '.join(map(repr, others[:8]))}",) if others else ()
        return Read(inputs, targets, encoding, ids_of(made.ids), said)
    finally:
        frame.close()


def is_id(name: str, needed: Sequence[str]) -> bool:
    """Return whether a column that is not needed tells rows apart by its name."""
    return name.lower() == "id" and name not in needed


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
