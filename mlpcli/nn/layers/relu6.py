"""ReLU6, Y = min(max(0, Z), 6). Krizhevsky, 2010."""

from __future__ import annotations

import numpy as np

from ..op import Array, op, wrong
from .layer import Activation


@op("min(max(0, {Z}), 6)")
def relu6(Z: Array) -> Array:
    """Compute f(z) = z between 0 and 6, else the nearer of the two."""
    return np.minimum(np.maximum(Z, 0), 6)


@op("{G}⊙[{Z} > 0]⊙[{Z} < 6]")
def relu6_gradient(Z: Array, G: Array) -> Array:
    """Compute f'(z) = 1 between 0 and 6, else 0; at both ends it is 0, as PyTorch has it."""
    return np.where(Z > 0, np.where(Z < 6, G, 0), 0)


class ReLU6(Activation):
    """The rectifier that ends at 6."""

    value = relu6
    gradient = relu6_gradient


wrong(relu6, "the activation is missing", lambda Z: Z)
wrong(relu6, "it does not end at 6 (ReLU)", lambda Z: np.maximum(Z, 0))
wrong(relu6, "the negative side is let through", lambda Z: np.minimum(Z, 6))
wrong(relu6_gradient, "the derivative of the activation is missing", lambda Z, G: G)
wrong(relu6_gradient, "the derivative above 6 is taken as 1 (ReLU)", lambda Z, G: np.where(Z > 0, G, 0))
wrong(relu6_gradient, "the derivative below 0 is taken as 1", lambda Z, G: np.where(Z < 6, G, 0))
