"""The table of formats. A new one is one new file and one line here; adding a line at run time adds a format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePath

from .document import Columns, Document, Findings, Grades, Graph, Kinds, Record, Table, Tensors, Worksheet


@dataclass(frozen=True)
class Rendering:
    """How numbers are written, where a format leaves that open."""

    precision: int = 8
    """Significant digits."""
    full: bool = False
    """Large tensors whole, not summarized."""


Render = Callable[[Document, Rendering], "str | bytes"]


@dataclass(frozen=True)
class Format:
    """A way to write documents down."""

    render: str | Render
    """A function, or the module that has it as `render` and is imported when it is asked for."""
    kinds: Kinds
    """The parts that it can write."""
    suffixes: tuple[str, ...] = ()
    """Of files that are written in it unless another format is asked for."""
    binary: bool = False
    alone: bool = False
    """Whether a file of it is about one submission."""
    rounds: bool = False
    """Whether it writes as many digits as it is told to; else every digit."""

    def can_render(self, kinds: Kinds) -> bool:
        """Return whether it can write a document of these parts."""
        return kinds <= self.kinds

    def rendered(self, document: Document, rendering: Rendering) -> str | bytes:
        """Write the document in this format."""
        found = import_module(self.render, __package__).render if isinstance(self.render, str) else self.render
        content: str | bytes = found(document, rendering)
        return content


EVERY: Kinds = frozenset({Tensors, Worksheet, Record, Columns, Table, Grades, Findings})
NUMBERS: Kinds = frozenset({Tensors, Columns})
FINDINGS: Kinds = frozenset({Findings})
GRAPH: Kinds = frozenset({Graph})
GRADES: Kinds = frozenset({Grades})

DEFAULT = "text"
FORMATS = {
    "text": Format(".text", EVERY, rounds=True),
    "json": Format(".json", EVERY - {Worksheet}, (".json",)),
    "npz": Format(".npz", NUMBERS, (".npz",), binary=True),
    "csv": Format(".csv", NUMBERS | {Table, Grades}, (".csv",)),
    "safetensors": Format(".safetensors", NUMBERS, (".safetensors",), binary=True),
    "markdown": Format(".markdown", EVERY, (".md",), rounds=True),
    "latex": Format(".latex", EVERY, (".tex",), rounds=True),
    "html": Format(".html", EVERY, (".html", ".htm"), rounds=True),
    "xlsx": Format(".xlsx", EVERY, (".xlsx",), binary=True),
    "mermaid": Format(".mermaid", GRAPH, (".mmd",)),
    "dot": Format(".dot", GRAPH, (".dot", ".gv")),
    "gradescope": Format(".gradescope", GRADES, alone=True),
    "classroom50": Format(".classroom50", GRADES, alone=True),
    "autolab": Format(".autolab", GRADES, alone=True),
    "prairielearn": Format(".prairielearn", GRADES, alone=True),
    "junit": Format(".junit", FINDINGS, (".xml",)),
    "github": Format(".github", FINDINGS),
}
OTHERS: tuple[str, ...] = (
    *(".doc", ".docx", ".ods", ".pdf", ".xls", ".jpg", ".png", ".svg", ".ipynb", ".zip"),
    *(".h5", ".mat", ".npy", ".onnx", ".parquet", ".pickle", ".pkl", ".pt", ".pth"),
)
"""Suffixes of files that hold no text, and that no format writes."""


def format_of(path: str | None) -> str:
    """Return the name of the format that a file's suffix asks for, else text."""
    suffix = PurePath(path or "").suffix.lower()
    return next((name for name, form in FORMATS.items() if suffix in form.suffixes), DEFAULT)


def able(*forms: Kinds) -> list[str]:
    """Return the formats that can write a document of these parts, or of those that it may have instead."""
    return [name for name, form in FORMATS.items() if any(map(form.can_render, forms))]
