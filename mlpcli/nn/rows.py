"""Examples as they are stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from .op import Array


@dataclass(frozen=True, eq=False)
class Rows:
    """An array of any real type, one example per row, perhaps larger than memory, and what divides its values.

    A data set of bytes stays one of bytes: only the rows that are asked for become floats.
    """

    array: Array
    divide: float | None = None

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
        values = np.array(self.array[index], dtype=dtype)
        if self.divide is not None:
            with np.errstate(all="ignore"):
                values /= self.divide
        return values


Examples = Annotated[Array, Rows]
"""What a network is fed with: an array of floats to compute with, or to train with, Rows."""
