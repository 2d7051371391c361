"""How a config is read that is there to be trained, or was."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..nn.rows import Rows
from .nodes import Mapping
from .table import Applied


@dataclass(frozen=True)
class Blank:
    """Inputs of which only the number per example is known, and what divides them."""

    width: int
    divide: float | None = None

    def rows(self) -> Rows:
        """Return an example of zeros."""
        return Rows(np.zeros((1, self.width)), self.divide)


@dataclass(frozen=True)
class Training:
    """How a config is read that may be there to be trained: data batch by batch, the program for the first batch."""

    wanted: bool = False
    """Train even if the config says nothing of `epochs` or `steps`."""
    steps: int | None = None
    """In place of what the config says."""
    targets: bool = True
    """Whether the program goes on to the loss; otherwise no file of targets is read."""
    applied: Applied | None = None
    """How the table became numbers that the network was trained on."""
    model: bool = False
    """Whether it was trained: what was done to its inputs is done to others too."""
    data: Path | None = None
    """A file in place of the one that it was trained on."""
    examples: bool = True
    """Whether inputs are read where the weights say how many numbers an example has."""
    blank: Blank | None = None
    """What stands in for inputs of a run where none are read."""

    def overrides(self, node: Mapping) -> list[str] | None:
        """Return what to change in the config; None if it is not there to be trained."""
        if not self.wanted and not {"epochs", "steps"} & set(node.entries):
            return None
        without = [] if self.targets else without_targets(node)
        blank = ["inputs=~"] if self.blank else []
        return [*([f"steps={self.steps}"] if self.steps else []), *without, *blank]


def without_targets(node: Mapping) -> list[str]:
    """Return overrides that leave of the targets only that they are classes, and the number these start at.

    Which rows of a table are held out stays, for its scales are those of the others.
    """
    given = {
        key: getattr(node.entries[key][1], "entries", ()) for key in ("targets", "validation") if key in node.entries
    }
    if "table" in node.entries and not {"file", "inputs"} & set(given.get("validation", ())):
        given.pop("validation", None)
    return [f"{key}.classes=[1]" if "classes" in entries else f"{key}=~" for key, entries in given.items()]
