"""A mistake that stays hidden."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Hidden:
    """A mistake that no printed tensor reveals."""

    tensor: str
    mistake: str
    reason: str
    suggestion: str
    """Options of `mlp coverage` with which it shows; empty where none were found."""
    searched: bool = True
    """Whether everything was tried to find them; False where the search had come to its end."""
