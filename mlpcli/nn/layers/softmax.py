"""Softmax of each row. Handout 2.1.2."""

from __future__ import annotations

import numpy as np

from ..build import Builder
from ..op import Array, op, wrong
from .layer import Activation, Call
from .sigmoid import sigmoid


@op("softmax({Z})")
def softmax(Z: Array) -> Array:
    """Compute f(z)_j = e^(z_j) / Σ_k e^(z_k); subtracting the row's largest z first prevents overflow."""
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


@op("{Y}⊙({G} − Σ_j {G}⊙{Y})", saturates="gradient")
def softmax_gradient(Y: Array, G: Array) -> Array:
    """Compute gradZ = gradY·J with the Jacobian J = diag(Y) − YᵀY of each row."""
    return Y * (G - (G * Y).sum(axis=1, keepdims=True))


def log_softmax(Z: Array) -> Array:
    """Compute log softmax(Z), finite where the softmax itself underflows.

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
    probabilities = True
    sums_to_one = True

    def backward(self, p: Builder, call: Call, grad: str) -> str:
        return p.gradient_step(call.x.name, self.gradient, call.y.name, grad)


def over_all(Z: Array) -> Array:
    """Return exponentials divided by their sum over the whole batch."""
    E = np.exp(Z - Z.max(axis=1, keepdims=True).max(axis=0, keepdims=True))
    return E / E.sum(axis=1, keepdims=True).sum(axis=0, keepdims=True)


def row_shifted(Z: Array, axis: int | None) -> Array:
    """Return exponentials shifted by the largest logit of their row, but not normalized by it."""
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    total = E.sum(axis=0, keepdims=True)
    return E / (total if axis == 0 else total.sum(axis=1, keepdims=True))


def unshifted(Z: Array) -> Array:
    """Return exponentials that overflow where a logit is above 709."""
    E = np.exp(Z)
    return E / E.sum(axis=1, keepdims=True)


wrong(softmax, "the softmax is missing", lambda Z: Z)
wrong(softmax, "the softmax is applied twice", lambda Z: softmax(softmax(Z)))
wrong(softmax, "it is normalized over the whole batch, not each example by itself", over_all)
wrong(softmax, "it is normalized over the examples, not over the classes", lambda Z: softmax(Z.T).T)
wrong(softmax, "it is normalized over the whole batch, but shifted for each example", lambda Z: row_shifted(Z, None))
wrong(softmax, "it is normalized over the examples, but shifted for each of them", lambda Z: row_shifted(Z, 0))
wrong(softmax, "the exponentials are not normalized", lambda Z: np.exp(Z))
wrong(softmax, "its logarithm is taken", lambda Z: log_softmax(Z))
wrong(softmax, "the largest logit is subtracted after the exponential, not before: it overflows", unshifted)
wrong(softmax, "the sigmoid is applied in its place", lambda Z: sigmoid(Z))
wrong(softmax_gradient, "the derivative of the activation is missing", lambda Y, G: G)
wrong(softmax_gradient, "only the diagonal of the Jacobian is used", lambda Y, G: G * Y * (1 - Y))
wrong(softmax_gradient, "the sum over the classes is missing", lambda Y, G: Y * G)
wrong(softmax_gradient, "the sum leaves out {Y}", lambda Y, G: Y * (G - G.sum(axis=1, keepdims=True)))
