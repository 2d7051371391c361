"""Rows of numbers as they lie on disk or in memory, turned into floats a batch at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NewType

import numpy as np

from .op import Array

if TYPE_CHECKING:
    Data = Any
else:
    Data = NewType("Data", object)  # of a field: inputs or targets, an array or, for a training, `Rows`


@dataclass(frozen=True)
class Rows:
    """Rows in the type they are stored in; `divide` is what the numbers are divided by."""

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

    def floats(self, index: Any, dtype: Any) -> Array:
        """The rows of an index or slice as floats."""
        rows = self.array[index]
        return np.divide(rows, self.divide, dtype=dtype) if self.divide else np.asarray(rows, dtype)
