"""Numbers that are known to lie between two bounds."""

from __future__ import annotations

from typing import Any


def narrow(value: Any) -> bool:
    """Return whether every number of an array is known as far as floats go."""
    if value.dtype != object:
        return True
    ends = (map(as_float, cell.bounds()) for cell in value.flat)
    return all(low == high or low != low for low, high in ends)


def as_float(x: Any) -> float:
    """Return the nearest float."""
    try:
        return float(x)
    except OverflowError:
        return float("inf") if x > 0 else float("-inf")
