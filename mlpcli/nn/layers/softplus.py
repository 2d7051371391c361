"""Softplus, Y = log(1 + eᶻ). Dugas et al., 2001."""

from __future__ import annotations

import numpy as np

from ..op import Array, op, wrong
from .layer import Activation
from .sigmoid import sigmoid


@op("log(1 + exp({Z}))")
def softplus(Z: Array) -> Array:
    """Compute f(z) = log(1 + eᶻ) = max(z, 0) + log1p(e^(−|z|))."""
    return np.maximum(Z, 0) + np.log1p(np.exp(-np.abs(Z)))


@op("{G}⊙σ({Z})", saturates="gradient")
def softplus_gradient(Z: Array, G: Array) -> Array:
    """Compute f'(z) = 1/(1 + e⁻ᶻ)."""
    return G * sigmoid(Z)


class Softplus(Activation):
    """The smooth rectifier."""

    value = softplus
    gradient = softplus_gradient


wrong(softplus, "the activation is missing", lambda Z: Z)
wrong(softplus, "the 1 in log(1 + exp) is missing", lambda Z: np.maximum(Z, 0))
wrong(softplus_gradient, "the derivative of the activation is missing", lambda Z, G: G)
wrong(softplus_gradient, "the derivative is that of ReLU", lambda Z, G: np.where(Z > 0, G, G * 0))
wrong(softplus_gradient, "the derivative is that of the sigmoid", lambda Z, G: G * sigmoid(Z) * sigmoid(-Z))
wrong(softplus_gradient, "the derivative is taken at the output", lambda Z, G: G * sigmoid(softplus(Z)))
