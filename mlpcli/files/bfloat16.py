"""bfloat16, which numpy does not know: a float32 without its last sixteen bits."""

from __future__ import annotations

from typing import Any

import numpy as np


class BFloat16(np.ndarray[Any, Any]):
    """Numbers that were kept as bfloat16, as the float32 that they are."""


EPS = 2.0**-7


def widened(halves: Any) -> BFloat16:
    """Return an array of two-byte patterns as numbers."""
    wide = np.asarray(halves.astype(np.uint32) << np.uint32(16))
    found: BFloat16 = wide.view(np.float32).view(BFloat16)
    return found
