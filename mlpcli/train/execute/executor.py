"""What trains a program: an executor takes steps on batches and keeps the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from ...nn.op import Array
from ...nn.program import Program


class Executor(Protocol):
    """Takes training steps. It is made from a program, the state to start from, and a type of floats."""

    @property
    def state(self) -> Mapping[str, Array]:
        """What training changes, as numpy arrays."""
        ...

    def inputs(self, rows: int) -> Mapping[str, Array]:
        """Return arrays to fill for the next step on a batch of `rows` rows: the data, and what follows a rule."""
        ...

    def forward(self, rows: int) -> Mapping[str, Array]:
        """Run what comes before the backward pass; returns what was asked to be kept of it, until the next step."""
        ...

    def backward(self, rows: int) -> None:
        """Run the backward pass and the update."""
        ...


Make = Callable[[Program, dict[str, Array], Any, Sequence[str]], Executor]
"""(program, state to take over, type of floats, tensors to keep) → executor."""


def numpy_executor(program: Program, state: dict[str, Array], dtype: Any, kept: Sequence[str]) -> Executor:
    """Make an executor by the calls of numpy in a good order, on memory that is allocated once."""
    from .numpy import NumpyExecutor

    return NumpyExecutor(program, state, dtype, kept)
