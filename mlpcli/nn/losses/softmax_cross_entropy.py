"""Softmax and cross-entropy as one loss, with the handout's rule Y − D for the gradient at the logits. Handout 3.2."""

from __future__ import annotations

from ..conventions import Conventions
from ..layers import Layer
from ..layers.softmax import Softmax, softmax
from ..op import Array, op, wrong
from .cross_entropy import (
    CrossEntropy,
    cross_entropy_at_logits,
    cross_entropy_gradient,
    derived_again,
    logits_gradient,
    odd_rows,
)
from .loss import Fusion, flipped


@op("{Y} − {D}", convention="Y − D is the derivative of the loss only where each row of D sums to 1")
def error_at_logits(Y: Array, D: Array) -> Array:
    """Compute gradZ by the handout's rule (3.2.1): the derivative only where each row of D sums to 1."""
    return Y - D


class SoftmaxCrossEntropy(CrossEntropy):
    """The cross-entropy of the softmax; the softmax is supplied where the network does not end in one."""

    def fusions(self, conventions: Conventions) -> tuple[Fusion, ...]:
        by_rule = conventions.logits_gradient == "error"
        return (Fusion(Softmax, cross_entropy_at_logits, error_at_logits if by_rule else logits_gradient),)

    def closing(self) -> Layer | None:
        return Softmax()

    def notes(self, D: Array, conventions: Conventions) -> list[str]:
        if conventions.logits_gradient == "derivative":
            return super().notes(D, conventions)
        return [
            f"{row} of {{D}} sums to {total:.8g}: by convention the gradient at the logits is {{Y}} − {{D}}, "
            "which is the derivative of the loss only where each {sample} of {D} sums to 1"
            for row, total in odd_rows(D)
        ]


def softmax_again(Y: Array, D: Array) -> Array:
    """Return the error of an output that goes through the softmax once more."""
    return softmax(Y) - D


flipped(error_at_logits, lambda Y, D: D - Y)
wrong(error_at_logits, "{D} is not subtracted", lambda Y, D: Y)
wrong(error_at_logits, "the softmax is applied twice", softmax_again)
wrong(error_at_logits, "it is the derivative {Y}·Σ{D} − {D}, not the rule {Y} − {D}", logits_gradient.function)
wrong(error_at_logits, "it is −{D}/{Y}, the gradient at the output", cross_entropy_gradient.function)
derived_again(error_at_logits)
wrong(error_at_logits, "it is divided by the number of outputs", lambda Y, D: (Y - D) / Y.shape[1])
