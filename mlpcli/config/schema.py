"""The JSON Schema (draft-07) of a config, made of the annotations that a config is read by: `mlp schema`."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import is_dataclass
from types import NoneType
from typing import Any

from ..nn.conventions import PRESETS, Conventions
from ..nn.meanings import meanings
from ..nn.names import Naming
from ..nn.notations import NOTATIONS
from ..nn.optimizers.sgd import SGD
from ..nn.options import Range
from ..nn.rows import Examples
from ..nn.saved import Saved
from .annotations import keys_of, tell
from .claims import Tolerance
from .convert import TABLES, hint_of
from .engines import ENGINES, EngineName
from .experiment import Experiment
from .merge import EXCLUSIVE
from .notation import OTHERS, SHORT, defaults
from .points import Grading
from .sources import ArraySource
from .weighting import BALANCED, ClassWeights

DRAFT = "http://json-schema.org/draft-07/schema#"
Schema = dict[str, Any]

NUMBER: Schema = {"type": "number"}
TEXT: Schema = {"type": ["string", "number", "boolean"]}
"""A word; the reader takes it as it is written, also one that looks like a number."""
UNCLAIMED: Schema = {"enum": [None, "_"]}
NOT_FINITE: Schema = {"type": "string", "pattern": r"^[-+]?\.?([nN][aA][nN]|[iI][nN][fF]([iI][nN][iI][tT][yY])?)$"}


def listed(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def filled(item: Schema) -> Schema:
    return {"type": "array", "items": item, "minItems": 1}


def either(*schemas: Schema) -> Schema:
    flat = (schema["anyOf"] if set(schema) == {"anyOf"} else [schema] for schema in schemas)
    return {"anyOf": [option for options in flat for option in options]}


def mapping(value: Schema) -> Schema:
    return {"type": "object", "additionalProperties": value}


ROWS = either(filled(NUMBER), filled(filled(NUMBER)))
CLAIMED = either(NUMBER, UNCLAIMED, NOT_FINITE)
WEIGHT: Schema = {"type": "number", "minimum": 0}


class Writer:
    """Writes annotations as schemas, and each dataclass once, as a definition."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}
        self.kinds: dict[Any, Callable[[], Schema]] = {
            float: lambda: NUMBER,
            int: lambda: {"type": "integer"},
            bool: lambda: {"type": "boolean"},
            str: lambda: self.defined("text", lambda: TEXT),
            NoneType: lambda: {"type": "null"},
            Any: self.array,
            Examples: self.array,
            Conventions: self.conventions,
            Naming: self.notation,
            EngineName: lambda: {"enum": list(ENGINES)},
            ClassWeights: lambda: either({"const": BALANCED}, filled(WEIGHT), mapping(WEIGHT)),
            Saved: lambda: either(self.of(str), mapping(self.array())),
        }

    def of(self, hint: Any) -> Schema:
        """Return what a value of the annotated type may look like in a config, as `Converter.convert` reads it."""
        return tell(hint, self)

    def known(self, hint: Any) -> Schema | None:
        if hint in self.kinds:
            return self.kinds[hint]()
        if hint in TABLES:
            return self.named(*TABLES[hint])
        return (
            self.defined(hint.__name__, lambda: self.fields(hint))
            if isinstance(hint, type) and is_dataclass(hint)
            else None
        )

    def within(self, value: Schema, ranges: Sequence[Any]) -> Schema:
        return {**value, **bounds(ranges)}

    def either(self, values: Sequence[Schema]) -> Schema:
        return either(*values)

    def word(self, words: Sequence[str]) -> Schema:
        return {"enum": list(words)}

    def several(self, hint: Any) -> Schema:
        item = self.of(hint)
        return either(item, listed(item))

    def defined(self, name: str, make: Callable[[], Schema]) -> Schema:
        """Return a reference to a definition, which is made the first time that somebody refers to it."""
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = make()
        return {"$ref": f"#/definitions/{name}"}

    def array(self) -> Schema:
        """Return rows of numbers, or a file of them."""
        return self.defined("array", lambda: either(ROWS, self.of(ArraySource)))

    def fields(self, cls: Any, **own: Schema) -> Schema:
        """Return a mapping whose keys are the fields of a dataclass; its `own` ones are read in ways of their own."""
        keys = {key.name: key for key in keys_of(cls)}
        required = [key.name for key in keys.values() if key.needed]
        properties = own | {name: self.of(key.hint) for name, key in keys.items() if name not in own}
        about = meanings(cls)  # also of what is no key, as it is read in a way of its own
        explained = {name: described(schema, about.get(name)) for name, schema in properties.items()}
        found = {"type": "object", "properties": explained, "additionalProperties": False}
        return {**found, "required": required} if required else found

    def named(self, noun: str, table: Any) -> Schema:
        """Return `name`, or {type: name, option: value, ...}, for every name of a table."""

        def make() -> Schema:
            options = [self.fields(cls, type={"const": name}) for name, cls in table.items()]
            alone = [name for name, own in zip(table, options, strict=True) if "required" not in own]
            spelled = [{**own, "required": ["type", *own.get("required", ())]} for own in options]
            about = [sentence(cls) for cls in table.values()]
            return either({"enum": alone}, *map(described, spelled, about))

        return self.defined(noun, make)

    def conventions(self) -> Schema:
        preset: Schema = {"enum": list(PRESETS)}
        return self.defined("conventions", lambda: either(preset, self.fields(Conventions, preset=preset)))

    def notation(self) -> Schema:
        name: Schema = {"enum": list(NOTATIONS)}
        kinds = {kind: self.of(str) for kind in (*SHORT, *defaults(), *OTHERS)} | {"preset": name}
        return either(name, {"type": "object", "properties": kinds, "additionalProperties": False})

    def claims(self) -> Schema:
        """Return tensors and what they are claimed to be, with a tolerance perhaps."""
        values = self.defined("claimed", lambda: either(CLAIMED, listed(CLAIMED), listed(listed(CLAIMED))))
        tolerant = self.fields(Tolerance, value=values)
        return mapping(either(values, {**tolerant, "required": ["value"]}))

    def grading(self) -> Schema:
        names: Schema = {"enum": [key.name for key in keys_of(Conventions)]}
        return self.fields(Grading, points=mapping(WEIGHT), accept=either(names, listed(names)))

    def config(self) -> Schema:
        """Return the whole of it."""
        rate = self.of(hint_of(SGD, "learning_rate"))
        found = self.fields(
            Experiment,
            extends=described(self.of(str), "Another config, whose keys this one overrides."),
            learning_rate=described(rate, "Short for optimizer: {type: sgd, learning_rate: ...}."),
            expect=described(self.claims(), "Tensors, and what somebody claims them to be."),
            errata=mapping({**TEXT, "minLength": 1}),
            grading=self.grading(),
        )
        enough = either(*({"required": [key]} for key in ("extends", "inputs", "table")))
        alone = [{"not": {"required": list(pair)}} for pair in EXCLUSIVE]
        return {**found, "allOf": [enough, *alone]}


def bounds(ranges: Collection[Any]) -> Schema:
    """Return what JSON Schema calls the ends of a range."""
    found: Schema = {}
    for allowed in ranges:
        if isinstance(allowed, Range) and allowed.low > -math.inf:
            found["exclusiveMinimum" if allowed.above else "minimum"] = allowed.low
        if isinstance(allowed, Range) and allowed.high < math.inf:
            found["exclusiveMaximum" if allowed.below else "maximum"] = allowed.high
    return found


def described(schema: Schema, text: str | None) -> Schema:
    """Return the schema with what an editor shows; a reference cannot carry it itself in draft-07."""
    if not text:
        return schema
    return {"description": text, **({"allOf": [schema]} if "$ref" in schema else schema)}


def sentence(cls: type) -> str:
    """Return the first paragraph of a class's documentation, on one line."""
    return " ".join((cls.__doc__ or "").partition("\n\n")[0].split())


def schema() -> Schema:
    """Return the JSON Schema of a document of a config."""
    writer = Writer()
    found = writer.config()
    return {"$schema": DRAFT, "title": "A config of mlp", **found, "definitions": writer.definitions}
