"""What every loss is: L from the output Y and the target D, and the gradient that the backward pass starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from ..conventions import Conventions
from ..layers import Layer
from ..op import Array, Op, op, wrong


@op("Σ {L} / N")
def mean(L: Array) -> Array:
    """The loss averaged over the batch, (N,) → ()."""
    return L.sum() / len(L)


@dataclass(frozen=True)
class Fusion:
    """A loss that joins the activation before it: both its ops are finite where the activation underflows."""

    layer: type[Layer]
    value: Op
    """L from Z, what went into the activation, and D."""
    gradient: Op
    """gradZ from the activation's output Y and D."""


@dataclass(frozen=True, kw_only=True)
class Loss:
    """A loss: Y (N, C) and D (N, C) → `value` L (N,), one number an input, and `gradient` gradY (N, C)."""

    value: ClassVar[Op]
    gradient: ClassVar[Op]

    @property
    def ops(self) -> tuple[Op, Op]:
        """The value and the gradient under the loss's options."""
        return self.value, self.gradient

    def settings(self) -> dict[str, Any]:
        """The options, which all ops of the loss are given."""
        return dict(vars(self))

    def fusions(self, conventions: Conventions) -> tuple[Fusion, ...]:
        """How this loss joins an activation right before it, for each that it joins."""
        return ()

    def closing(self) -> Layer | None:
        """The layer this loss supplies where the network does not end in one that it joins."""
        return None

    def notes(self, D: Array, conventions: Conventions) -> list[str]:
        """What the user should know about these targets."""
        return []


wrong(mean, "it is a sum, not divided by N", lambda L: L.sum())
