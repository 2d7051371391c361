"""What a network says of the rows of a table, in the table's own words and units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..nn.op import Array
from ..output.document import Table
from ..output.lines import word
from ..output.numbers import scalar
from ..tables.encoding import Encoding, Target

DIGITS = 8


def answers(encoding: Encoding, ids: Sequence[str] | None, outputs: Array, classes: Array | None) -> Table:
    """Return a row for each row of a table: what tells it apart, the answers, and how probable each class is.

    The classes are their numbers, of targets that are one of two a number each; None where all are numbers.
    """
    columns: list[tuple[str, list[Any]]] = [] if ids is None else [(encoding.id, list(ids))]
    if encoding.classes and classes is not None:
        (target,) = encoding.targets
        columns.append((target.name, [encoding.classes[k] for k in classes]))
        plain = not {encoding.id, target.name} & {*encoding.classes}
        columns += [(named(target, k, plain), outputs[:, k].tolist()) for k in range(len(encoding.classes))]
    else:
        for k, target in enumerate(encoding.targets):
            labels = None if classes is None else classes[:, k]
            plain = len(encoding.targets) == 1 and not {encoding.id, target.name} & {*target.labels}
            columns += told(target, outputs[:, k], labels, plain)
    headings = tuple(name for name, _ in columns)
    rows = tuple(zip(*(cells for _, cells in columns), strict=True))
    return Table("predictions", headings, rows, tuple(lines(headings, rows)))


def told(target: Target, output: Array, labels: Array | None, plain: bool) -> Iterator[tuple[str, list[Any]]]:
    """Yield the columns of one target: a number, or a label and the probability of the second one."""
    if target.kind == "number" or labels is None:
        yield target.name, output.tolist()
    else:
        yield target.name, [target.labels[k] for k in labels]
        yield named(target, 1, plain), output.tolist()


def named(target: Target, label: int, plain: bool) -> str:
    """Return what a column of probabilities is called; plainly by the label where no other column is called so."""
    return target.labels[label] if plain else f"{target.name}={target.labels[label]}"


def lines(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """Yield a row of YAML for each row."""
    names = [word(name) for name in headings]
    for row in rows:
        cells = (word(cell) if isinstance(cell, str) else scalar(cell, DIGITS) for cell in row)
        yield "- {" + ", ".join(f"{name}: {cell}" for name, cell in zip(names, cells, strict=True)) + "}"
