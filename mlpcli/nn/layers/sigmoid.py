"""Sigmoid, Y = 1/(1 + e⁻ᶻ). Handout 2.1.2, 3.3."""

from __future__ import annotations

import numpy as np

from ..op import Array, op, wrong
from .layer import Activation


@op("σ({Z})")
def sigmoid(Z: Array) -> Array:
    """Compute f(z) = 1/(1 + e⁻ᶻ), computed from e^(−|z|), which cannot overflow."""
    E = np.exp(-np.abs(Z))
    return np.where(Z >= 0, 1 / (1 + E), E / (1 + E))


@op("{G}⊙σ({Z})⊙(1 − σ({Z}))", saturates="gradient")
def sigmoid_gradient(Z: Array, G: Array) -> Array:
    """Compute f'(z) = f(z)·(1 − f(z)) = e/(1 + e)², e = e^(−|z|): 1 − f(z) would lose every digit of a large z."""
    E = np.exp(-np.abs(Z))
    return G * (E / ((1 + E) * (1 + E)))


@op("{G}⊙{Y}⊙(1 − {Y})")
def sigmoid_gradient_at_output(Y: Array, G: Array) -> Array:
    """Compute the same from the output."""
    return G * Y * (1 - Y)


class Sigmoid(Activation):
    """The logistic function."""

    value = sigmoid
    gradient = sigmoid_gradient
    gradient_at_output = sigmoid_gradient_at_output
    probabilities = True


wrong(sigmoid, "the activation is missing", lambda Z: Z)
wrong(sigmoid, "the sign of the exponent is flipped", lambda Z: sigmoid(-Z))
wrong(sigmoid, "the activation is applied twice", lambda Z: sigmoid(sigmoid(Z)))
wrong(
    sigmoid,
    "tanh is applied in its place",
    lambda Z: np.tanh(Z),
    derivative=lambda Z, G: G * (1 - np.tanh(Z) * np.tanh(Z)),
)
wrong(
    sigmoid,
    "ReLU is applied in its place",
    lambda Z: np.maximum(Z, 0),
    derivative=lambda Z, G: np.where(Z > 0, G, 0),
)
wrong(sigmoid_gradient, "the derivative of the activation is missing", lambda Z, G: G)
wrong(sigmoid_gradient, "the derivative is tanh's, 1 − y²", lambda Z, G: G * (1 - sigmoid(Z) * sigmoid(Z)))
wrong(sigmoid_gradient, "the factor 1 − σ is missing", lambda Z, G: G * sigmoid(Z))
wrong(sigmoid_gradient, "the factor σ is missing", lambda Z, G: G * sigmoid(-Z))
wrong(
    sigmoid_gradient, "the derivative is taken at the output, σ'(σ({Z}))", lambda Z, G: sigmoid_gradient(sigmoid(Z), G)
)
wrong(sigmoid_gradient, "y(1 − y) is computed with {Z} as y", lambda Z, G: G * Z * (1 - Z))
