"""Softmax of each row. Handout 2.1.2."""

from __future__ import annotations

import numpy as np

from ..build import Builder
from ..op import Array, op
from .layer import Activation, Call


@op("softmax({Z})")
def softmax(Z: Array) -> Array:
    """f(z)_j = e^(z_j) / Σ_k e^(z_k); subtracting the row's largest z first changes nothing and cannot overflow."""
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


@op("{Y}⊙({G} − Σ {G}⊙{Y})")
def softmax_gradient(Y: Array, G: Array) -> Array:
    """gradZ = gradY·J with the Jacobian J = diag(Y) − YᵀY of each row."""
    return Y * (G - (G * Y).sum(axis=1, keepdims=True))


def log_softmax(Z: Array) -> Array:
    """log softmax(Z), finite where the softmax itself underflows.

    The logarithm is log1p of what the other columns add to the 1 of the largest: −log of a probability near 1 is tiny
    and not 0.
    """
    shifted = Z - Z.max(axis=1, keepdims=True)
    largest = shifted == 0
    shifted = np.where(largest, 0, shifted)  # the same numbers, but an exact 0 where noise would be carried along
    others = np.where(largest, 0, np.exp(shifted)).sum(axis=1, keepdims=True)
    ties = np.where(largest, shifted + 1, 0).sum(axis=1, keepdims=True) - 1
    return shifted - np.log1p(others + ties)


class Softmax(Activation):
    """The probabilities of classes; unlike the others it mixes the columns of a row."""

    value = softmax
    gradient = softmax_gradient

    def backward(self, p: Builder, call: Call, grad: str) -> str:
        return p.gradient_step(call.x.name, self.gradient, call.y.name, grad)
