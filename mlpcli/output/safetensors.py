"""Tensors and columns in the format that weights are shared in; it needs the package safetensors."""

from __future__ import annotations

import numpy as np

from ..errors import InputError, Place, Problem
from ..files.streams import ArrayError
from ..files.weights import safetensors
from .arrays import arrays
from .document import Document
from .formats import Rendering


def render(document: Document, rendering: Rendering) -> bytes:
    """Write every digit, in the type of the arrays. Raises InputError where the package is not installed."""
    try:
        found: bytes = safetensors().save(
            {name: np.ascontiguousarray(value) for name, value in arrays(document).items()}
        )
    except ArrayError as error:
        raise InputError(Problem(Place("--format safetensors"), "", str(error))) from None
    return found
