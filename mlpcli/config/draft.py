"""A table → a config that trains on it, with what was found as comments: `mlp new`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..errors import InputError, Place
from ..files.columns import Column
from ..files.frames import Frame
from ..files.streams import ArrayError
from ..tables.choose import choose
from ..tables.encoding import Feature, Target
from ..tables.find import Wanted, find
from .beside import modeline, relative
from .convert import Converter
from .nodes import Mapping, Scalar
from .overrides import Override, apply_overrides
from .read_table import open_named
from .resolved import flow
from .table import TableSource

CLASSES = 20
"""Whole numbers from 0 or 1 on, without a gap, that are taken for classes."""
PLURALS = {"number": "numbers", "boolean": "booleans", "category": "categories"}
SMALL, LARGE = 500, 2000
"""Rows up to which batches are small, and from which layers are wide."""
STEPS = 6000
"""Steps at most that a training takes, unless an epoch is longer."""
IDS = re.compile(r"(?:.*[_ -])?[iI][dD]|.*[a-z]I[dD]")
WORD = re.compile(r"[A-Za-z][\w./-]*", re.ASCII)
RESERVED = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}
LOSSES: dict[Wanted, tuple[str, str, str]] = {
    "classes": ("softmax_cross_entropy", "softmax", "as a number: mse, and no softmax"),
    "binary": ("binary_cross_entropy", "sigmoid", ""),
    "numbers": ("mse", "", "as classes: softmax_cross_entropy, and softmax at the end"),
}
"""What targets are → the loss, the activation at the end, and how to take them otherwise."""


@dataclass(frozen=True)
class Draft:
    """What was found in a table to write a config with."""

    source: TableSource
    frame: Frame
    wanted: Wanted
    features: tuple[Feature, ...]
    targets: tuple[Target, ...]
    said: Sequence[str]

    @property
    def gaps(self) -> list[str]:
        """The features that have gaps."""
        return [feature.name for feature in self.features if self.frame.columns[feature.name].gaps]


def draft(path: Path, source: TableSource, folder: Path) -> str:
    """Return the text of a config in a folder for the table in a file. Raises ArrayError."""
    source, frame = open_named(source, folder, path)
    try:
        names = list(frame.columns)
        targets = tuple(choose(source.target, names, frame.name, "target"))
        wanted = kind_of_all([kind_of(frame, frame.columns[name]) for name in targets])
        used = {*targets, *source.ignore, *source.features}
        dates = [name for name, column in frame.columns.items() if column.kind == "date" and name not in used]
        source = replace(source, target=targets, ignore=(*source.ignore, *dates))
        if source.id is None:
            source = replace(source, id=id_of(frame, targets))
        left_out = [f"{date!r} is left out (dates: a query can make numbers of them)" for date in dates]
        try:
            found = find(frame, source.features, source.target, source.ignore, source.id, "mean", wanted)
        except ArrayError as error:
            raise ArrayError("; ".join([str(error), *left_out]), error.about) from None
        said = [*found.said, *left_out]
        file = relative(path, folder)
        text = lines(Draft(replace(source, file=file), frame, wanted, found.features, found.targets, said))
        return modeline(folder) + "\n".join(text) + "\n"
    finally:
        frame.close()


def settings_of(overrides: Sequence[str | Override]) -> TableSource:
    """Read keys of `table` from the command line. Raises InputError with every problem."""
    converter = Converter()
    node = apply_overrides(Mapping(Place("--set")), overrides, converter)
    source = converter.fields(node, TableSource, "") if not converter.problems else None
    if converter.problems or source is None:
        raise InputError(*converter.problems)
    found: TableSource = source
    return found


def kind_of(frame: Frame, column: Column) -> Wanted:
    """Return whether a target is a number, one of two, or a class: whole numbers from 0 or 1 on without a gap are."""
    if column.kind != "number":
        return "binary" if column.levels == 2 else "classes"
    found = sorted(float(level) for level, _ in frame.levels(column, CLASSES))
    if len(found) == 2 and found[0] in (-1, 0) and found[1] == 1:
        return "binary"
    counted = found == [found[0] + k for k in range(len(found))]
    return "classes" if counted and found[0] in (0, 1) and 2 < len(found) <= CLASSES else "numbers"


def kind_of_all(kinds: Sequence[Wanted]) -> Wanted:
    """Return what several targets are told as: each as one of two, else all as numbers."""
    return kinds[0] if len(set(kinds)) == 1 and (len(kinds) == 1 or kinds[0] == "binary") else "numbers"


def id_of(frame: Frame, targets: Sequence[str]) -> str | None:
    """Return the column that tells rows apart by its name and its values, if there is one."""
    for name, column in frame.columns.items():
        if name not in targets and IDS.fullmatch(name) and frame.is_key(column):
            return name
    return None


def lines(found: Draft) -> Iterator[str]:
    """Yield the lines of the config."""
    frame, names = found.frame, [target.name for target in found.targets]
    loss, last, otherwise = LOSSES[found.wanted]
    rows = frame.rows - max(frame.columns[name].gaps for name in names)
    units, batch = 64 if rows > LARGE else 32, 32 if rows > SMALL else 16
    epochs = max(10, min(200, STEPS * batch // max(1, rows)))
    one = len(names) == 1
    numbers = one and frame.columns[names[0]].kind == "number"
    yield f"# {comment(frame.name)}: {frame.found}; {frame.rows:,} row{'s' * (frame.rows != 1)}."
    yield from (f"# {comment(sentence)}" for sentence in found.said)
    yield f"title: {written(f'{few(names)} of {frame.name}')}"
    yield "layers:"
    for _ in range(2):
        yield from (f"  - {{type: linear, units: {units}}}", "  - relu")
    yield aside("  - linear", "as many units as the target needs")
    yield from ([f"  - {last}"] if last else [])
    yield "table:"
    yield from keys(found)
    yield aside(f"loss: {loss}", otherwise if numbers else "")
    yield "optimizer: {type: adam, learning_rate: 0.001}"
    yield f"epochs: {epochs}"
    yield f"batch_size: {batch}"
    stratify = ", stratify: true" if one and found.wanted != "numbers" else ""
    yield aside(f"validation: {{part: 0.2{stratify}}}", "rows held out, to tell how good it is")
    yield aside("patience: 20", "stop after 20 epochs that are no better on these, and keep the best")
    yield "seed: 1"


def keys(found: Draft) -> Iterator[str]:
    """Yield what the config says of its table."""
    source, comments = found.source, {"target": told(found.targets)}
    for name in ("file", "target", "features", "ignore", "categories", "id"):
        value = getattr(source, name)
        if value:
            yield aside(f"  {name}: {listed(value)}", comments.get(name, ""))
    if not source.features:
        yield "  # features: every other column, unless they are listed; here these are"
        for kind in ("number", "boolean", "category"):
            names = [feature.name for feature in found.features if feature.kind == kind]
            yield from ([f"  #   {PLURALS[kind]}: {comment(few(names))}"] if names else [])
    lost = [target.name for target in found.targets if found.frame.columns[target.name].gaps]
    gaps = f"gaps are in {few([*lost, *found.gaps])}" if lost or found.gaps else "no feature has a gap"
    missing = "drop" if lost else "mean" if found.gaps else "error"
    yield aside(f"  missing: {missing}", f"error, drop, mean or level; {gaps}")
    yield aside("  scale: standard", "or minmax, or none")
    for name, value in source.dialect.items():
        yield f"  {name}: {listed(value)}"


def told(targets: Sequence[Target]) -> str:
    """Say what the targets are."""
    first, one = targets[0], len(targets) == 1
    if first.kind == "number":
        return "a number" if one else "numbers"
    if first.kind == "classes":
        return f"classes: {few(first.labels)}"
    prefix = ["" if one else f"{target.name}: " for target in targets]
    return few(
        [
            f"{before}{target.labels[0]} is 0, {target.labels[1]} is 1"
            for before, target in zip(prefix, targets, strict=True)
        ]
    )


def aside(line: str, text: str) -> str:
    """Return a line with a comment behind it, if there is one."""
    return f"{line:<38}  # {comment(text)}" if text else line


def few(names: Sequence[str]) -> str:
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def listed(value: Any) -> str:
    """Write a value of a key."""
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, tuple):
        return written(value[0]) if len(value) == 1 else "[" + ", ".join(map(written, value)) + "]"
    return written(value)


def written(text: str) -> str:
    """Write a text in YAML, in quotes unless it is a plain word."""
    return flow(Scalar(Place(""), text, plain=bool(WORD.fullmatch(text)) and text.lower() not in RESERVED))


def comment(text: str) -> str:
    """Return a text on one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
