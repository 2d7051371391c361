"""Targets that are classes."""

from __future__ import annotations

from dataclasses import dataclass

from .rows import Examples


@dataclass(frozen=True)
class Classes:
    """Targets as class numbers, counted from `first`: one-hot rows once the number of outputs is known."""

    classes: Examples
    first: int = 1
