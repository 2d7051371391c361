"""What every loss is: L from the output Y and the target D, and the gradient that the backward pass starts from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal

from ..conventions import Conventions
from ..layers import Layer
from ..op import Array, Op, op, wrong
from ..options import NonNegative


@op("Σ {L} / N")
def mean(L: Array) -> Array:
    """Average the loss over the batch, (N,) → ()."""
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
    """A loss: Y (N, C) and D (N, C) → `value` L (N,), one number an input, and `gradient` gradY (N, C).

    Every loss may have penalties: l2/2·ΣW² and l1·Σ|W| over all weights W, which are added to the loss once, whether
    that is summed or averaged over the batch.
    """

    templates: ClassVar[Mapping[str, str]] = {
        "l2_term": "L_l2",
        "l1_term": "L_l1",
        "total_loss": "L_total",
        "importance": "w",
        "weighted_loss": "L_weighted",
    }
    """What tensors that only penalties and weights of examples have are called, unless a notation says otherwise."""

    l2: NonNegative = 0.0
    """Adds l2/2·ΣW² to the loss, and l2·W to the gradient."""
    l1: NonNegative = 0.0
    """Adds l1·Σ|W| to the loss, and l1·sign W to the gradient."""
    half: bool = True
    """Whether the squares are halved, so that their gradient is l2·W and not 2·l2·W."""
    over_n: bool = False
    """Whether both penalties are divided by N."""
    biases: bool = False
    """Whether the biases are penalized too."""

    value: ClassVar[Op]
    gradient: ClassVar[Op]
    for_logits: ClassVar[str] = ""
    """What to do where they are none."""
    targets: ClassVar[Literal["numbers", "classes", "binary"]] = "numbers"
    """What it compares the outputs with: numbers, one class of several, or a yes or no for each output."""

    @property
    def ops(self) -> tuple[Op, Op]:
        """The value and the gradient under the loss's options."""
        return self.value, self.gradient

    @property
    def penalties(self) -> dict[str, float]:
        """Each penalty that the loss has, and its strength."""
        return {kind: k for kind, k in (("l2", self.l2), ("l1", self.l1)) if k}

    @property
    def of_probabilities(self) -> bool:
        """Whether the outputs that it takes are probabilities."""
        return self.targets != "numbers"

    def settings(self) -> dict[str, Any]:
        """The options of its own, which all ops of the loss are given."""
        return {name: value for name, value in vars(self).items() if name not in PENALTIES}

    def under(self, conventions: Conventions) -> Loss:
        """Return the loss with what the conventions say of its options that are not given."""
        return self

    def fusions(self, conventions: Conventions) -> tuple[Fusion, ...]:
        """Return how this loss joins an activation right before it, for each that it joins."""
        return ()

    def closing(self) -> Layer | None:
        """Return the layer this loss supplies where the network does not end in one that it joins."""
        return None

    def notes(self, D: Array, conventions: Conventions) -> list[str]:
        """Return what the user should know of targets, rows: with the places {Y} and {D}, and {sample} for a row."""
        return []


def flipped(gradient: Op, function: Callable[..., Array]) -> None:
    """Declare that the error of a gradient is taken the wrong way round."""
    ways = [f"it is {error}, with the sign flipped" for error in ("{D} − {Y}", "{Y} − {D}")]
    wrong(gradient, ways[0], function, negated=ways[1])


PENALTIES = {option.name for option in fields(Loss)}
"""The options that every loss has."""

wrong(mean, "it is a sum, not divided by N", lambda L: L.sum())
