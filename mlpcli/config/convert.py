"""Nodes → checked values, driven by type annotations: a dataclass's fields are the keys of its mapping.

Problems are collected, not raised, so that all of them can be reported at once.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Collection
from collections.abc import Mapping as Mappings
from functools import partial
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import numpy as np

from ..errors import quoted, suggestion
from ..files.streams import ArrayError
from ..files.weights import read_weights
from ..nn.conventions import PRESETS, Conventions
from ..nn.layers import LAYERS, Layer
from ..nn.losses import LOSSES, Loss
from ..nn.names import Naming
from ..nn.optimizers import OPTIMIZERS, Optimizer
from ..nn.rows import Examples, Rows
from ..nn.saved import Saved
from ..nn.schedules import SCHEDULES, Schedule
from .alternatives import mapping_type
from .engines import ENGINES, EngineName
from .foreign import otherwise, our_key
from .nodes import Mapping, Node, Numbers, Scalar, Sequence
from .scalars import BAD, NULLS, Scalars
from .sources import ArraySource, Sources, advice
from .table import TableSource
from .weighting import ClassWeights, read_class_weights

Table = Mappings[str, Any]

TABLES: dict[Any, tuple[str, Table]] = {
    Layer: ("layer", LAYERS),
    Loss: ("loss", LOSSES),
    Optimizer: ("optimizer", OPTIMIZERS),
    Schedule: ("schedule", SCHEDULES),
}
"""What stands under a name: what it is called, and the table that has the name when a config is read."""


class Converter(Scalars):
    """Converts the nodes of one document and collects what is wrong with them.

    A lazy one leaves examples as they are stored, as Rows; parameters are float64 in any case.
    """

    def __init__(self, lazy: bool = False) -> None:
        super().__init__()
        self.lazy = lazy
        self.lenient = False  # whether a file that is as wide as its columns are many may be taken whole
        self.sources = Sources()
        self.readers: dict[Any, Callable[[Node, str], Any]] = {
            float: self.number,
            int: self.integer,
            bool: self.boolean,
            str: self.text,
            Any: self.array,
            Examples: self.examples,
            Conventions: self.conventions,
            Naming: self.notation,
            EngineName: lambda node, path: self.known(node, "engine", ENGINES, path),
            ClassWeights: partial(read_class_weights, self),
            Saved: self.saved,
            TableSource: lambda node, path: self.fields(node, TableSource, path),
        }

    def convert(self, node: Node, hint: Any, path: str) -> Any:
        """Convert the node to a value of the annotated type, or BAD."""
        origin, args = get_origin(hint), get_args(hint)
        if origin is Annotated and hint not in self.readers:
            return self.within(node, self.convert(node, args[0], path), args[1:], path)
        if origin in (Union, UnionType):
            if NoneType in args and isinstance(node, Scalar) and node.plain and node.text in NULLS:
                return None
            cls = mapping_type(node, args) if isinstance(node, Mapping) else None
            if cls:
                return self.fields(node, cls, path)
            return self.convert(node, args[0], path)
        if origin is Literal:
            return self.word(node, args, path)
        if origin is tuple:
            items = node.items if isinstance(node, Sequence) else [node]
            values = [self.convert(item, args[0], f"{path}[{i}]") for i, item in enumerate(items)]
            return BAD if BAD in values else tuple(values)
        if hint in TABLES:
            return self.tagged(node, *TABLES[hint], path)
        return self.readers[hint](node, path)

    def within(self, node: Node, value: Any, ranges: Collection[Any], path: str) -> Any:
        if value is BAD or all(value in allowed for allowed in ranges):
            return value
        text = node.text if isinstance(node, Scalar) else str(value)
        return self.fail(node.place, path, f"{quoted(text)} is not {' and '.join(map(str, ranges))}")

    # arrays

    def examples(self, node: Node, path: str) -> Any:
        """Convert an array of examples, or Rows of them."""
        if isinstance(node, Mapping):
            return self.array_file(node, path, examples=True)
        array = self.array(node, path)
        return Rows(array) if self.lazy and array is not BAD else array

    def array(self, node: Node, path: str) -> Any:
        """Convert rows of numbers written in place, or {file: ..., key: ...}."""
        if isinstance(node, Numbers):
            return self.numbers(node, path)
        if isinstance(node, Mapping):
            return self.array_file(node, path, examples=False)
        if isinstance(node, Scalar):
            return self.fail(node.place, path, f"rows of numbers are needed here, not {quoted(node.text)}")
        if not node.items:
            return self.fail(node.place, path, "an empty list stands where numbers are needed")
        if isinstance(node.items[0], Sequence):
            rows = [self.row(item, f"{path}[{i}]", node.items[0]) for i, item in enumerate(node.items)]
            return BAD if any(row is BAD for row in rows) else np.array(rows)
        return self.row(node, path, node)

    def row(self, node: Node, path: str, first: Sequence) -> Any:
        if not isinstance(node, Sequence):
            return self.fail(node.place, path, "a row [...] is needed here, as in the rows before it")
        if len(node.items) != len(first.items):
            counts = f"{len(node.items)} numbers where the first row has {len(first.items)}"
            return self.fail(node.place, path, f"a row of {counts}")
        if not node.items:
            return self.fail(node.place, path, "an empty row stands where numbers are needed")
        deep = next((item for item in node.items if isinstance(item, Sequence)), None)
        if deep is not None:
            return self.fail(deep.place, path, "a list too deep: rows of numbers have two levels")
        values = [self.number(item, f"{path}[{i}]") for i, item in enumerate(node.items)]
        return BAD if BAD in values else np.array(values)

    def array_file(self, node: Mapping, path: str, examples: bool) -> Any:
        source = self.fields(node, ArraySource, path)
        if source is BAD:
            return BAD
        source = dataclasses.replace(source, taken_whole=self.lenient)
        file = Path(node.place.file).parent / source.file
        try:
            if examples and self.lazy:
                return self.sources.examples(file, source, path.endswith("inputs"))
            return self.sources.floats(file, source, images=examples)
        except MemoryError:
            return self.fail(node.place, f"{path}.file", f"{file.name} does not fit into memory")
        except ArrayError as error:
            place = node.entries[error.about][1].place if error.about in node.entries else node.place
            return self.fail(place, f"{path}.{error.about}", f"{error}{advice(path, str(error))}")

    def saved(self, node: Node, path: str) -> Any:
        """Read the weights in a file, or take those given by name."""
        if isinstance(node, Mapping):
            found = {key: self.array(value, f"{path}.{key}") for key, (_, value) in node.entries.items()}
            return BAD if any(array is BAD for array in found.values()) else Saved(found)
        name = self.text(node, path)
        if name is BAD:
            return BAD
        try:
            return Saved(read_weights(Path(node.place.file).parent / name), Path(name).name)
        except ArrayError as error:
            return self.fail(node.place, path, str(error))

    # mappings

    def fields(self, node: Node, cls: Any, path: str, skip: Collection[str] = ()) -> Any:
        """Convert a mapping to a dataclass whose fields are its keys."""
        if not isinstance(node, Mapping):
            keys = ", ".join(field.name for field in dataclasses.fields(cls))
            return self.fail(node.place, path, f"a mapping is needed here, with keys of {keys}")
        values = self.values(node, cls, path, skip)
        wrong = any(value is BAD for value in values.values()) or set(node.entries) - set(values) - set(skip)
        return BAD if wrong else cls(**values)

    def values(self, node: Mapping, cls: Any, path: str, skip: Collection[str] = ()) -> dict[str, Any]:
        """Return the fields that a mapping gives a value for, BAD ones and missing required ones too."""
        known = {field.name: field for field in dataclasses.fields(cls) if not field.metadata.get("internal")}
        prefix = f"{path}." if path else ""
        values, names, hints = {}, [*known, *skip], ""
        for key, (place, value) in node.entries.items():
            if key in known:
                values[key] = self.convert(value, hint_of(cls, key), prefix + key)
            elif key not in skip:
                likely = our_key(key, names) or suggestion(key, names)
                hints += likely
                self.fail(place, prefix + key, f"unknown key{likely or self.others(names)}")
        for name, field in known.items():
            required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
            if required and name not in node.entries:
                values[name] = BAD if f"'{name}'" in hints else self.fail(node.place, prefix + name, "is missing")
        return values

    def others(self, known: Collection[str]) -> str:
        return f"; known here: {', '.join(known)}" if known else "; no options are known here"

    def tagged(self, node: Node, noun: str, table: Table, path: str) -> Any:
        """Convert `name`, or {type: name, option: value, ...}."""
        if isinstance(node, Mapping):
            if "type" not in node.entries:
                return self.fail(node.place, path, f"type is missing: {otherwise(noun, words_of(node), table)}")
            cls = self.entry(node.entries["type"][1], noun, table, f"{path}.type")
            return BAD if cls is BAD else self.fields(node, cls, path, skip=("type",))
        cls = self.entry(node, noun, table, path)
        return BAD if cls is BAD else self.fields(Mapping(node.place), cls, path)

    def conventions(self, node: Node, path: str) -> Any:
        """Convert a preset's name, or changes to a preset: {preset: torch, average: [W]}."""
        if isinstance(node, Scalar):
            return self.entry(node, "preset", PRESETS, path)
        if not isinstance(node, Mapping):
            return self.fail(node.place, path, f"a preset ({', '.join(PRESETS)}) or a mapping is needed here")
        values = self.values(node, Conventions, path, skip=("preset",))
        base = Conventions()
        if "preset" in node.entries:
            base = self.entry(node.entries["preset"][1], "preset", PRESETS, f"{path}.preset")
        return BAD if base is BAD or BAD in values.values() else dataclasses.replace(base, **values)

    def notation(self, node: Node, path: str) -> Any:
        """Return a notation's name, or templates; only a config that has some needs what reads them."""
        from .notation import read_notation

        return read_notation(node, self, path)


def words_of(node: Mapping) -> list[str]:
    return [*node.entries, *(value.text for _, value in node.entries.values() if isinstance(value, Scalar))]


def hint_of(cls: Any, name: str) -> Any:
    """Return the annotation of a field. They are evaluated one by one: a config has a dozen keys of a hundred."""
    owner = next(base for base in cls.__mro__ if name in vars(base).get("__annotations__", {}))
    annotation = vars(owner)["__annotations__"][name]
    return eval(annotation, vars(sys.modules[owner.__module__])) if isinstance(annotation, str) else annotation
