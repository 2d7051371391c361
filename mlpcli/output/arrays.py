"""The arrays of a document by name, for formats that hold nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np

from .document import Columns, Document, Tensors


def arrays(document: Document) -> dict[str, Any]:
    """Return tensors and columns by name; of several cases or steps a name reads `case2/step3/W1_new`."""
    found: dict[str, Any] = {}
    for section in document.sections:
        prefix = "".join(f"{word}{number}/" for word, number in section.numbers.items())
        for part in section.parts:
            if isinstance(part, Tensors):
                found |= {prefix + tensor.name: floats(tensor.value) for tensor in part.items}
            elif isinstance(part, Columns):
                matrices_first = sorted(part.values.items(), key=lambda item: -item[1].ndim)
                found |= {prefix + name: column for name, column in matrices_first}
    return found


def floats(value: Any) -> Any:
    """Return the floats themselves, or those nearest to numbers with proven bounds."""
    return np.asarray(value, np.float64) if value.dtype == object else value
