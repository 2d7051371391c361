"""Targets that are classes."""

from __future__ import annotations

from dataclasses import dataclass

from .rows import Examples


@dataclass(frozen=True)
class Classes:
    """Targets as class numbers, counted from `first`: one-hot rows once the number of outputs is known."""

    classes: Examples
    """The number of each example's class."""
    first: int = 1
    """The number that the first class has."""
