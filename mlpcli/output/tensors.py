"""Tensors as YAML that a person reads, diffs and pastes: names, values, formulas as comments."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import numpy as np

from .document import NamedTensor, Tensors
from .formats import Rendering
from .lines import commented, listed
from .numbers import number_rows

LARGE = 1000
"""Tensors of more numbers than this are summarized."""
SHOWN_ROWS = 3
SHOWN_COLUMNS = 6


def grouped(tensors: Tensors, rendering: Rendering) -> Iterator[list[str]]:
    """Yield the lines of every section of the program, headed by its name."""
    for section, members in groupby(tensors.items, key=lambda tensor: tensor.section):
        yield [f"# {section}", *(line for tensor in members for line in lines(tensor, rendering))]


def lines(tensor: NamedTensor, rendering: Rendering) -> list[str]:
    summary = tensor.value.size > LARGE and not rendering.full
    return summarized(tensor, rendering.precision) if summary else tensor_lines(tensor, rendering.precision)


def tensor_lines(tensor: NamedTensor, precision: int) -> list[str]:
    """Write `Y1lin: [[31, 20, 7]]     # X·W1 + B1`, or a line per row."""
    rows = number_rows(*matrix(tensor), precision)
    if tensor.value.ndim == 0:
        return [commented(f"{tensor.name}: {rows[0][0]}", tensor.formula)]
    if tensor.value.ndim == 1:
        return [commented(f"{tensor.name}: {listed(rows[0])}", tensor.formula)]
    if len(rows) == 1:
        return [commented(f"{tensor.name}: [{listed(rows[0])}]", tensor.formula)]
    return [commented(f"{tensor.name}:", tensor.formula), *(f"  - {listed(row)}" for row in rows)]


def summarized(tensor: NamedTensor, precision: int) -> list[str]:
    """Write shape, range and the first rows, all as comments."""
    value, noise = matrix(tensor)
    floats = np.asarray(value, np.float64)
    low, high = (int(f()) for f in (floats.argmin, floats.argmax))
    ends = number_rows(value.ravel()[[[low, high]]], noise.ravel()[[[low, high]]], precision)[0]
    shape = "×".join(map(str, tensor.value.shape))
    head = [f"# {tensor.name}: {shape}, from {ends[0]} to {ends[1]}; --full shows all", f"#   = {tensor.formula}"]
    corner = number_rows(value[:SHOWN_ROWS, :SHOWN_COLUMNS], noise[:SHOWN_ROWS, :SHOWN_COLUMNS], precision)
    dots = ", …" if value.shape[1] > SHOWN_COLUMNS else ""
    return head + [f"#   - [{', '.join(row)}{dots}]" for row in corner]


def matrix(tensor: NamedTensor) -> tuple[Any, Any]:
    shape = tensor.value.shape if tensor.value.ndim == 2 else (1, -1)
    return tensor.value.reshape(shape), tensor.noise.reshape(shape)
