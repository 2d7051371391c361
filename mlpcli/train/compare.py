"""Runs beside each other: in what their configs differ, and what each came to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ..config.differences import differences
from ..config.documents import read_documents
from ..errors import InputError, Place, Problem
from ..output.document import Document, Section, Table
from ..output.lines import listed
from ..output.numbers import scalar
from .folder import Folder

DIGITS = 6


def compare(runs: Sequence[Folder]) -> Document:
    """Return a row per run: what its config says where not all say the same, its best epoch and its metrics.

    Raises InputError where a folder has no run that came to its end.
    """
    configs = differences([document_of(run) for run in runs])
    results = [result_of(run) for run in runs]
    metrics = dict.fromkeys(name for result in results for name in result)
    columns: dict[str, list[Any]] = {"run": [str(run.path) for run in runs]}
    columns |= configs | {name: [result.get(name) for result in results] for name in metrics}
    rows = tuple(zip(*columns.values(), strict=True))
    return Document("compare", (Section((Table("runs", tuple(columns), rows, tuple(lines(columns))),)),))


def document_of(run: Folder) -> Any:
    """Read the config of a run."""
    if not run.config.exists():
        raise InputError(Problem(Place(str(run.path)), "", "no run is kept there: it has no config.yaml"))
    return read_documents(str(run.config), None)[0]


def result_of(run: Folder) -> dict[str, Any]:
    """Read the epoch and the metrics that a run came to; those of examples held out where there are any."""
    found = run.concluded()
    if found is None:
        message = f"the run has not come to its end: mlp train --resume {run.path} goes on with it"
        raise InputError(Problem(Place(str(run.path)), "", message))
    numbers = {name: value for name, value in found.items() if type(value) in (int, float) and name != "schema"}
    prefix = "validation_" if any(name.startswith("validation_") for name in numbers) else "trained_"
    return {name: value for name, value in numbers.items() if name == "epoch" or name.startswith(prefix)}


def lines(columns: dict[str, list[Any]]) -> list[str]:
    """Write a line of YAML per column of the table, a value per run, below each other."""
    cells = {name: [cell(value) for value in values] for name, values in columns.items()}
    widths = [max(map(len, column)) for column in zip(*cells.values(), strict=True)]
    first = max(map(len, cells)) + 2
    written = []
    for name, values in cells.items():
        padded = [value + " " * (width - len(value)) for value, width in zip(values, widths, strict=True)]
        written.append(f"{name + ':':<{first}}{listed(padded)}")
    return written


def cell(value: Any) -> str:
    if value is None:
        return "~"
    return scalar(value, DIGITS) if isinstance(value, int | float) else json.dumps(value, ensure_ascii=False)
