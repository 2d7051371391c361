"""Tensors as YAML that a person reads, diffs and pastes: names, values, formulas as comments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .document import NamedTensor, Tensors
from .formats import Rendering
from .lines import commented, listed
from .matrices import Matrix, sections, texts

OPEN = "~"
"""A number that is left out, which a claim leaves open too."""


def grouped(tensors: Tensors, rendering: Rendering) -> Iterator[list[str]]:
    """Yield the lines of every section of the program, headed by its name; what is given is in the config."""
    for section, members in sections(replace(tensors, given=())):
        yield [f"# {section}", *(line for tensor in members for line in lines(tensor, rendering))]


def lines(tensor: NamedTensor, rendering: Rendering) -> list[str]:
    """Write `Y1lin: [[31, 20, 7]]     # X·W1 + B1`, or a line per row."""
    found = texts(tensor, rendering, OPEN)
    rows = [listed(row) for row in found.rows]
    if found.summary:
        return summarized(tensor, found)
    if tensor.value.ndim == 2 and len(rows) > 1:
        return [commented(f"{tensor.name}:", tensor.formula), *(f"  - {row}" for row in rows)]
    line = (found.rows[0][0], rows[0], f"[{rows[0]}]")[tensor.value.ndim]
    return [commented(f"{tensor.name}: {line}", tensor.formula)]


def summarized(tensor: NamedTensor, found: Matrix) -> list[str]:
    """Write shape, range and the first rows, all as comments."""
    head = [f"# {tensor.name}: {found.summary}; --full shows all", f"#   = {tensor.formula}"]
    dots = ", …" if found.wider else ""
    return head + [f"#   - [{', '.join(row)}{dots}]" for row in found.rows]
