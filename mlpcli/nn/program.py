"""The program: a straight line of named steps, each a pure op on tensors named before it.

It says what is computed and holds no numbers: no data, no batch size, no number type. Everything the tool does is a
reading of this list; none of the readings knows a layer by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from ..values.shapes import N, Shape
from .names import Label
from .op import Array, Op

Role = Literal["input", "target", "importance", "weight", "state", "scheduled", "drawn", "computed"]
"""What a tensor is for. Input, target and importance have a row per example; weights and states go on from step to
step; what is scheduled or drawn follows a rule from the number of steps taken."""

Rule = Callable[[int, int], Any]
"""(steps taken before, rows of the batch) → the value of a tensor that is scheduled or drawn."""


@dataclass(frozen=True, kw_only=True)
class Tensor:
    """A tensor of a program: what it is for, and how it hangs together with others."""

    name: str
    shape: Shape
    role: Role = "computed"
    section: str = "given"
    """given, forward, loss, backward or update."""
    field: tuple[int, str] | None = None
    """Of a tensor that belongs to the network: the layer, counted from 0, and the field of it that the tensor is."""
    trained: bool = False
    """Whether training changes this weight: one that is frozen it leaves alone."""
    gradient: str = ""
    """The tensor that is its gradient."""
    successor: str = ""
    """The computed tensor that takes its place before the next step of training."""
    rule: Rule | None = None
    rows_of: str = ""
    """Of a tensor that has a rule: the inputs of its step, where a program takes several."""
    label: Label | None = None
    """How its name was made."""


@dataclass(frozen=True)
class Step:
    """`name = op(operands; settings)`."""

    name: str
    op: Op
    operands: tuple[str, ...]
    section: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def formula(self) -> str:
        return self.op.describe(self.operands)


@dataclass(frozen=True)
class Program:
    """Tensors, given ones first, and the steps that compute the others."""

    tensors: Mapping[str, Tensor]
    steps: tuple[Step, ...]
    routes: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    """Tensor → other steps that compute it: a fused loss from the output too, a gradient in closed form."""
    objective: str | None = None
    """Name of the loss: one number per input, their mean, or the total with its penalties."""
    differentiated: str | None = None
    """Name of the tensor at which the backward pass starts."""
    penalties: tuple[str, ...] = ()
    """Names of the terms of the total that are no loss of examples: penalties of weights."""
    length: int = 1
    """The number of training steps that it takes."""

    @cached_property
    def given(self) -> tuple[str, ...]:
        """Names of the tensors that are known before the first step."""
        return tuple(t.name for t in self.tensors.values() if t.role != "computed")

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Every tensor's name in dataflow order."""
        return (*self.given, *(step.name for step in self.steps))

    @cached_property
    def by_name(self) -> dict[str, Step]:
        """Each computed tensor's step."""
        return {step.name: step for step in self.steps}

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each computed tensor stands among them."""
        return {step.name: place for place, step in enumerate(self.steps)}

    @cached_property
    def loss(self) -> str | None:
        """Name of the loss of each example, the first of its section."""
        return next((step.name for step in self.steps if step.section == "loss"), None)

    @cached_property
    def counted_loss(self) -> str | None:
        """Name of the loss of each example as it counts: the last of its section with a number per example."""
        rows = (step.name for step in reversed(self.steps) if step.section == "loss")
        return next((name for name in rows if self.tensors[name].shape == (N,)), self.loss)

    @cached_property
    def input(self) -> str:
        """Name of the inputs: an example is a row, or a column."""
        return next(t.name for t in self.tensors.values() if t.role == "input")

    def rows(self, tensors: Mapping[str, Array], inputs: str = "") -> int:
        """Return N, the number of examples of a batch or a run; of several steps that of the first, or of inputs."""
        name = inputs or self.input
        return int(tensors[name].shape[self.tensors[name].shape.index(N)])

    @cached_property
    def target(self) -> str | None:
        """Name of the targets, or of the gradient that is given in place of a loss."""
        return next((t.name for t in self.tensors.values() if t.role == "target"), None)

    @cached_property
    def batch(self) -> tuple[str, ...]:
        """Names of the tensors with a row per example that are given: inputs, targets, and how much each counts."""
        return tuple(t.name for t in self.tensors.values() if t.role in ("input", "target", "importance"))

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Names of the weights that training changes."""
        return tuple(t.name for t in self.tensors.values() if t.trained)

    @cached_property
    def successors(self) -> dict[str, str]:
        """Given tensor → the computed one that takes its place before the next step of training."""
        return {t.name: t.successor for t in self.tensors.values() if t.successor}

    @cached_property
    def predecessors(self) -> dict[str, str]:
        """Computed tensor → the given one whose place it takes before the next step of training."""
        return {new: old for old, new in self.successors.items()}

    @cached_property
    def gradients(self) -> dict[str, str]:
        """Tensor → its gradient."""
        return {t.name: t.gradient for t in self.tensors.values() if t.gradient}

    @cached_property
    def fields(self) -> dict[str, tuple[int, str]]:
        """Tensor that belongs to the network → its layer and field."""
        return {t.name: t.field for t in self.tensors.values() if t.field}

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """Tensor that is scheduled or drawn → its rule."""
        return {t.name: t.rule for t in self.tensors.values() if t.rule}


__all__ = ["Array", "Program", "Role", "Rule", "Step", "Tensor"]
