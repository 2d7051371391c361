"""The cross-entropy, L = −Σ D·log Y, of probabilities Y. Handout 2.3."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..conventions import Conventions
from ..layers.sigmoid import Sigmoid
from ..layers.softmax import Softmax, log_softmax, softmax_gradient
from ..layers.softplus import softplus
from ..op import Array, Op, op, wrong
from .loss import Fusion, Loss, flipped


@op("−Σ_j {D}⊙log({Y})")
def cross_entropy(Y: Array, D: Array) -> Array:
    """Compute L, (N, C) → (N,); where D is 0 the term is 0, also at Y = 0. Handout 2.3."""
    return -np.where(D == 0, 0, D * np.log(np.where(D == 0, 1, Y))).sum(axis=1)


@op("−{D} / {Y}")
def cross_entropy_gradient(Y: Array, D: Array) -> Array:
    """Compute gradY; where D is 0 it is 0, also at Y = 0."""
    return np.where(D == 0, 0, -D / np.where(D == 0, 1, Y))


@op("−Σ_j {D}⊙log softmax({Z})", saturates="logarithm")
def cross_entropy_at_logits(Z: Array, D: Array) -> Array:
    """Compute the same from the logits: finite where the probability underflows to 0."""
    return -(D * log_softmax(Z)).sum(axis=1)


@op("{Y}⊙Σ_j {D} − {D}")
def logits_gradient(Y: Array, D: Array) -> Array:
    """Compute gradZ, the derivative at the logits: −D/Y through the softmax's Jacobian, with the division cancelled."""
    return Y * D.sum(axis=1, keepdims=True) - D


@op("−Σ_j {D}⊙log σ({Z})", saturates="logarithm")
def cross_entropy_at_sigmoid(Z: Array, D: Array) -> Array:
    """Compute the same of a sigmoid, with −log σ(z) = softplus(−z)."""
    return (D * softplus(-Z)).sum(axis=1)


@op("{D}⊙({Y} − 1)")
def sigmoid_logits_gradient(Y: Array, D: Array) -> Array:
    """Compute gradZ, the derivative at the sigmoid's input: −D/Y·Y·(1 − Y), with the division cancelled."""
    return D * (Y - 1)


def in_base(loss: Callable[..., Array], base: int) -> Callable[..., Array]:
    """Return a loss with another than the natural logarithm."""
    return lambda X, D: loss(X, D) / np.log(base)


def derived_again(gradient: Op) -> None:
    """Declare that a gradient at the logits of a softmax is multiplied by a derivative, which is in it already."""
    softmaxs = "the derivative of the softmax is taken once too often"
    wrong(gradient, softmaxs, lambda Y, D: softmax_gradient(Y, gradient.function(Y, D)))
    sigmoids = "it is multiplied by {Y}·(1 − {Y}), a sigmoid's derivative"
    wrong(gradient, sigmoids, lambda Y, D: gradient.function(Y, D) * Y * (1 - Y))


class CrossEntropy(Loss):
    """The cross-entropy. Right after a softmax its gradient is taken at the logits, where it cannot overflow."""

    value = cross_entropy
    gradient = cross_entropy_gradient
    for_logits = "write softmax_cross_entropy, which takes logits, or end in softmax"
    targets = "classes"

    def fusions(self, conventions: Conventions) -> tuple[Fusion, ...]:
        return (
            Fusion(Softmax, cross_entropy_at_logits, logits_gradient),
            Fusion(Sigmoid, cross_entropy_at_sigmoid, sigmoid_logits_gradient),
        )

    def notes(self, D: Array, conventions: Conventions) -> list[str]:
        return [f"{row} of {{D}} sums to {total:.8g}: no distribution" for row, total in odd_rows(D)]


def odd_rows(D: Array) -> list[tuple[str, float]]:
    """Return the first row of targets that does not sum to 1, with its sum, and how many more there are."""
    totals = D.sum(axis=1)
    rows = np.flatnonzero(np.abs(totals - 1) > 1e-6)
    if not len(rows):
        return []
    more = f" (and {len(rows) - 1} more)" if len(rows) > 1 else ""
    return [(f"{{sample}} {rows[0] + 1}{more}", float(totals[rows[0]]))]


wrong(cross_entropy, "its sign is flipped", lambda Y, D: -cross_entropy(Y, D))
wrong(cross_entropy, "the logarithm has base 10", in_base(cross_entropy.function, 10))
wrong(cross_entropy, "the logarithm has base 2", in_base(cross_entropy.function, 2))
wrong(cross_entropy, "{Y} and {D} are swapped", lambda Y, D: cross_entropy(D, Y))
wrong(cross_entropy, "it is divided by the number of outputs", lambda Y, D: cross_entropy(Y, D) / Y.shape[1])
wrong(cross_entropy_gradient, "its sign is flipped", lambda Y, D: -cross_entropy_gradient(Y, D))
wrong(cross_entropy_gradient, "it is Y − D, the gradient at the logits", lambda Y, D: Y - D)
wrong(cross_entropy_at_logits, "its sign is flipped", lambda Z, D: -cross_entropy_at_logits(Z, D))
wrong(cross_entropy_at_logits, "the logarithm has base 10", in_base(cross_entropy_at_logits.function, 10))
wrong(cross_entropy_at_logits, "the logarithm has base 2", in_base(cross_entropy_at_logits.function, 2))
wrong(cross_entropy_at_logits, "the logarithm is missing", lambda Z, D: -(D * np.exp(log_softmax(Z))).sum(axis=1))
wrong(
    cross_entropy_at_logits,
    "the softmax is applied twice",
    lambda Z, D: cross_entropy_at_logits(np.exp(log_softmax(Z)), D),
)
wrong(
    cross_entropy_at_logits,
    "it is divided by the number of outputs",
    lambda Z, D: cross_entropy_at_logits(Z, D) / Z.shape[1],
)
flipped(logits_gradient, lambda Y, D: -logits_gradient(Y, D))
wrong(logits_gradient, "{D} is not subtracted", lambda Y, D: Y)
wrong(logits_gradient, "it is {Y} − {D}, though {D} does not sum to 1", lambda Y, D: Y - D)
wrong(logits_gradient, "it is −{D}/{Y}, the gradient at the output", lambda Y, D: cross_entropy_gradient(Y, D))
derived_again(logits_gradient)
