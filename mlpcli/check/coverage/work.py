"""How much a search may compute: counted in steps and not in seconds, so that it ends alike on every machine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...nn.op import Array

CELLS = 500
"""A step with this many cells takes about twice as long as one with few."""
CHARACTERS = 100
"""Numbers of a config of this many characters are written and read in about the time of a step."""


class SpentError(Exception):
    """There is no work left."""


@dataclass
class Work:
    """Steps of programs that may still be run. Each method raises SpentError where there are none left."""

    left: float

    def run(self, values: Iterable[Array]) -> None:
        """Count steps by what they compute."""
        self.take(sum(1 + value.value.size // CELLS for value in values))

    def write(self, text: str) -> None:
        """Count a change of a config by its text."""
        self.take(len(text) // CHARACTERS)

    def take(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise SpentError
