"""The reference of a config's keys, made of the annotations that read them: `python -m docs.keys` writes keys.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from math import isfinite
from pathlib import Path
from types import NoneType
from typing import Any, get_args

from mlpcli.config.annotations import Key, keys_of, tell
from mlpcli.config.claims import Tolerance
from mlpcli.config.convert import TABLES
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
    NoneType: "",
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
    return tuple(map(described, keys_of(cls)))


def named(cls: Any) -> Iterator[str]:
    """Yield the names that may stand under a key, what each means, and a table of options where there are some."""
    noun, classes = TABLES[cls]
    common = {key.name: key.usual for key in keys_of(cls)}
    if common:
        yield f"Every {noun} has these:"
        yield table(rows_of(cls))
    for name in classes:
        yield f"### {name}"
        yield escaped(sentence(classes[name]))
        own = [key for key in keys_of(classes[name]) if key.name not in common or key.usual != common[key.name]]
        if own:
            yield table(list(map(described, own)))


def described(key: Key) -> Row:
    """Return a key's row."""
    usual = "*needed*" if key.needed else "" if key.usual in (None, (), "") else f"`{spell(key.usual)}`"
    return key.name, tell(key.hint, InWords()), usual, escaped(key.meaning)


class InWords:
    """Tells of an annotation in words."""

    def known(self, hint: Any) -> str | None:
        return KINDS.get(hint)

    def within(self, value: str, ranges: Sequence[Any]) -> str:
        return f"{value} {' and '.join(in_words(allowed) for allowed in ranges if isinstance(allowed, Range))}"

    def either(self, values: Sequence[str]) -> str:
        return ", or ".join(dict.fromkeys(filter(None, values)))

    def word(self, words: Sequence[str]) -> str:
        *most, last = (f"`{word}`" for word in words)
        return f"{', '.join(most)} or {last}"

    def several(self, hint: Any) -> str:
        return f"a list of {', '.join(f'`{word}`' for word in get_args(hint))}"


def in_words(allowed: Range) -> str:
    """Return a range; one that includes both of its ends in short."""
    closed = isfinite(allowed.low) and isfinite(allowed.high) and not allowed.above and not allowed.below
    return f"from {allowed.low:,g} to {allowed.high:,.12g}" if closed else str(allowed)


def escaped(text: str) -> str:
    """Return a sentence for a table: what Markdown would take for a mark is none."""
    return text.replace("|", "\\|").replace("*", "\\*").replace("_", "\\_") if "`" not in text else text


if __name__ == "__main__":
    PAGE.write_text(keys_page(), encoding="utf-8")
