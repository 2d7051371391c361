"""Examples as they are stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from .op import Array


@dataclass(frozen=True, eq=False)
class Scaling:
    """What makes numbers of a person's columns into those of a network, (C,) each: (x − shift) / scale."""

    shift: Array
    scale: Array
    fill: Array
    """What takes the place of a gap, in the person's unit."""

    def apply(self, values: Array) -> Array:
        """Return rows (N, C) as the network takes them; a gap is nan."""
        filled = np.where(np.isnan(values), self.fill, values)
        return (filled - self.shift) / self.scale

    def undo(self, values: Array) -> Array:
        """Return outputs (N, C) in the person's units."""
        return np.asarray(values, np.float64) * self.scale + self.shift


@dataclass(frozen=True, eq=False)
class Rows:
    """An array of any real type, one example per row, perhaps larger than memory, and what divides its values.

    A data set of bytes stays one of bytes: only the rows that are asked for become floats.
    """

    array: Array
    divide: float | None = None
    scaling: Scaling | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.array.shape)

    @property
    def ndim(self) -> int:
        return len(self.array.shape)

    def __len__(self) -> int:
        return len(self.array)

    def floats(self, index: Any, dtype: Any = np.float64) -> Array:
        """Return the rows at an index (a number, a slice, an array of numbers) as floats, always a copy."""
        if self.scaling is not None:
            return self.scaling.apply(np.asarray(self.array[index], np.float64)).astype(dtype)
        values = np.array(self.array[index], dtype=dtype)
        if self.divide is not None:
            with np.errstate(all="ignore"):
                values /= self.divide
        return values


Examples = Annotated[Array, Rows]
"""What a network is fed with: an array of floats to compute with, or to train with, Rows."""
