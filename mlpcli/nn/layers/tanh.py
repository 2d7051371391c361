"""Tanh. Handout 2.1.2, 3.3."""

from __future__ import annotations

import numpy as np

from ..op import Array, op
from .layer import Activation


@op("tanh({Z})")
def tanh(Z: Array) -> Array:
    """f(z) = (eᶻ − e⁻ᶻ)/(eᶻ + e⁻ᶻ)."""
    return np.tanh(Z)


@op("{G}⊙(1 − tanh²({Z}))")
def tanh_gradient(Z: Array, G: Array) -> Array:
    """f'(z) = 1 − f(z)² = 4e/(1 + e)² with e = e^(−2|z|): 1 − f(z)² would lose every digit of a large z."""
    E = np.exp(-2 * np.abs(Z))
    return G * (4 * E / ((1 + E) * (1 + E)))


class Tanh(Activation):
    """The hyperbolic tangent."""

    value = tanh
    gradient = tanh_gradient
