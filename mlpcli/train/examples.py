"""Inputs and targets on their way from where they lie to the arrays of an executor."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

from ..nn.network import Classes
from ..nn.op import Array
from ..nn.rows import Rows

SAMPLE = 256
"""Rows that are read at a time for a checksum, and at least."""
LARGEST = 2**28
"""Bytes of which a checksum is made at most: a quarter of a second's."""
Fill = Callable[[Array, Array], None]
"""(row numbers, array to fill)"""


class Examples:
    """Inputs and targets, a row each, and how much each counts, if not all the same; `width` is that of an output."""

    def __init__(
        self, inputs: Rows, targets: Rows | Classes, width: int, dtype: Any, weights: Array | None = None
    ) -> None:
        self.dtype = np.dtype(dtype)
        self.count = len(inputs)
        self.fill_inputs = filler(inputs, self.dtype)
        self.fill_targets = one_hot(targets, width, dtype) if isinstance(targets, Classes) else filler(targets, dtype)
        self.weights = None if weights is None else weights.astype(self.dtype)
        self.widths = (inputs.shape[1], width)

    def __len__(self) -> int:
        return self.count

    def fill(self, rows: Array, X: Array, D: Array, w: Array | None = None) -> None:
        """Copy these rows into X and D, and how much each counts into w."""
        self.fill_inputs(rows, X)
        self.fill_targets(rows, D)
        if w is not None and self.weights is not None:
            self.weights.take(rows, 0, w, "clip")

    def digest(self) -> str:
        """Return how many there are, and a checksum of all, or of as many, evenly apart, as are read in a moment."""
        most = LARGEST // (self.dtype.itemsize * sum(self.widths))
        rows = np.linspace(0, self.count - 1, min(self.count, max(SAMPLE, most)), dtype=np.intp)
        check = 0
        for start in range(0, len(rows), SAMPLE):
            for array in self.batch(rows[start : start + SAMPLE]):
                check = zlib.crc32(array, check)
        return f"{self.count} {check:08x}"

    def targets(self, rows: Array) -> Array:
        """Return D of these rows."""
        D = np.empty((len(rows), self.widths[1]), self.dtype)
        self.fill_targets(rows, D)
        return D

    def batch(self, rows: Array) -> tuple[Array, ...]:
        """Return X and D of these rows, and how much each counts where that is given."""
        shapes = [(len(rows), width) for width in self.widths] + ([] if self.weights is None else [(len(rows),)])
        arrays = tuple(np.empty(shape, self.dtype) for shape in shapes)
        self.fill(rows, *arrays)
        return arrays


def filler(rows: Rows, dtype: Any) -> Fill:
    """Return how rows get into an array. What lies in memory is converted once, unless it is smaller as it is."""
    dtype, array, divide = np.dtype(dtype), rows.array, rows.divide
    if not isinstance(array, np.memmap) and array.dtype.itemsize >= dtype.itemsize:
        array, divide = rows.floats(slice(None), dtype), None
    elif rows.scaling is not None:
        return lambda index, out: np.copyto(out, rows.floats(index, dtype))
    array = np.asarray(array)
    if divide is not None:
        return lambda index, out: np.divide(array[index], divide, out=out, dtype=dtype, casting="unsafe")
    if array.dtype == dtype and array.flags.c_contiguous:
        return lambda index, out: array.take(index, 0, out, "clip")
    return lambda index, out: np.copyto(out, array[index], casting="unsafe")


def one_hot(targets: Classes, width: int, dtype: Any) -> Fill:
    """Return what fills rows with a 1 in the column of the class."""
    labels = columns(targets, width)
    table = np.eye(width, dtype=dtype)
    return lambda index, out: table.take(labels.take(index), 0, out, "clip")


class LabelError(ValueError):
    """A class number that is none."""


def columns(targets: Classes, width: int) -> Array:
    """Return the column of each example's class. Raises LabelError."""
    numbers = targets.classes.floats(slice(None), np.float64).reshape(-1)
    last = targets.first + width - 1
    wrong = ~((numbers == np.floor(numbers)) & (numbers >= targets.first) & (numbers <= last))
    if wrong.any():
        row = int(wrong.argmax())
        raise LabelError(f"class {numbers[row]:g} of example {row + 1} is none of {targets.first} to {last}")
    return numbers.astype(np.intp) - targets.first
