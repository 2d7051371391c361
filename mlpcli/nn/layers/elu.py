"""ELU, Y = Z where Z > 0, else alpha·(eᶻ − 1). Clevert et al., 2016."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..op import Array, op, wrong
from ..options import NonNegative
from .layer import Activation


@op("{Z} where {Z} > 0, else alpha·(exp({Z}) − 1)")
def elu(Z: Array, alpha: float) -> Array:
    """Compute f(z) = z where z > 0, else alpha·(eᶻ − 1); a large z is kept from the exponential."""
    return np.where(Z > 0, Z, alpha * np.expm1(np.where(Z > 0, 0, Z)))


@op("{G} where {Z} > 0, else alpha·exp({Z})⊙{G}")
def elu_gradient(Z: Array, G: Array, alpha: float) -> Array:
    """Compute f'(z) = 1 where z > 0, else alpha·eᶻ."""
    return np.where(Z > 0, G, alpha * np.exp(np.where(Z > 0, 0, Z)) * G)


@dataclass(frozen=True, kw_only=True)
class ELU(Activation):
    """The exponential linear unit."""

    alpha: NonNegative = 1.0
    """The number whose negative is approached on the left."""

    value = elu
    gradient = elu_gradient


def at_output(Z: Array, G: Array, alpha: float) -> Array:
    """Return the derivative of the negative side taken as its value."""
    return np.where(Z > 0, G, elu(Z, alpha=alpha) * G)


wrong(elu, "the activation is missing", lambda Z, alpha: Z)
wrong(elu, "the negative side is cut off (ReLU)", lambda Z, alpha: np.maximum(Z, 0))
wrong(elu, "the 1 is not subtracted", lambda Z, alpha: np.where(Z > 0, Z, alpha * np.exp(np.where(Z > 0, 0, Z))))
wrong(elu, "alpha is missing", lambda Z, alpha: np.where(Z > 0, Z, np.expm1(np.where(Z > 0, 0, Z))))
wrong(elu_gradient, "the derivative of the activation is missing", lambda Z, G, alpha: G)
wrong(elu_gradient, "the negative side is cut off (ReLU)", lambda Z, G, alpha: np.where(Z > 0, G, 0))
wrong(elu_gradient, "alpha is missing", lambda Z, G, alpha: np.where(Z > 0, G, np.exp(np.where(Z > 0, 0, Z)) * G))
wrong(elu_gradient, "the derivative of the negative side is its value", at_output)
