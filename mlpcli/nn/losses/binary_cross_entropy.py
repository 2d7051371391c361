"""The binary cross-entropy, L = −Σ(D·log Y + (1 − D)·log(1 − Y))/C, of probabilities Y, one per output."""

from __future__ import annotations

import numpy as np

from ..conventions import Conventions
from ..layers.sigmoid import Sigmoid
from ..layers.softplus import softplus
from ..op import Array, op, wrong
from .cross_entropy import cross_entropy, in_base
from .loss import Fusion, Loss


@op("−Σ_j ({D}⊙log({Y}) + (1 − {D})⊙log(1 − {Y})) / C")
def binary_cross_entropy(Y: Array, D: Array) -> Array:
    """Average over the C outputs of each row, (N, C) → (N,); terms whose weight is 0 are 0."""
    true = np.where(D == 0, 0, D * np.log(np.where(D == 0, 1, Y)))
    false = np.where(D == 1, 0, (1 - D) * np.log1p(-np.where(D == 1, 0, Y)))
    return -(true + false).sum(axis=1) / Y.shape[1]


@op("((1 − {D}) / (1 − {Y}) − {D} / {Y}) / C")
def binary_cross_entropy_gradient(Y: Array, D: Array) -> Array:
    """Compute gradY; terms whose weight is 0 are 0."""
    false = np.where(D == 1, 0, (1 - D) / (1 - np.where(D == 1, 0, Y)))
    true = np.where(D == 0, 0, D / np.where(D == 0, 1, Y))
    return (false - true) / Y.shape[1]


@op("−Σ_j ({D}⊙log σ({Z}) + (1 − {D})⊙log σ(−{Z})) / C", saturates="logarithm")
def binary_cross_entropy_at_logits(Z: Array, D: Array) -> Array:
    """Compute the same from the logits, with −log σ(z) = softplus(−z): finite where the probability underflows."""
    return (D * softplus(-Z) + (1 - D) * softplus(Z)).sum(axis=1) / Z.shape[1]


@op("({Y} − {D}) / C")
def error_at_binary_logits(Y: Array, D: Array) -> Array:
    """Compute gradZ at the logits."""
    return (Y - D) / Y.shape[1]


class BinaryCrossEntropy(Loss):
    """The binary cross-entropy. Right after a sigmoid it is computed from the logits, where it cannot overflow."""

    value = binary_cross_entropy
    gradient = binary_cross_entropy_gradient

    def fusions(self, conventions: Conventions) -> tuple[Fusion, ...]:
        return (Fusion(Sigmoid, binary_cross_entropy_at_logits, error_at_binary_logits),)


wrong(binary_cross_entropy, "its sign is flipped", lambda Y, D: -binary_cross_entropy(Y, D))
wrong(binary_cross_entropy, "the term of 1 − {D} is missing", lambda Y, D: cross_entropy(Y, D) / Y.shape[1])
wrong(binary_cross_entropy, "it is a sum over the outputs", lambda Y, D: binary_cross_entropy(Y, D) * Y.shape[1])
wrong(
    binary_cross_entropy_at_logits,
    "the term of 1 − {D} is missing",
    lambda Z, D: (D * softplus(-Z)).sum(axis=1) / Z.shape[1],
)
wrong(
    binary_cross_entropy_at_logits,
    "it is a sum over the outputs",
    lambda Z, D: binary_cross_entropy_at_logits(Z, D) * Z.shape[1],
)
for base in (2, 10):
    sentence = f"the logarithm has base {base}"
    wrong(binary_cross_entropy, sentence, in_base(binary_cross_entropy.function, base))
    wrong(binary_cross_entropy_at_logits, sentence, in_base(binary_cross_entropy_at_logits.function, base))
wrong(binary_cross_entropy_gradient, "its sign is flipped", lambda Y, D: -binary_cross_entropy_gradient(Y, D))
wrong(error_at_binary_logits, "it is D − Y, with the sign flipped", lambda Y, D: (D - Y) / Y.shape[1])
wrong(error_at_binary_logits, "it is a sum over the outputs", lambda Y, D: Y - D)
wrong(
    error_at_binary_logits,
    "the derivative of the sigmoid is taken once too often",
    lambda Y, D: (Y - D) * Y * (1 - Y) / Y.shape[1],
)
