"""What a network compiles to: a program, and what makes the numbers that it is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .dialect import Dialect
from .initializers import Draws, Make
from .program import Program
from .run import Batch, Batches, Setup, State


@dataclass(frozen=True)
class Compiled:
    """A program, what makes the numbers that it is given, and how a person sees its tensors."""

    program: Program
    initial: Mapping[str, Make]
    seed: int
    dialect: Dialect
    notes: tuple[str, ...] = ()
    """Sentences for the user, such as that the loss gradient is a convention and no derivative here."""
    depends: frozenset[str] = frozenset()
    """The conventions, and `mode`, that the program depends on."""
    size: int | None = None
    """Examples per step, taken in order; all of them unless given."""

    def state(self, dtype: Any = np.float64) -> State:
        """Return what a training starts from; weights that are drawn are drawn anew, each time the same ones."""
        draws, batch = Draws(self.seed), self.program.batch
        return State({name: make(dtype, draws) for name, make in self.initial.items() if name not in batch})

    def batch(self, dtype: Any = np.float64) -> Batch:
        """Return the inputs and targets that the network came with."""
        return {name: self.initial[name](dtype, Draws(self.seed)) for name in self.program.batch}

    def seen(self, dtype: Any = np.float64) -> Setup:
        """Return the program as a person sees it, on the numbers that the network came with, or the first batch."""
        examples = self.batch(dtype)
        setup = self.dialect.setup(Setup(self.program, self.state(dtype), examples))
        if self.size is None:
            return setup
        batches = Batches(examples, self.size, self.dialect.turn)
        return replace(setup, batch=batches.at(0), batches=batches)
