"""Sigmoid, Y = 1/(1 + e⁻ᶻ). Handout 2.1.2, 3.3."""

from __future__ import annotations

import numpy as np

from ..op import Array, op
from .layer import Activation


@op("σ({Z})")
def sigmoid(Z: Array) -> Array:
    """f(z) = 1/(1 + e⁻ᶻ), computed from e^(−|z|), which cannot overflow."""
    E = np.exp(-np.abs(Z))
    return np.where(Z >= 0, 1 / (1 + E), E / (1 + E))


@op("{G}⊙σ({Z})⊙(1 − σ({Z}))")
def sigmoid_gradient(Z: Array, G: Array) -> Array:
    """f'(z) = f(z)·(1 − f(z)) = e/(1 + e)² with e = e^(−|z|): 1 − f(z) would lose every digit of a large z."""
    E = np.exp(-np.abs(Z))
    return G * (E / ((1 + E) * (1 + E)))


class Sigmoid(Activation):
    """The logistic function."""

    value = sigmoid
    gradient = sigmoid_gradient
