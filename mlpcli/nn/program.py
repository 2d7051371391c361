"""The program: a straight line of named steps, each a pure op on tensors named before it.

Everything the tool does is a reading of this list; none of the readings knows a layer by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .op import Array, Op

Trace = dict[str, Array]
"""Every tensor of a run by name: what was given first, then each step's value in order of computation."""


@dataclass(frozen=True)
class Step:
    """`name = op(operands; settings)`."""

    name: str
    op: Op
    operands: tuple[str, ...]
    section: str
    settings: Mapping[str, float] = field(default_factory=dict)
    routes: tuple[Step, ...] = ()
    """Other steps to the same tensor: a fused loss is computed from the output too."""

    @property
    def formula(self) -> str:
        return self.op.describe(self.operands)


@dataclass(frozen=True)
class Program:
    """Given tensors, steps, and what the readings need to know of them."""

    given: dict[str, Array]
    steps: tuple[Step, ...]
    parameters: tuple[str, ...] = ()
    """Names of the given tensors that training changes, frozen ones left out."""
    fields: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    """Tensor that belongs to the network → the layer, counted from 0, and the field of it that the tensor is."""
    gradients: Mapping[str, str] = field(default_factory=dict)
    """Tensor → name of its gradient."""
    carry: Mapping[str, str] = field(default_factory=dict)
    """Computed tensor → the given tensor it replaces before the next step of training."""
    shortcuts: Mapping[str, Step] = field(default_factory=dict)
    """Tensor → another step that computes the same from fewer operands, for whoever does not print those between."""
    scheduled: Mapping[str, Callable[[int], float]] = field(default_factory=dict)
    """Given scalar → its value from the number of steps taken before."""
    steps_taken: int = 0
    objective: str | None = None
    """Name of the loss: one number per input, or their mean."""
    differentiated: str | None = None
    """Name of the tensor at which the backward pass starts."""
    batch_size: int = 1
    """N, the number of inputs."""
    rows: tuple[str, ...] = ()
    """Names of the given tensors with a row an input: the inputs first, then targets or the given gradient."""
    notes: tuple[str, ...] = ()
    """Sentences for the user, such as that the loss gradient is a convention and no derivative here."""

    def run(self, lift: Callable[[Any], Array] = np.asarray) -> Trace:
        """Compute every step. `lift` turns given tensors and settings into the number type to compute with.

        Numbers that leave the range of floats become inf or nan without a warning: they are shown as they are.
        """
        values = {name: lift(value) for name, value in self.given.items()}
        with np.errstate(all="ignore"):
            for step in self.steps:
                settings = {name: lift(value) for name, value in step.settings.items()}
                values[step.name] = step.op(*(values[name] for name in step.operands), **settings)
        return values

    def next(self, trace: Trace) -> Program:
        """The program of the next training step: what this one updated is given to the next."""
        taken = self.steps_taken + 1
        updated = {old: trace[new] for new, old in self.carry.items()}
        scheduled = {name: np.asarray(rule(taken)) for name, rule in self.scheduled.items()}
        return replace(self, given={**self.given, **updated, **scheduled}, steps_taken=taken)
