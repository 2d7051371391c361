"""Another table than the one trained on → inputs and targets as that one gave them: its levels, means and scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..files.frames import TEXTS, Frame
from ..files.heading import is_padded
from ..files.streams import ArrayError
from ..nn.rows import Rows
from ..tables.encoding import Encoding
from ..tables.matrix import matrices
from .read_table import Read, ids_of, open_source, targets_of
from .table import Applied, TableSource

IDS = ("id", "ID", "Id", "iD")
"""Names of a column that tells rows apart, where no config says which one does."""


def apply_table(source: TableSource, folder: Path, applied: Applied, data: Path | None) -> Read:
    """Read a table, or the one in another file, as one was read that was trained on. Raises ArrayError."""
    encoding = applied.encoding
    needed = [feature.name for feature in encoding.features]
    needed += [target.name for target in encoding.targets] if applied.targets else []
    header = source.header if source.header is not None else encoding.header
    text = source.query is None and (data or Path(source.file or "")).name.lower().removesuffix(".gz").endswith(TEXTS)
    source = replace(
        source, categories=as_words(encoding, needed), id=encoding.id or None, header=header if text else None
    )
    frame = open_source(source, folder, data, encoding.decimal if text else "")
    try:
        lacking = [name for name in needed if name not in frame.columns]
        if lacking:
            missing = f"column{'s' * (len(lacking) > 1)} {', '.join(map(repr, lacking[:8]))}"
            has = ", ".join(map(repr, list(frame.columns)[:12]))
            raise ArrayError(f"{frame.name} lacks the {missing}; it has {has}", "file")
        check_unnamed(frame, encoding)
        if encoding.id not in frame.columns:
            encoding = replace(
                encoding, id=next((name for name in IDS if name in frame.columns and name not in needed), "")
            )
        made = matrices(frame, encoding, applied.targets)
        if made.dropped and not applied.drops:
            raise ArrayError(
                f"{frame.name}: {made.dropped} rows have gaps: fill them, there is no prediction without", "missing"
            )
        targets = targets_of(encoding, made.D) if applied.targets else None
        used = {*needed, encoding.id, *(target.name for target in encoding.targets)}
        others = [name for name in frame.columns if name not in used]
        said = [f"{frame.name}: not used: {', '.join(map(repr, others[:8]))}"] if others else []
        said += [f"{frame.name}: {made.dropped} rows with gaps are left out"] if made.dropped else []
        said += made.said
        found: Read = encoding.scaled(Read(Rows(made.X), targets, encoding, ids_of(made.ids), tuple(said)))
        return found
    finally:
        frame.close()


def as_words(encoding: Encoding, needed: Sequence[str]) -> tuple[str, ...]:
    """Return the columns whose cells are read as they are written: numbers there are names."""
    kept = [feature.name for feature in encoding.features if feature.kind == "category"]
    kept += [target.name for target in encoding.targets if any(map(is_padded, target.labels))]
    return (*kept, *(name for name in IDS if name not in needed))


def check_unnamed(frame: Frame, encoding: Encoding) -> None:
    """Raise ArrayError where columns without names cannot be told from those that were trained on.

    Targets may lack at the end; where they stood before others, and where there are more columns, nobody can tell.
    """
    found, known = len(frame.columns), encoding.columns
    last = {f"column{k}" for k in range(found, known)}
    if not frame.header and known and found != known and not last >= {target.name for target in encoding.targets}:
        told = f"{found} columns without names where {known} were trained on: which is which cannot be told"
        raise ArrayError(f"{frame.name} has {told}; the target may stay, or be left empty", "file")
