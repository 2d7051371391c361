"""How dumps are graded, as a config's `grading:` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Reveal = Literal["place", "mistake", "values"]
"""What is told of a mistake: the tensor and its cells; what may have been done, too; and the numbers."""


@dataclass(frozen=True)
class Grading:
    """How dumps are graded."""

    consequences: Literal["full", "none"] = "full"
    """Whether what merely follows from a mistake earns its points: error carried forward."""
    reveal: Reveal = "mistake"
    """What is told of a mistake: its place, what may have been done too, or the numbers too."""
    points: Mapping[str, float] = field(default_factory=dict, metadata={"internal": True})
    """Names, or patterns of names, of tensors → points."""
    accept: tuple[str, ...] = field(default=(), metadata={"internal": True})
    """Conventions in which a dump may differ, if it does so throughout."""
