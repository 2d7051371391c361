"""Tanh. Handout 2.1.2, 3.3."""

from __future__ import annotations

import numpy as np

from ..op import Array, op, wrong
from .layer import Activation
from .sigmoid import sigmoid, sigmoid_gradient


@op("tanh({Z})")
def tanh(Z: Array) -> Array:
    """Compute f(z) = (eᶻ − e⁻ᶻ)/(eᶻ + e⁻ᶻ)."""
    return np.tanh(Z)


@op("{G}⊙(1 − tanh²({Z}))", saturates="gradient")
def tanh_gradient(Z: Array, G: Array) -> Array:
    """Compute f'(z) = 1 − f(z)² = 4e/(1 + e)², e = e^(−2|z|): 1 − f(z)² would lose every digit of a large z."""
    E = np.exp(-2 * np.abs(Z))
    return G * (4 * E / ((1 + E) * (1 + E)))


@op("{G}⊙(1 − {Y}²)")
def tanh_gradient_at_output(Y: Array, G: Array) -> Array:
    """Compute the same from the output."""
    return G * (1 - Y * Y)


class Tanh(Activation):
    """The hyperbolic tangent."""

    value = tanh
    gradient = tanh_gradient
    gradient_at_output = tanh_gradient_at_output


wrong(tanh, "the activation is missing", lambda Z: Z)
wrong(tanh, "the activation is applied twice", lambda Z: np.tanh(np.tanh(Z)))
wrong(tanh, "the sigmoid is applied in its place", lambda Z: sigmoid(Z), derivative=sigmoid_gradient)
wrong(
    tanh,
    "ReLU is applied in its place",
    lambda Z: np.maximum(Z, 0),
    derivative=lambda Z, G: np.where(Z > 0, G, 0),
)
wrong(tanh_gradient, "the derivative of the activation is missing", lambda Z, G: G)
wrong(tanh_gradient, "the derivative is the sigmoid's, y(1 − y)", lambda Z, G: G * np.tanh(Z) * (1 - np.tanh(Z)))
wrong(tanh_gradient, "the derivative is the sigmoid's, σ({Z})(1 − σ({Z}))", lambda Z, G: sigmoid_gradient(Z, G))
wrong(tanh_gradient, "tanh is not squared: 1 − tanh({Z})", lambda Z, G: G * (1 - np.tanh(Z)))
wrong(
    tanh_gradient,
    "the derivative is taken at the output, 1 − tanh²(tanh({Z}))",
    lambda Z, G: tanh_gradient(np.tanh(Z), G),
)
wrong(tanh_gradient, "it is multiplied by the activation, not by its derivative", lambda Z, G: G * np.tanh(Z))
wrong(tanh_gradient, "1 − y² is computed with {Z} as y", lambda Z, G: G * (1 - Z * Z))
wrong(tanh_gradient, "the sign is flipped: 1 + tanh²({Z})", lambda Z, G: G * (1 + np.tanh(Z) * np.tanh(Z)))
