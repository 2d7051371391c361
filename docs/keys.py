"""The reference of a config's keys, made of the annotations that read them: `python -m docs.keys` writes keys.md."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from math import isfinite
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from mlpcli.config.claims import Tolerance
from mlpcli.config.convert import TABLES, hint_of
from mlpcli.config.engines import EngineName
from mlpcli.config.experiment import Claim, Experiment
from mlpcli.config.grading import Grading
from mlpcli.config.patience import Patience
from mlpcli.config.schema import sentence
from mlpcli.config.sources import ArraySource
from mlpcli.config.split import HeldOut, OtherTable, Split
from mlpcli.config.table import TableSource
from mlpcli.config.weighting import ClassWeights
from mlpcli.nn.classes import Classes
from mlpcli.nn.conventions import Conventions
from mlpcli.nn.layers import Layer
from mlpcli.nn.losses import Loss
from mlpcli.nn.meanings import meanings
from mlpcli.nn.names import Naming
from mlpcli.nn.op import Array
from mlpcli.nn.optimizers import Optimizer
from mlpcli.nn.options import Range
from mlpcli.nn.rows import Examples
from mlpcli.nn.saved import Saved
from mlpcli.nn.schedules import Schedule
from mlpcli.output.conventions import spell

KINDS: dict[Any, str] = {
    float: "a number",
    int: "a whole number",
    bool: "`true` or `false`",
    str: "a text",
    Array: "rows of numbers or a [file](#file)",
    Examples: "rows of numbers or a [file](#file)",
    Conventions: "a preset or [changes to one](#conventions)",
    Naming: "a notation or changes to one",
    EngineName: "an engine",
    ClassWeights: "`balanced`, or a number per class",
    Saved: "a .npz, .safetensors or .pt",
    TableSource: "a [table](#table)",
    Classes: "[classes](#classes)",
    Split: "a way to [hold out](#validation)",
    HeldOut: "[other examples](#validation)",
    OtherTable: "[another table](#validation)",
    Patience: "[when to stop](#patience)",
    Grading: "[points and hints](#grading)",
    Loss: "a [loss](#loss)",
    Optimizer: "an [optimizer](#optimizer)",
    Schedule: "a [schedule](#schedule)",
    tuple[Layer, ...]: "a list of [layers](#layers)",
    tuple[str, ...]: "a text or several",
    tuple[Claim, ...]: "[numbers](#expect) by tensor",
    Mapping[str, str]: "texts by tensor",
}
"""What a value is, by the annotation of its key."""
Row = tuple[str, str, str, str]
"""A key, what its value is, what it is unless given, and what it says."""
SHORT: tuple[Row, ...] = (
    ("learning_rate", "a number above 0", "", "Short for `optimizer: {type: sgd, learning_rate: ...}`."),
    ("extends", "a file", "", "Another config, whose keys these override."),
)
CLAIM: tuple[Row, ...] = (("value", "numbers", "*needed*", "What is claimed."),)
GRADED: tuple[Row, ...] = (
    ("points", "numbers by tensor", "", "What a tensor is worth, by its name or a pattern of names."),
    ("accept", "conventions", "", "In which a dump may differ, if it does so throughout."),
)
"""Keys that are read in ways of their own."""
SECTIONS: dict[str, tuple[tuple[Any, tuple[Row, ...]], ...]] = {
    "file": ((ArraySource, ()),),
    "classes": ((Classes, ()),),
    "table": ((TableSource, ()),),
    "validation": ((Split, ()), (HeldOut, ()), (OtherTable, ())),
    "patience": ((Patience, ()),),
    "expect": ((Tolerance, CLAIM),),
    "grading": ((Grading, GRADED),),
    "conventions": ((Conventions, ()),),
}
"""Keys of what stands under a key."""
NAMED = {"layers": Layer, "loss": Loss, "optimizer": Optimizer, "schedule": Schedule}
"""Keys under which a name and its options stand."""


PAGE = Path(__file__).with_name("keys.md")
INTRO = """A config is YAML with the keys of the first table; [A config](config.md) shows one. What stands under a key
may have keys of its own, and an unknown key is an error. The third column has what a key is where the config does not
give it, or says that it is *needed*. `python -m docs.keys` makes this page of the annotations that read a config."""


@cache
def keys_page() -> str:
    """Return the page."""
    parts = ["# The keys of a config", INTRO, table((*rows_of(Experiment), *SHORT))]
    for title, classes in SECTIONS.items():
        parts += [f"## {title}", *(table((*more, *rows_of(cls))) for cls, more in classes)]
    for title, cls in NAMED.items():
        parts += [f"## {title}", *named(cls)]
    return "\n\n".join(parts) + "\n"


def table(rows: Sequence[Row]) -> str:
    """Return a table of keys."""
    head = "| key | value | unless given | what it says |\n|---|---|---|---|\n"
    return head + "\n".join(f"| `{name}` | {' | '.join(cells)} |" for name, *cells in rows)


def rows_of(cls: Any) -> tuple[Row, ...]:
    """Return a row per key of a class, in the order that they are declared in."""
    return tuple(described(cls, field) for field in fields_of(cls))


def named(cls: Any) -> Iterator[str]:
    """Yield the names that may stand under a key, what each means, and a table of options where there are some."""
    noun, classes = TABLES[cls]
    common = {field.name for field in fields_of(cls)}
    if common:
        yield f"Every {noun} has these:"
        yield table(rows_of(cls))
    for name in classes:
        own = [field for field in fields_of(classes[name]) if field.name not in common or changed(cls, field)]
        yield f"### {name}"
        yield escaped(sentence(classes[name]))
        if own:
            yield table([described(classes[name], field) for field in own])


sentences = cache(meanings)


def changed(cls: Any, field: dataclasses.Field[Any]) -> bool:
    """Return whether a field of a subclass has another value by default."""
    return any(own.name == field.name and own.default != field.default for own in fields_of(cls))


def fields_of(cls: Any) -> list[dataclasses.Field[Any]]:
    return [field for field in dataclasses.fields(cls) if not field.metadata.get("internal")]


def described(cls: Any, field: dataclasses.Field[Any]) -> Row:
    """Return a key's row; what it says is the sentence that stands under the field."""
    meaning = escaped(sentences(cls).get(field.name, ""))
    kind, usual = kind_of(hint_of(cls, field.name)), field.default
    if usual is dataclasses.MISSING:
        return field.name, kind, "*needed*" if field.default_factory is dataclasses.MISSING else "", meaning
    return field.name, kind, "" if usual in (None, (), "") else f"`{spell(usual)}`", meaning


def kind_of(hint: Any) -> str:
    """Return an annotation in words."""
    origin, args = get_origin(hint), get_args(hint)
    if hint in KINDS:
        return KINDS[hint]
    if origin in (Union, UnionType):
        return ", or ".join(dict.fromkeys(kind_of(arg) for arg in args if arg is not NoneType))
    if origin is Annotated:
        return f"{kind_of(args[0])} {' and '.join(in_words(arg) for arg in args[1:] if isinstance(arg, Range))}"
    words = [f"`{word}`" for word in get_args(args[0] if origin is tuple else hint)]
    if origin is tuple:
        return f"a list of {', '.join(words)}"
    assert origin is Literal, hint
    return f"{', '.join(words[:-1])} or {words[-1]}"


def in_words(allowed: Range) -> str:
    """Return a range; one that includes both of its ends in short."""
    closed = isfinite(allowed.low) and isfinite(allowed.high) and not allowed.above and not allowed.below
    return f"from {allowed.low:,g} to {allowed.high:,.12g}" if closed else str(allowed)


def escaped(text: str) -> str:
    """Return a sentence for a table: what Markdown would take for a mark is none."""
    return text.replace("|", "\\|").replace("*", "\\*").replace("_", "\\_") if "`" not in text else text


if __name__ == "__main__":
    PAGE.write_text(keys_page(), encoding="utf-8")
