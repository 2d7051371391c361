"""ReLU, Y = max(0, Z). Handout 2.1.2, 3.3."""

from __future__ import annotations

import numpy as np

from ..op import Array, op, wrong
from .layer import Activation
from .sigmoid import sigmoid, sigmoid_gradient


@op("max(0, {Z})")
def relu(Z: Array) -> Array:
    """Compute f(z) = z where z > 0, else 0."""
    return np.maximum(Z, 0)


@op("{G}⊙[{Z} > 0]", saturates="kink")
def relu_gradient(Z: Array, G: Array) -> Array:
    """Compute f'(z) = 1 where z > 0, else 0: at z = 0 it is 0 (handout 2.1.2)."""
    return np.where(Z > 0, G, 0)


class ReLU(Activation):
    """The rectifier."""

    value = relu
    gradient = relu_gradient


wrong(relu, "the activation is missing", lambda Z: Z)
wrong(
    relu,
    "tanh is applied in its place",
    lambda Z: np.tanh(Z),
    derivative=lambda Z, G: G * (1 - np.tanh(Z) * np.tanh(Z)),
)
wrong(relu, "the sigmoid is applied in its place", lambda Z: sigmoid(Z), derivative=sigmoid_gradient)
wrong(relu, "the absolute value is taken", lambda Z: np.abs(Z))
wrong(relu, "a hundredth of the negative side is let through (leaky ReLU)", lambda Z: np.where(Z > 0, Z, Z / 100))
wrong(relu, "the negative side is kept in place of the positive one", lambda Z: np.where(Z < 0, Z, 0))
wrong(relu_gradient, "the derivative of the activation is missing", lambda Z, G: G)
wrong(relu_gradient, "the derivative at 0 is taken as 1 (≥ in place of >)", lambda Z, G: np.where(Z >= 0, G, 0))
wrong(relu_gradient, "it is cut by its own sign, not by that of {Z}", lambda Z, G: np.maximum(G, 0))
wrong(relu_gradient, "the derivative is kept where {Z} is negative", lambda Z, G: np.where(Z < 0, G, 0))
wrong(relu_gradient, "it is multiplied by the activation, not by its derivative", lambda Z, G: G * np.maximum(Z, 0))
