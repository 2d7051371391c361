"""ReLU, Y = max(0, Z). Handout 2.1.2, 3.3."""

from __future__ import annotations

import numpy as np

from ..op import Array, op, zero
from .layer import Activation


@op("max(0, {Z})")
def relu(Z: Array) -> Array:
    """f(z) = z where z > 0, else 0."""
    return np.maximum(Z, zero(Z))


@op("{G}⊙[{Z} > 0]")
def relu_gradient(Z: Array, G: Array) -> Array:
    """f'(z) = 1 where z > 0, else 0: at z = 0 it is 0 (handout 2.1.2)."""
    return np.where(Z > 0, G, zero(G))


class ReLU(Activation):
    """The rectifier."""

    value = relu
    gradient = relu_gradient
