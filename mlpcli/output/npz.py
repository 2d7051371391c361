"""Tensors and columns as a numpy archive under their names. Nothing is pickled."""

from __future__ import annotations

import io

import numpy as np

from .arrays import arrays
from .document import Document
from .formats import Rendering


def render(document: Document, rendering: Rendering) -> bytes:
    """Write every digit, in the type of the arrays."""
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **arrays(document))
    return stream.getvalue()
