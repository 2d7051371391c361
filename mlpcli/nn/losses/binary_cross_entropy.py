"""The binary cross-entropy of probabilities Y, one an output: L = −Σ(D·log Y + (1 − D)·log(1 − Y))/C, or not over C."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ..conventions import Conventions
from ..layers.sigmoid import Sigmoid
from ..layers.softplus import softplus
from ..op import Array, op, wrong
from .cross_entropy import cross_entropy, in_base
from .loss import Fusion, flipped
from .outputs import OverOutputs, wrong_as


@op("−Σ_j ({D}⊙log({Y}) + (1 − {D})⊙log(1 − {Y}))")
def binary_cross_entropy_sum(Y: Array, D: Array) -> Array:
    """The sum over the C outputs of each row, (N, C) → (N,); terms whose weight is 0 are 0."""
    true = np.where(D == 0, 0, D * np.log(np.where(D == 0, 1, Y)))
    false = np.where(D == 1, 0, (1 - D) * np.log1p(-np.where(D == 1, 0, Y)))
    return -(true + false).sum(axis=1)


@op("−Σ_j ({D}⊙log({Y}) + (1 − {D})⊙log(1 − {Y})) / C")
def binary_cross_entropy(Y: Array, D: Array) -> Array:
    """The mean over the C outputs of each row, (N, C) → (N,)."""
    return binary_cross_entropy_sum(Y, D) / Y.shape[1]


@op("(1 − {D}) / (1 − {Y}) − {D} / {Y}")
def binary_cross_entropy_sum_gradient(Y: Array, D: Array) -> Array:
    """gradY of the sum over the outputs; terms whose weight is 0 are 0."""
    false = np.where(D == 1, 0, (1 - D) / (1 - np.where(D == 1, 0, Y)))
    true = np.where(D == 0, 0, D / np.where(D == 0, 1, Y))
    return false - true


@op("((1 − {D}) / (1 − {Y}) − {D} / {Y}) / C")
def binary_cross_entropy_gradient(Y: Array, D: Array) -> Array:
    """gradY; terms whose weight is 0 are 0."""
    return binary_cross_entropy_sum_gradient(Y, D) / Y.shape[1]


@op("−Σ_j ({D}⊙log σ({Z}) + (1 − {D})⊙log σ(−{Z}))", saturates="logarithm")
def binary_cross_entropy_sum_at_logits(Z: Array, D: Array) -> Array:
    """The sum from the logits, with −log σ(z) = softplus(−z): finite where the probability underflows."""
    return (D * softplus(-Z) + (1 - D) * softplus(Z)).sum(axis=1)


@op("−Σ_j ({D}⊙log σ({Z}) + (1 − {D})⊙log σ(−{Z})) / C", saturates="logarithm")
def binary_cross_entropy_at_logits(Z: Array, D: Array) -> Array:
    """The mean from the logits."""
    return binary_cross_entropy_sum_at_logits(Z, D) / Z.shape[1]


@op("{Y} − {D}")
def error_sum_at_binary_logits(Y: Array, D: Array) -> Array:
    """gradZ at the logits, of the sum over the outputs."""
    return Y - D


@op("({Y} − {D}) / C")
def error_at_binary_logits(Y: Array, D: Array) -> Array:
    """Compute gradZ at the logits."""
    return (Y - D) / Y.shape[1]


class BinaryCrossEntropy(OverOutputs):
    """The binary cross-entropy. Right after a sigmoid it is computed from the logits, where it cannot overflow."""

    value = binary_cross_entropy
    gradient = binary_cross_entropy_gradient
    for_logits = "end in sigmoid"
    targets = "binary"
    others: ClassVar = (binary_cross_entropy_sum, binary_cross_entropy_sum_gradient)

    def fusions(self, conventions: Conventions) -> tuple[Fusion, ...]:
        if self.over_outputs == "sum":
            return (Fusion(Sigmoid, binary_cross_entropy_sum_at_logits, error_sum_at_binary_logits),)
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
wrong(binary_cross_entropy_gradient, "it is a sum over the outputs", binary_cross_entropy_sum_gradient.function)
flipped(error_at_binary_logits, lambda Y, D: (D - Y) / Y.shape[1])
wrong(error_at_binary_logits, "{D} is not subtracted", lambda Y, D: Y / Y.shape[1])
wrong(error_at_binary_logits, "it is a sum over the outputs", lambda Y, D: Y - D)
wrong(
    error_at_binary_logits,
    "the derivative of the sigmoid is taken once too often",
    lambda Y, D: (Y - D) * Y * (1 - Y) / Y.shape[1],
)
wrong_as(binary_cross_entropy, binary_cross_entropy_sum)
wrong_as(binary_cross_entropy_gradient, binary_cross_entropy_sum_gradient)
wrong_as(binary_cross_entropy_at_logits, binary_cross_entropy_sum_at_logits)
wrong_as(error_at_binary_logits, error_sum_at_binary_logits)
