"""The numbers of a tensor as texts in rows, as many of them as a person looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from .document import NamedTensor, Tensors
from .formats import Rendering
from .numbers import number_rows

LARGE = 1000
"""Tensors of more numbers than this are summarized."""
SHOWN_ROWS = 3
SHOWN_COLUMNS = 6


@dataclass(frozen=True)
class Matrix:
    """Rows of numbers; of a large tensor its first ones, and a sentence with its shape and range."""

    rows: list[list[str]]
    summary: str = ""
    wider: bool = False
    """Whether it has more columns than are shown."""
    longer: bool = False
    """Whether it has more rows than are shown."""


def sections(part: Tensors) -> Iterator[tuple[str, list[NamedTensor]]]:
    """Yield every section of the program with its tensors, what they are computed from before them."""
    for section, members in groupby((*part.given, *part.items), key=lambda tensor: tensor.section):
        yield section, list(members)


def texts(tensor: NamedTensor, rendering: Rendering, blank: str) -> Matrix:
    """Write a tensor's numbers; `blank` stands for each that is left out."""
    value, noise = matrix(tensor)
    large = tensor.value.size > LARGE and not rendering.full
    shown = slice(SHOWN_ROWS if large else None), slice(SHOWN_COLUMNS if large else None)
    if tensor.blank:
        rows = [[blank] * len(row) for row in value[shown]]
    else:
        rows = number_rows(value[shown], noise[shown], rendering.precision)
    if not large:
        return Matrix(rows)
    more = {"wider": value.shape[1] > SHOWN_COLUMNS, "longer": value.shape[0] > SHOWN_ROWS}
    return Matrix(rows, summarized(tensor, rendering.precision), **more)


def summarized(tensor: NamedTensor, precision: int) -> str:
    """Return shape and range: `40×30, from -1.5 to 2`; of numbers that are left out the shape alone."""
    shape = "×".join(map(str, tensor.value.shape))
    if tensor.blank:
        return shape
    value, noise = matrix(tensor)
    floats = np.asarray(value, np.float64)
    low, high = (int(f()) for f in (floats.argmin, floats.argmax))
    ends = number_rows(value.ravel()[[[low, high]]], noise.ravel()[[[low, high]]], precision)[0]
    return f"{shape}, from {ends[0]} to {ends[1]}"


def matrix(tensor: NamedTensor) -> tuple[Any, Any]:
    """Return value and noise as matrices: a number or a vector as one row."""
    shape = tensor.value.shape if tensor.value.ndim == 2 else (1, -1)
    return tensor.value.reshape(shape), tensor.noise.reshape(shape)
