"""What a training learned, how good it is and what it predicts, as documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..config.experiment import Experiment
from ..nn.op import Array
from ..output.document import Columns, Document, NamedTensor, Part, Record, Section, Table, Tensors
from ..output.lines import commented, word
from ..output.numbers import scalar
from .answers import answers
from .measure import CONSTANT

DIGITS = 8
COMMENTS = {
    "confusion": "a row per true class, a column per predicted one",
    "classes": "each class against all others",
}


def result(command: str, config: str, title: str, values: Mapping[str, Any], prefix: str = "") -> Document:
    """Return the numbers that a training or an evaluation comes to; beside them those of a constant prediction.

    The prefix is that of the metrics which have a counterpart under `constant`.
    """
    constant = values.get("constant", {})
    beside = {prefix + name: f"a constant prediction: {scalar(value, 4)}" for name, value in constant.items()}
    tables = {name: rows for name, rows in values.items() if isinstance(rows, list) and rows and records(rows)}
    shown = {name: value for name, value in values.items() if name not in tables}
    record = Record(shown, "result", COMMENTS | beside, unsaid=("constant",))
    parts: tuple[Part, ...] = (record, *(table(name, rows) for name, rows in tables.items()))
    return Document(command, (Section(parts, title),), config)


def records(rows: list[Any]) -> bool:
    return all(isinstance(row, Mapping) for row in rows)


def table(name: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return records as the rows of a table; a person reads them as YAML, a line each."""
    headings = tuple(dict.fromkeys(key for row in rows for key in row))
    comment = f"{name}:" if name not in COMMENTS else commented(f"{name}:", COMMENTS[name])
    cells = tuple(tuple(row.get(heading) for heading in headings) for row in rows)
    return Table(name, headings, cells, (comment, *map(line, rows)))


def line(row: Mapping[str, Any]) -> str:
    """Write a record as a person reads it, with what a constant prediction comes to as a comment."""
    own = (f"{key}: {cell(value)}" for key, value in row.items() if not key.startswith(CONSTANT))
    beside = [
        f"{key.removeprefix(CONSTANT)} {scalar(value, 4)}" for key, value in row.items() if key.startswith(CONSTANT)
    ]
    text = f"  - {{{', '.join(own)}}}"
    return commented(text, f"a constant prediction: {', '.join(beside)}") if beside else text


def cell(value: Any) -> str:
    return word(value) if isinstance(value, str) else scalar(value, DIGITS)


def predictions(experiment: Experiment, outputs: Array, classes: Array | None) -> Document:
    """Return the outputs for every input, and where there are classes, the class in front; of a table by its names."""
    if experiment.encoding is not None:
        part: Columns | Table = answers(experiment.encoding, experiment.ids, outputs, classes)
    else:
        part = Columns(({} if classes is None else {"classes": classes}) | {"outputs": outputs})
    return Document("predict", (Section((part,)),))


def learned(weights: Mapping[str, Array]) -> Document:
    """Return the weights of a network, in the type that they have."""
    found = (NamedTensor(name, "weights", "trained", value, np.zeros(value.shape)) for name, value in weights.items())
    return Document("export", (Section((Tensors(tuple(found)),)),))
