"""Softmax and cross-entropy as one loss, with the handout's rule Y − D for the gradient at the logits. Handout 3.2."""

from __future__ import annotations

from ..conventions import Conventions
from ..layers import Layer, Softmax
from ..op import Array, op
from .cross_entropy import CrossEntropy, cross_entropy_at_logits, logits_gradient, odd_rows
from .loss import Fusion


@op("{Y} − {D}", convention="Y − D is the derivative of the loss only where each row of D sums to 1")
def error_at_logits(Y: Array, D: Array) -> Array:
    """gradZ by the handout's rule (3.2.1): the derivative only where each row of D sums to 1."""
    return Y - D


class SoftmaxCrossEntropy(CrossEntropy):
    """The cross-entropy of the softmax; the softmax is supplied where the network does not end in one."""

    gradient = error_at_logits

    def fusion(self, conventions: Conventions) -> Fusion | None:
        by_rule = conventions.logits_gradient == "error"
        return Fusion(Softmax, cross_entropy_at_logits, error_at_logits if by_rule else logits_gradient)

    def closing(self) -> Layer | None:
        return Softmax()

    def notes(self, D: Array, conventions: Conventions) -> list[str]:
        if conventions.logits_gradient == "derivative":
            return super().notes(D, conventions)
        return [
            f"{row} of D sums to {total:.8g}: by convention the gradient at the logits is Y − D, "
            "which is the derivative of the loss only where each row of D sums to 1"
            for row, total in odd_rows(D)
        ]
