"""GELU, exact: Y = Z·Φ(Z). Hendrycks and Gimpel, 2016."""

from __future__ import annotations

import numpy as np

from ...values.special import normal_cdf, normal_density
from ..op import Array, op, wrong
from .layer import Activation
from .sigmoid import sigmoid


@op("{Z}⊙Φ({Z})")
def gelu(Z: Array) -> Array:
    """Compute f(z) = z·Φ(z), Φ the normal distribution function; not the tanh approximation."""
    return Z * normal_cdf(Z)


@op("{G}⊙(Φ({Z}) + {Z}⊙φ({Z}))", saturates="gradient")
def gelu_gradient(Z: Array, G: Array) -> Array:
    """Compute f'(z) = Φ(z) + z·φ(z), φ the normal density."""
    return G * (normal_cdf(Z) + Z * normal_density(Z))


class GELU(Activation):
    """The Gaussian error linear unit."""

    value = gelu
    gradient = gelu_gradient


def tanh_form(Z: Array) -> Array:
    """Return the approximation z/2·(1 + tanh(√(2/π)·(z + 0.044715·z³)))."""
    return Z / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (Z + 0.044715 * Z * Z * Z)))


wrong(gelu, "the activation is missing", lambda Z: Z)
wrong(gelu, "it is the tanh approximation", tanh_form)
wrong(gelu, "it is the approximation {Z}⊙σ(1.702·{Z})", lambda Z: Z * sigmoid(1.702 * Z))
wrong(gelu, "the factor {Z} is missing", lambda Z: normal_cdf(Z))
wrong(gelu_gradient, "the derivative of the activation is missing", lambda Z, G: G)
wrong(gelu_gradient, "the term {Z}⊙φ({Z}) is missing", lambda Z, G: G * normal_cdf(Z))
wrong(
    gelu_gradient,
    "the term {Z}⊙φ({Z}) is subtracted",
    lambda Z, G: G * (normal_cdf(Z) - Z * normal_density(Z)),
)
wrong(gelu_gradient, "the factor {Z} of φ is missing", lambda Z, G: G * (normal_cdf(Z) + normal_density(Z)))
